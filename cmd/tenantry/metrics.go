package main

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/tenantry/tenantry/internal/delivery"
)

// metrics answers GET /metrics, in a registry of its own: what the engine registers for
// the process is not ours.
func metrics(decisions *delivery.Cached) http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "tenantry_decision_cache_hits_total",
			Help: "Questions that were answered from memory.",
		}, func() float64 { hits, _ := decisions.Hits(); return float64(hits) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "tenantry_decision_cache_misses_total",
			Help: "Questions that the engine was asked.",
		}, func() float64 { _, misses := decisions.Hits(); return float64(misses) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "tenantry_decision_cache_bytes",
			Help: "About how much memory the kept answers take.",
		}, func() float64 { return float64(decisions.Bytes()) }),
	)
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{})
}
