package observe

import (
	"context"
	"log/slog"
	"net/url"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// tracesPath is where collectors take traces, unless the endpoint has a path.
const tracesPath = "/v1/traces"

// Export sends spans by OTLP over HTTP to an endpoint, a URL, until it is shut down. That
// nobody answers there keeps nothing from running: spans that can't be sent are dropped.
// The SDK's variables hold for the rest (OTEL_TRACES_SAMPLER, OTEL_EXPORTER_OTLP_HEADERS).
func Export(ctx context.Context, endpoint, version string) (*sdk.TracerProvider, error) {
	target, err := url.Parse(endpoint)
	if err != nil {
		return nil, err
	}
	if target.Path == "" || target.Path == "/" {
		target.Path = tracesPath
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(target.String()))
	if err != nil {
		return nil, err
	}
	about, err := resource.Merge(resource.Environment(), resource.NewSchemaless(
		attribute.String("service.name", "tenantry"), attribute.String("service.version", version)))
	if err != nil {
		return nil, err
	}
	return sdk.NewTracerProvider(sdk.WithBatcher(exporter), sdk.WithResource(about)), nil
}

// Logs adds the id of the trace to lines that are written for a request, so that the one is
// found by the other.
type Logs struct{ slog.Handler }

// Handle implements [slog.Handler].
func (l Logs) Handle(ctx context.Context, record slog.Record) error {
	if span := trace.SpanContextFromContext(ctx); span.IsValid() {
		record = record.Clone()
		record.AddAttrs(slog.String("trace_id", span.TraceID().String()))
	}
	return l.Handler.Handle(ctx, record)
}

// WithAttrs implements [slog.Handler].
func (l Logs) WithAttrs(attrs []slog.Attr) slog.Handler { return Logs{l.Handler.WithAttrs(attrs)} }

// WithGroup implements [slog.Handler].
func (l Logs) WithGroup(name string) slog.Handler { return Logs{l.Handler.WithGroup(name)} }
