package observe

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Observer watches one node. It is safe for concurrent use.
type Observer struct {
	tracer   trace.Tracer
	traces   bool
	registry *prometheus.Registry
	*instruments
}

// New returns an Observer whose spans are of the provider; nil for no spans, which then cost
// nothing.
func New(spans trace.TracerProvider) *Observer {
	o := &Observer{traces: spans != nil, registry: prometheus.NewRegistry()}
	if o.traces {
		o.tracer = spans.Tracer("github.com/tenantry/tenantry")
	}
	o.instruments = newInstruments(o.registry)
	return o
}

// BeginRequest begins the span of a request. It goes on with the trace that the caller names
// by W3C Trace Context. What else callers write beside it (tracestate, baggage) is left out.
func (o *Observer) BeginRequest(ctx context.Context, method, route, operation string, header http.Header) context.Context {
	if !o.traces {
		return ctx
	}
	ctx, _ = o.tracer.Start(within(ctx, header), method+" "+route, trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(
		attribute.String("http.request.method", method),
		attribute.String("http.route", route),
		attribute.String("tenantry.operation", operation),
	))
	return ctx
}

// within puts the caller's span into the context.
func within(ctx context.Context, header http.Header) context.Context {
	ctx = propagation.TraceContext{}.Extract(ctx, propagation.HeaderCarrier(header))
	caller := trace.SpanContextFromContext(ctx)
	if !caller.IsValid() {
		return ctx
	}
	return trace.ContextWithRemoteSpanContext(ctx, caller.WithTraceState(trace.TraceState{}))
}

// EndRequest ends what BeginRequest began. code is that of the problem, "" for none.
func (o *Observer) EndRequest(ctx context.Context, operation string, status int, code string, took time.Duration) {
	o.request(operation, status, code, took)
	if !o.traces {
		return
	}
	span := trace.SpanFromContext(ctx)
	span.SetAttributes(attribute.Int("http.response.status_code", status))
	if code != "" {
		span.SetAttributes(attribute.String("tenantry.code", code))
	}
	if status >= http.StatusInternalServerError {
		span.SetStatus(codes.Error, code)
	}
	span.End()
}

// Begin implements [tenancy.Probe]. What no request asked for has no span.
func (o *Observer) Begin(ctx context.Context, step tenancy.Step) (context.Context, func(error)) {
	began := time.Now()
	span := trace.Span(noop.Span{})
	if o.traces && trace.SpanContextFromContext(ctx).IsValid() {
		ctx, span = o.tracer.Start(ctx, step.Part+" "+step.Name)
	}
	return shielded(ctx, span, step), func(err error) {
		outcome := outcomeOf(err)
		o.step(step, outcome, time.Since(began))
		if err != nil {
			span.SetAttributes(attribute.String("tenantry.outcome", outcome))
		}
		span.End()
	}
}

// partEngine is the part whose steps end in code that would write ids to whatever span it
// finds.
const partEngine = "engine"

// shielded hides our span from the engine.
func shielded(ctx context.Context, span trace.Span, step tenancy.Step) context.Context {
	if step.Part != partEngine || !span.SpanContext().IsValid() {
		return ctx
	}
	return trace.ContextWithSpan(ctx, noop.Span{})
}

// outcomeOf names how a step ended, in one of few words.
func outcomeOf(err error) string {
	if err == nil {
		return "ok"
	}
	if e, ok := tenancy.AsError(err); ok {
		return string(e.Code)
	}
	switch {
	case errors.Is(err, tenancy.ErrMoved):
		return "moved"
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return "canceled"
	}
	return "error"
}
