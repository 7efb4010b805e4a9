package httpapi_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/tenantry/tenantry/internal/httpapi"
	"github.com/tenantry/tenantry/internal/observe"
)

// watch is all that operators get to see of a stack: log lines of every level, spans and
// metrics. Lines and spans are kept while it is on.
type watch struct {
	slog.Handler
	observer *observe.Observer
	spans    *tracetest.InMemoryExporter

	mu   sync.Mutex
	on   bool
	text bytes.Buffer
}

func newWatch() *watch {
	w := &watch{spans: tracetest.NewInMemoryExporter()}
	w.Handler = observe.Logs{Handler: slog.NewJSONHandler(&w.text, &slog.HandlerOptions{Level: slog.LevelDebug})}
	w.observer = observe.New(sdk.NewTracerProvider(sdk.WithSyncer(w.spans), sdk.WithSampler(w)))
	return w
}

// Enabled implements [slog.Handler].
func (w *watch) Enabled(context.Context, slog.Level) bool { return w.isOn() }

// Handle implements [slog.Handler].
func (w *watch) Handle(ctx context.Context, r slog.Record) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.Handler.Handle(ctx, r)
}

// ShouldSample implements [sdk.Sampler].
func (w *watch) ShouldSample(p sdk.SamplingParameters) sdk.SamplingResult {
	if w.isOn() {
		return sdk.AlwaysSample().ShouldSample(p)
	}
	return sdk.NeverSample().ShouldSample(p)
}

// Description implements [sdk.Sampler].
func (w *watch) Description() string { return "when it is on" }

func (w *watch) isOn() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.on
}

// turn switches it. What it has kept is gone when it is turned on.
func (w *watch) turn(on bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.on = on; on {
		w.text.Reset()
		w.spans.Reset()
	}
}

// lines are the log lines that it has kept.
func (w *watch) lines() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

// Attack 33: whatever is planted in bodies, headers, paths and queries is in no span, no
// metric and no problem, and in the log stands nothing of it but the id of a known caller.
func TestNothingOfCallersIsWatched(t *testing.T) {
	w := newWorld(t)
	w.watch.turn(true)
	t.Cleanup(func() { w.watch.turn(false) })
	for _, actor := range []string{"platform", "bob", "machine", "broken"} {
		for _, route := range protected() {
			w.plant(t, route, actor)
		}
	}
	metrics := w.send(t, request{method: "GET", path: "/metrics", actor: "nobody"}).text
	lines, spans := w.watch.lines(), fmt.Sprintf("%+v", w.watch.spans.GetSpans())
	for _, engine := range []string{"Evaluate", "snapshot", "refusal"} {
		require.Contains(t, spans, engine, "the whole way is watched")
		require.Contains(t, metrics, engine)
	}
	for _, secret := range append(w.planted(), w.prefix) {
		require.NotContains(t, spans, secret)
		require.NotContains(t, metrics, secret)
		require.NotContains(t, strings.ReplaceAll(lines, `"user":"`+w.id("bob"), ""), secret)
	}
}

// planted are texts that nobody but the service may see, or that only callers wrote.
func (w *world) planted() []string {
	secrets := []string{"planted", w.made["IT"], w.made["KS"]}
	for _, secret := range w.secrets {
		secrets = append(secrets, secret, strings.ToUpper(secret))
	}
	return secrets
}

// plant sends an operation as its trial has it, and once more in a form that is refused,
// with something planted wherever there is a place.
func (w *world) plant(t *testing.T, route httpapi.Route, actor string) {
	t.Helper()
	header := map[string]string{
		"User-Agent": "planted", "Traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
		"Tracestate": "x=planted", "Baggage": "x=planted", "Referer": "planted",
	}
	trial := trials[route.Operation]
	w.send(t, request{method: route.Method, path: onOurs(route), body: strings.ReplaceAll(trial.body, `"N"`, `"planted"`), actor: actor, header: header})
	header["Idempotency-Key"], header["If-Match"], header["Current-Organization"] = "planted", `"planted"`, "planted"
	refused := w.send(t, request{method: route.Method, path: onOurs(route) + "?q=planted", body: `{"email":"planted@example.com","token":"planted"}`, actor: actor, header: header})
	if refused.status >= 400 && refused.status != 503 {
		require.NotContains(t, strings.ReplaceAll(refused.text, `\"q\"`, ""), "planted", route.Operation)
	}
}
