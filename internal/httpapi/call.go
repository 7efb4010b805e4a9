package httpapi

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"github.com/tenantry/tenantry/internal/failpoint"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// call is one request for an operation, as far as it is understood.
type call struct {
	*api
	route   Route
	request *http.Request
	writer  gin.ResponseWriter
	params  gin.Params
	id      string // of the request
	caller  tenancy.Caller
	limited error // the caller has called too often
	query   url.Values
	text    []byte // the body, once it is read
}

func (a *api) newCall(g *gin.Context, route Route) *call {
	return &call{
		api:     a,
		route:   route,
		request: g.Request,
		writer:  g.Writer,
		params:  g.Params,
		id:      requestID(g.Request.Header),
	}
}

// understand reads all of the request but its body. The credential comes first: who is
// not known learns nothing from the rest.
func (c *call) understand(ctx context.Context) error {
	if c.route.Public {
		return nil
	}
	if err := c.authenticate(ctx); err != nil {
		return err
	}
	if err := failpoint.Err(failpoint.RequestAuthenticated); err != nil {
		return err
	}
	for _, read := range []func() error{c.readHeaders, c.readPath, c.readQuery, c.refuseBody, c.refuseOneTooMany} {
		if err := read(); err != nil {
			return err
		}
	}
	return nil
}

// refuseOneTooMany comes last of what is asked of a request as it came (API, "Order of
// refusals"), and before its body is read or anything is looked up for it. So it is in no
// trail, as what is malformed, and is no answer that a repeat gets.
func (c *call) refuseOneTooMany() error { return c.limited }

// readPath unescapes the values in the path.
func (c *call) readPath() error {
	for i, p := range c.params {
		value, err := url.PathUnescape(p.Value)
		if err != nil || !readable(value) {
			return malformed("The path is not readable.")
		}
		c.params[i].Value = value
	}
	return nil
}

// path is the value of a part of the path.
func (c *call) path(name string) string { return c.params.ByName(name) }

// refuseBody refuses a body where none has a meaning.
func (c *call) refuseBody() error {
	if c.request.ContentLength != 0 && !c.route.takesBody() {
		return malformed("A %s has no body.", c.request.Method)
	}
	return nil
}

// maxText bounds the texts that are ids or parts of searches, in bytes.
const maxText = 256

// readable reports whether a text can be looked for in a record: not every database
// takes what is no Unicode, or holds NUL.
func readable(text string) bool {
	return len(text) <= maxText && isText(text)
}

// isText refuses what is no Unicode. U+FFFD is what a decoder makes of such, and nobody
// writes it.
func isText(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsRune(text, utf8.RuneError) && !strings.ContainsRune(text, 0)
}

// from is the network address of whoever connected. A proxy in between is not seen
// through: anybody could write its headers.
func from(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
