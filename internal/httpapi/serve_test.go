package httpapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// oneKey knows one credential.
type oneKey string

func (k oneKey) Authenticate(_ context.Context, credential string) (tenancy.Caller, error) {
	if credential != string(k) {
		return tenancy.Caller{}, tenancy.Unauthenticated()
	}
	return tenancy.Caller{Kind: tenancy.ConsoleKey, KeyID: "key-id"}, nil
}

// serveOne serves one handler at /x/{id}, and returns the answer and the log.
func serveOne(t *testing.T, h handler, change func(*http.Request)) (*httptest.ResponseRecorder, string) {
	t.Helper()
	var log bytes.Buffer
	a := &api{Config: Config{
		Authenticator:  oneKey("the-secret"),
		Log:            slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		RequestTimeout: time.Minute,
		MaxBodyBytes:   DefaultMaxBodyBytes,
	}}
	engine := newEngine()
	engine.POST(ginPath("/x/{id}"), a.serve(Route{Method: "POST", Path: "/x/{id}", Operation: "x", Query: []string{"q"}, handle: h}))
	r := httptest.NewRequest("POST", "/x/i%2Fd?q=query-text", strings.NewReader(`{"name":"body-text"}`))
	r.Header.Set("Authorization", "Bearer the-secret")
	r.Header.Set("Content-Type", "application/json")
	if change != nil {
		change(r)
	}
	recorder := httptest.NewRecorder()
	engine.ServeHTTP(recorder, r)
	return recorder, log.String()
}

func fails(err error) handler {
	return func(context.Context, *call) (answer, error) { return answer{}, err }
}

// What the service stands on fails: callers learn no more than that.
func TestPrivateErrorsStayInside(t *testing.T) {
	cause := errors.New("postgres://user:planted@db")
	for name, err := range map[string]error{
		"no code":      cause,
		"unknown code": fmt.Errorf("in %w", &tenancy.Error{Code: "planted", Detail: "planted"}),
		"with a cause": fmt.Errorf("in %w", tenancy.Unavailable(tenancy.CodeStoreUnavailable, cause)),
	} {
		answer, log := serveOne(t, fails(err), nil)
		require.Equal(t, http.StatusServiceUnavailable, answer.Code, name)
		require.Contains(t, answer.Body.String(), `"code":"store-unavailable"`)
		require.NotContains(t, answer.Body.String(), "planted")
		require.Equal(t, "1", answer.Header().Get("Retry-After"))
		require.Contains(t, answer.Body.String(), `"retry_after":1`)
		require.Contains(t, log, "planted", "the log has the cause")
	}
}

func TestPanic(t *testing.T) {
	answer, log := serveOne(t, func(context.Context, *call) (answer, error) { panic("planted") }, nil)
	require.Equal(t, http.StatusInternalServerError, answer.Code)
	require.Equal(t, "application/problem+json", answer.Header().Get("Content-Type"))
	require.Contains(t, answer.Body.String(), `"code":"internal"`)
	require.NotContains(t, answer.Body.String(), "planted")
	require.Contains(t, log, "planted")
	require.Contains(t, log, "serve_test.go", "the log has the stack")
}

// Attack 33: neither credentials nor what callers write reach the log.
func TestLogLine(t *testing.T) {
	const agent = "agent-text"
	read := func(_ context.Context, c *call) (answer, error) {
		var in struct {
			Name string `json:"name"`
		}
		return ok(struct{}{}), c.body(&in)
	}
	for _, c := range []struct {
		handler handler
		user    string
	}{
		{read, "user-id"},
		{fails(malformed("x")), ""},
		{fails(tenancy.Unauthenticated()), ""},
		{fails(errors.New("down")), "user-id"},
	} {
		_, log := serveOne(t, c.handler, func(r *http.Request) {
			r.Header.Set("Act-As-User", "user-id")
			r.Header.Set("User-Agent", agent)
		})
		for _, planted := range []string{"the-secret", "query-text", "body-text", agent, "i/d", "i%2Fd"} {
			require.NotContains(t, log, planted)
		}
		for _, named := range []string{`"route":"/x/{id}"`, `"key":"key-id"`, `"user":"` + c.user + `"`, `"method":"POST"`, `"status":`, `"request_id":"req_`, `"duration":`} {
			require.Contains(t, log, named)
		}
	}
}

func TestUnknownCallerIsNotNamedInTheLog(t *testing.T) {
	_, log := serveOne(t, fails(nil), func(r *http.Request) {
		r.Header.Set("Authorization", "Bearer planted")
		r.Header.Set("Act-As-User", "planted")
	})
	require.NotContains(t, log, "planted")
	require.Contains(t, log, `"code":"unauthenticated"`)
}

func TestRequestID(t *testing.T) {
	for given, kept := range map[string]bool{
		"abc-1.2_3": true, strings.Repeat("x", 64): true,
		"": false, strings.Repeat("x", 65): false, "a b": false, "a\"b": false, "ä": false, "a,b": false,
	} {
		answer, _ := serveOne(t, fails(malformed("x")), func(r *http.Request) { r.Header.Set("X-Request-ID", given) })
		got := answer.Header().Get("X-Request-ID")
		require.Equal(t, kept, got == given, given)
		require.Contains(t, answer.Body.String(), `"request_id":"`+got+`"`)
		require.Regexp(t, requestIDForm, got)
	}
	answer, _ := serveOne(t, fails(malformed("x")), func(r *http.Request) { r.Header["X-Request-Id"] = []string{"a", "b"} })
	require.Contains(t, answer.Header().Get("X-Request-ID"), "req_")
}

func TestRequestTimeout(t *testing.T) {
	_, _ = serveOne(t, func(ctx context.Context, _ *call) (answer, error) {
		deadline, bounded := ctx.Deadline()
		require.True(t, bounded)
		require.Less(t, time.Until(deadline), time.Minute)
		return ok(struct{}{}), nil
	}, nil)
}

func TestReady(t *testing.T) {
	missing := []string{"engine"}
	handler := New(Config{Ready: func(context.Context) []string { return missing }, Log: slog.New(slog.DiscardHandler), Metrics: http.NotFoundHandler()})
	get := func(path string) *httptest.ResponseRecorder {
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, httptest.NewRequest("GET", path, nil))
		return recorder
	}
	require.Equal(t, 200, get("/healthz").Code)
	require.Equal(t, 503, get("/readyz").Code)
	require.JSONEq(t, `{"status":"not ready","missing":["engine"]}`, get("/readyz").Body.String())
	missing = nil
	require.Equal(t, 200, get("/readyz").Code)
	require.JSONEq(t, `{"status":"ready"}`, get("/readyz").Body.String())
	require.Contains(t, get("/metrics").Body.String(), "404 page not found", "the handler that was given")
}
