package httpapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/tenantry/tenantry/internal/failpoint"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// serve is the way of every request: bound in time, carried out, answered once, logged.
func (a *api) serve(route Route) gin.HandlerFunc {
	return func(g *gin.Context) {
		started := time.Now()
		c := a.newCall(g, route)
		c.secure()
		ctx, cancel := context.WithTimeout(a.begin(g.Request, route), a.RequestTimeout)
		defer cancel()
		reply, err := c.carryOut(ctx)
		streamed := c.writer.Written()
		switch {
		case streamed:
		case err == nil:
			c.writeAnswer(reply)
		default:
			c.writeProblem(public(err))
		}
		c.tell(ctx, time.Since(started), err)
		if streamed && err != nil {
			// The caller must not take a part for the whole: the connection breaks off.
			panic(http.ErrAbortHandler)
		}
	}
}

// secure sets the headers that every answer has. There are none for other origins:
// browsers do not call this API.
func (c *call) secure() {
	header := c.writer.Header()
	header.Set(headerRequestID, c.shownID())
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "no-store")
}

func (c *call) carryOut(ctx context.Context) (r rendered, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = c.panicked(ctx, cause)
		}
	}()
	if err := c.understand(ctx); err != nil {
		return rendered{}, err
	}
	if r, err = c.perform(ctx); err == nil {
		err = failpoint.Err(failpoint.RequestPerformed)
	}
	return r, err
}

// panicked keeps a fault from the caller and from the other requests.
func (c *call) panicked(ctx context.Context, cause any) error {
	if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(cause)
	}
	c.Log.ErrorContext(ctx, "panic", "request_id", c.id, "cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
	return &tenancy.Error{Code: codeInternal, Detail: "Nothing more can be said here; the request_id finds it in the log."}
}

// begin has the request watched.
func (a *api) begin(r *http.Request, route Route) context.Context {
	if a.Observer == nil {
		return r.Context()
	}
	return a.Observer.BeginRequest(r.Context(), route.Method, route.Path, route.Operation, r.Header)
}

// tell tells how the request went, to the log and to whoever watches.
func (c *call) tell(ctx context.Context, took time.Duration, err error) {
	code := tenancy.Code("")
	if err != nil {
		code = public(err).Code
	}
	c.log(ctx, took, code, err)
	if c.Observer != nil {
		c.Observer.EndRequest(ctx, c.route.Operation, c.writer.Status(), string(code), took)
	}
}

// log writes the line of a request. It holds no credential, no body and no query: only
// ids of known callers, and for a failure its cause.
func (c *call) log(ctx context.Context, took time.Duration, code tenancy.Code, err error) {
	level, status := slog.LevelInfo, c.writer.Status()
	switch {
	case status >= http.StatusInternalServerError, status < http.StatusBadRequest && err != nil:
		level = slog.LevelError
	case c.route.Public && err == nil, code == tenancy.CodeRateLimited && !c.limits.tells():
		level = slog.LevelDebug
	}
	user := c.caller.UserID
	if status == http.StatusBadRequest || status == http.StatusUnauthorized || code == tenancy.CodeRateLimited {
		user = "" // nobody has looked whether it is one, or a secret in the wrong place
	}
	attrs := []slog.Attr{
		slog.String("method", c.request.Method),
		slog.String("route", c.route.Path),
		slog.String("operation", c.route.Operation),
		slog.Int("status", status),
		slog.String("code", string(code)),
		slog.Duration("duration", took),
		slog.String("request_id", c.id),
		slog.String("key", c.caller.KeyID),
		slog.String("user", user),
	}
	if level == slog.LevelError && err != nil {
		attrs = append(attrs, slog.Any("error", err))
	}
	c.Log.LogAttrs(ctx, level, "request", attrs...)
}
