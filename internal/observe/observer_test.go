package observe_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/tenantry/tenantry/internal/observe"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// traced is an Observer whose spans stay in memory.
func traced() (*observe.Observer, *tracetest.InMemoryExporter) {
	spans := tracetest.NewInMemoryExporter()
	return observe.New(sdk.NewTracerProvider(sdk.WithSyncer(spans))), spans
}

func metrics(o *observe.Observer) string {
	recorder := httptest.NewRecorder()
	o.Metrics().ServeHTTP(recorder, httptest.NewRequest("GET", "/metrics", nil))
	return recorder.Body.String()
}

const (
	callersTrace = "0af7651916cd43dd8448eb211c80319c"
	callersSpan  = "b7ad6b7169203331"
)

// A request has a span in its caller's trace, and the steps below it have spans below that.
func TestSpansOfARequest(t *testing.T) {
	o, spans := traced()
	header := http.Header{"Traceparent": {"00-" + callersTrace + "-" + callersSpan + "-01"}, "Tracestate": {"x=planted"}, "Baggage": {"x=planted"}}
	ctx := o.BeginRequest(t.Context(), "POST", "/v1/check", "check", header)
	inside, end := o.Begin(ctx, tenancy.Step{Part: "record", Name: "snapshot"})
	_, endInner := o.Begin(inside, tenancy.Step{Part: "engine", Name: "Evaluate"})
	endInner(errors.New("planted"))
	end(nil)
	o.EndRequest(ctx, "check", 503, "engine-unavailable", time.Second)

	got := spans.GetSpans()
	require.Len(t, got, 3)
	engine, record, request := got[0], got[1], got[2]
	require.Equal(t, "POST /v1/check", request.Name)
	require.Equal(t, trace.SpanKindServer, request.SpanKind)
	require.Equal(t, callersSpan, request.Parent.SpanID().String())
	require.Equal(t, request.SpanContext.SpanID(), record.Parent.SpanID())
	require.Equal(t, record.SpanContext.SpanID(), engine.Parent.SpanID())
	for _, span := range got {
		require.Equal(t, callersTrace, span.SpanContext.TraceID().String())
		require.NotContains(t, fmt.Sprintf("%+v", span), "planted")
	}
	require.Contains(t, fmt.Sprint(request.Attributes), "engine-unavailable")
	require.Contains(t, fmt.Sprint(engine.Attributes), "error")
}

// SpiceDB writes ids to the span that it finds: it finds none of ours.
func TestTheEngineFindsNoSpan(t *testing.T) {
	o, _ := traced()
	ctx := o.BeginRequest(t.Context(), "POST", "/v1/check", "check", nil)
	ctx, end := o.Begin(ctx, tenancy.Step{Part: "engine", Name: "Evaluate"})
	defer end(nil)
	require.False(t, trace.SpanFromContext(ctx).IsRecording())
	require.False(t, trace.SpanContextFromContext(ctx).IsValid())
}

// What runs in the background is counted, and makes no traces of its own.
func TestOnlyRequestsAreTraced(t *testing.T) {
	o, spans := traced()
	_, end := o.Begin(t.Context(), tenancy.Step{Part: "delivery", Name: "sweep"})
	end(nil)
	require.Empty(t, spans.GetSpans())
	require.Contains(t, metrics(o), `tenantry_step_duration_seconds_count{outcome="ok",part="delivery",step="sweep"} 1`)
}

// Without a collector the context of a request stays as it is.
func TestWithoutTraces(t *testing.T) {
	o := observe.New(nil)
	ctx := o.BeginRequest(t.Context(), "GET", "/healthz", "healthz", nil)
	require.Equal(t, t.Context(), ctx)
	o.EndRequest(ctx, "healthz", 200, "", time.Millisecond)
	below, end := o.Begin(ctx, tenancy.Step{Part: "engine", Name: "Evaluate"})
	end(nil)
	require.Equal(t, ctx, below)
}

func TestMetrics(t *testing.T) {
	o := observe.New(nil)
	o.EndRequest(t.Context(), "check", 200, "", 3*time.Millisecond)
	o.EndRequest(t.Context(), "check", 404, "not-found", time.Millisecond)
	o.Delivered(2 * time.Millisecond)
	o.Reconciled(3, 2, 1)
	o.Gauge("tenantry_a", "A.", func() float64 { return 7 })
	o.Counter("tenantry_b_total", "B.", func() float64 { return 8 })
	o.Build("v1", "go1", "v2")
	text := metrics(o)
	for _, line := range []string{
		`tenantry_requests_total{code="",operation="check",status="2xx"} 1`,
		`tenantry_requests_total{code="not-found",operation="check",status="4xx"} 1`,
		`tenantry_request_duration_seconds_bucket{operation="check",le="0.0025"} 1`,
		`tenantry_request_duration_seconds_count{operation="check"} 2`,
		`tenantry_delivery_lag_seconds_sum 0.002`,
		`tenantry_drift{kind="missing"} 3`, `tenantry_drift{kind="surplus"} 2`, `tenantry_drift{kind="fence"} 1`,
		`tenantry_reconciled_timestamp_seconds `,
		`tenantry_a 7`, `tenantry_b_total 8`,
		`tenantry_build_info{go="go1",spicedb="v2",version="v1"} 1`,
		`go_goroutines `, `process_cpu_seconds_total `,
	} {
		require.Contains(t, text, line)
	}
}

// The labels of an outcome are of a fixed few, whatever the error says.
func TestOutcomes(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{nil, "ok"},
		{tenancy.Unavailable(tenancy.CodeNotFresh, errors.New("planted")), "not-fresh"},
		{fmt.Errorf("planted: %w", tenancy.ErrMoved), "moved"},
		{fmt.Errorf("planted: %w", context.DeadlineExceeded), "canceled"},
		{errors.New("planted"), "error"},
	} {
		o := observe.New(nil)
		_, end := o.Begin(t.Context(), tenancy.Step{Part: "p", Name: "s"})
		end(c.err)
		require.Contains(t, metrics(o), `tenantry_step_duration_seconds_count{outcome="`+c.want+`",part="p",step="s"} 1`)
		require.NotContains(t, metrics(o), "planted")
	}
}
