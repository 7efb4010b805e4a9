package httpapi

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/tenantry/tenantry/internal/httpapi/authzen"
	"github.com/tenantry/tenantry/internal/httpapi/ratelimit"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Authenticator knows callers by the credential that they send.
type Authenticator interface {
	// Authenticate returns the caller whose credential it is, with Kind and KeyID. It
	// fails with tenancy.CodeUnauthenticated, in one way for all that is wrong with one.
	Authenticate(ctx context.Context, credential string) (tenancy.Caller, error)
}

// Observer is told of requests. All names are of a fixed few; from the header it takes the
// caller's trace and nothing else.
type Observer interface {
	// BeginRequest is called before anything of the request is looked at. The request goes on
	// with the context that it returns.
	BeginRequest(ctx context.Context, method, route, operation string, header http.Header) context.Context
	// EndRequest is called when the request was answered. code is that of the problem, ""
	// for none.
	EndRequest(ctx context.Context, operation string, status int, code string, took time.Duration)
}

// The defaults of a [Config].
const (
	DefaultRequestTimeout = 10 * time.Second
	DefaultMaxBodyBytes   = 1 << 20
)

// Config says what the API works on. Service and Authenticator must be given.
type Config struct {
	Service       *tenancy.Service
	Authenticator Authenticator
	// Ready names the parts that the service still lacks or has lost; none means that it
	// is ready. nil is always ready. The names are shown to everybody.
	Ready func(ctx context.Context) (missing []string)
	// Metrics answers GET /metrics; nil leaves it out.
	Metrics http.Handler
	// Observer is told of requests; nil for nobody.
	Observer Observer
	// Log receives a line for each request; nil means slog.Default().
	Log *slog.Logger
	// RequestTimeout bounds the work on one request. It does not bound how long a caller
	// takes to send it: that is the server's ReadTimeout.
	RequestTimeout time.Duration
	MaxBodyBytes   int64
	// RequireIfMatch refuses to alter an object without its ETag.
	RequireIfMatch bool
	// AuthZENMapping has the words of callers of AuthZEN. PublicURL is where they reach the
	// service, without a slash at its end; "" is where each request says that it was sent to.
	AuthZENMapping authzen.Mapping
	PublicURL      string
	// CursorKey keeps callers from making cursors of their own. Nodes of one record share
	// it and take each other's. Without one, cursors are bound but anybody could compute the
	// bond; it leads nowhere that the caller could not go with the list itself.
	CursorKey []byte
	// RateLimit is how often a caller may call this node; the zero Limit is without limit.
	// Clock tells the time for it; nil means the system's.
	RateLimit ratelimit.Limit
	Clock     tenancy.Clock
}

// api is a Config with its defaults filled in.
type api struct {
	Config
	limits    *limits
	documents documentation
}

// New returns the handler of all routes.
func New(config Config) http.Handler {
	config.Log = cmp.Or(config.Log, slog.Default())
	config.RequestTimeout = cmp.Or(config.RequestTimeout, DefaultRequestTimeout)
	config.MaxBodyBytes = cmp.Or(config.MaxBodyBytes, DefaultMaxBodyBytes)
	if config.Clock == nil {
		config.Clock = tenancy.SystemClock{}
	}
	a := &api{config, newLimits(config.RateLimit, config.Clock.Now), documented}
	engine := newEngine()
	for _, route := range routes {
		engine.Handle(route.Method, ginPath(route.Path), a.serve(route))
		if route.Method == http.MethodGet {
			engine.HEAD(ginPath(route.Path), a.serve(route))
		}
	}
	engine.NoRoute(a.serve(Route{Operation: operationNone, Public: true, handle: refuseWith(errNoRoute)}))
	engine.NoMethod(a.serve(Route{Operation: operationNone, Public: true, handle: refuseWith(errWrongMethod)}))
	if config.Metrics != nil {
		engine.GET("/metrics", gin.WrapH(config.Metrics))
		engine.HEAD("/metrics", gin.WrapH(config.Metrics))
	}
	return engine
}

// newEngine is Gin without its own logger, recovery, redirects and proxies. Paths are
// matched as they were sent, because a user's id may hold a slash; the values in them are
// unescaped by [call.path], because Gin's own way would make a space of a plus.
func newEngine() *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.UseEscapedPath = true
	engine.UnescapePathValues = false
	engine.RedirectTrailingSlash = false
	engine.HandleMethodNotAllowed = true
	engine.ForwardedByClientIP = false
	return engine
}

// ginPath makes /v1/users/:id of /v1/users/{id}.
func ginPath(path string) string {
	return strings.NewReplacer("{", ":", "}", "").Replace(path)
}
