package main

import (
	"context"
	"log/slog"
	"math"
	"time"

	"go.opentelemetry.io/otel"

	"github.com/tenantry/tenantry/internal/delivery"
	"github.com/tenantry/tenantry/internal/engine/cluster"
	"github.com/tenantry/tenantry/internal/observe"
)

// observe begins to watch the node, with traces if they go somewhere.
func (n *node) observe(ctx context.Context) error {
	b, _ := readBuild() // a program that knows nothing of itself serves all the same
	defer func() { n.watch.Build(b.version, b.goVersion, b.engine) }()
	if n.settings.OTLPEndpoint == "" {
		n.watch = observe.New(nil)
		return nil
	}
	spans, err := observe.Export(ctx, n.settings.OTLPEndpoint, b.version)
	if err != nil {
		n.watch = observe.New(nil)
		return err
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { n.log.Warn("traces were not sent", "error", err) }))
	n.watch = observe.New(spans)
	n.log = slog.New(observe.Logs{Handler: n.log.Handler()})
	n.endTraces = func() error { return flush(ctx, spans.Shutdown, n.log) }
	return nil
}

// flushTimeout bounds how long a stopping node waits for whoever takes its traces.
const flushTimeout = 3 * time.Second

// flush sends what is left. That it can't be sent is no failure of the node.
func flush(ctx context.Context, shutdown func(context.Context) error, log *slog.Logger) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTimeout)
	defer cancel()
	if err := shutdown(ctx); err != nil {
		log.Warn("the last traces were not sent", "error", err)
	}
	return nil
}

func (n *node) deliverer() *delivery.Deliverer {
	return delivery.New(observe.Recorder{Recorder: n.store, Probe: n.watch}, n.engine, n.log).WatchedBy(n.watch)
}

// measure shows what the parts count themselves.
func (n *node) measure(decisions *delivery.Cached) {
	n.watch.Counter("tenantry_decision_cache_hits_total", "Questions that were answered from memory.",
		func() float64 { hits, _ := decisions.Hits(); return float64(hits) })
	n.watch.Counter("tenantry_decision_cache_misses_total", "Questions that the engine was asked.",
		func() float64 { _, misses := decisions.Hits(); return float64(misses) })
	n.watch.Gauge("tenantry_decision_cache_bytes", "About how much memory the kept answers take.",
		func() float64 { return float64(decisions.Bytes()) })
	n.watch.Gauge("tenantry_deliveries_pending", "Versions that were committed here and are not in the engine yet.",
		func() float64 { return float64(decisions.Pending()) })
	n.watch.Gauge("tenantry_engine_circuit_open", "1 while a SpiceDB cluster has failed so often that it is not asked, or only to see whether it answers again.", n.circuitOpen)
	n.watch.Gauge("tenantry_outbox_mails", "Mails that wait to be sent; NaN if the record can't be asked.", n.outboxLength)
}

// circuitOpen is 0 for an engine in this process: there is no way to it that could fail.
func (n *node) circuitOpen() float64 {
	if e, ok := n.engine.(*clusterEngine); ok && e.Circuit() != cluster.CircuitClosed {
		return 1
	}
	return 0
}

// lookTimeout bounds how long a look at the metrics waits for the record.
const lookTimeout = time.Second

func (n *node) outboxLength() float64 {
	ctx, cancel := context.WithTimeout(context.Background(), lookTimeout)
	defer cancel()
	length, err := n.store.WaitingMails(ctx)
	if err != nil {
		return math.NaN()
	}
	return float64(length)
}
