package observe

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// buckets reach from a decision that is kept in memory to the longest that a request may
// take, in seconds.
var buckets = []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

// instruments are what is counted and timed as it happens.
type instruments struct {
	requests  *prometheus.CounterVec
	durations *prometheus.HistogramVec
	steps     *prometheus.HistogramVec
	lag       prometheus.Histogram
	drift     *prometheus.GaugeVec
	compared  prometheus.Gauge
}

// newInstruments registers them in a registry of our own: what the engine registers for the
// process is not ours.
func newInstruments(registry *prometheus.Registry) *instruments {
	i := &instruments{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tenantry_requests_total",
			Help: "Requests by operation, class of status, and code of the problem.",
		}, []string{"operation", "status", "code"}),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "tenantry_request_duration_seconds", Buckets: buckets,
			Help: "How long requests took, by operation.",
		}, []string{"operation"}),
		steps: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "tenantry_step_duration_seconds", Buckets: buckets,
			Help: "How long steps took, by the part whose they are, and how they ended.",
		}, []string{"part", "step", "outcome"}),
		lag: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "tenantry_delivery_lag_seconds", Buckets: buckets,
			Help: "How long after its commit a change was in the engine.",
		}),
		drift: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "tenantry_drift",
			Help: "In how much the engine differed from the record when they were last compared, before any repair.",
		}, []string{"kind"}),
		compared: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "tenantry_reconciled_timestamp_seconds",
			Help: "When the engine was last compared with the record, 0 for never.",
		}),
	}
	registry.MustRegister(i.requests, i.durations, i.steps, i.lag, i.drift, i.compared,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	i.drifted(0, 0, 0)
	return i
}

// classes are the classes of status by their first digit.
var classes = [...]string{"none", "1xx", "2xx", "3xx", "4xx", "5xx"}

func (i *instruments) request(operation string, status int, code string, took time.Duration) {
	i.requests.WithLabelValues(operation, classes[min(status/100, 5)], code).Inc()
	i.durations.WithLabelValues(operation).Observe(took.Seconds())
}

func (i *instruments) step(step tenancy.Step, outcome string, took time.Duration) {
	i.steps.WithLabelValues(step.Part, step.Name, outcome).Observe(took.Seconds())
}

// Delivered tells how long after its commit a change was in the engine.
func (i *instruments) Delivered(after time.Duration) { i.lag.Observe(after.Seconds()) }

// Reconciled tells in how much the engine differed from the record when they were compared
// just now.
func (i *instruments) Reconciled(missing, surplus, fences int) {
	i.drifted(missing, surplus, fences)
	i.compared.SetToCurrentTime()
}

func (i *instruments) drifted(missing, surplus, fences int) {
	i.drift.WithLabelValues("missing").Set(float64(missing))
	i.drift.WithLabelValues("surplus").Set(float64(surplus))
	i.drift.WithLabelValues("fence").Set(float64(fences))
}

// Gauge shows what read returns at each look. A count that only grows is a Counter.
func (o *Observer) Gauge(name, help string, read func() float64) {
	o.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, read))
}

// Counter shows a count that only grows.
func (o *Observer) Counter(name, help string, read func() float64) {
	o.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, read))
}

// Build shows which program it is.
func (o *Observer) Build(version, goVersion, engineVersion string) {
	o.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "tenantry_build_info", Help: "The versions of the program, always 1.",
		ConstLabels: prometheus.Labels{"version": version, "go": goVersion, "spicedb": engineVersion},
	}, func() float64 { return 1 }))
}

// Metrics answers GET /metrics.
func (o *Observer) Metrics() http.Handler {
	return promhttp.HandlerFor(o.registry, promhttp.HandlerOpts{})
}
