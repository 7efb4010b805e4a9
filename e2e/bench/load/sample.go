package load

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/prometheus/procfs"
)

// sampleEvery is how often a node is looked at.
const sampleEvery = 10 * time.Second

// sample is what a node takes at an instant, and how large the record is.
type sample struct {
	at     time.Duration // after the first
	values [series]float64
}

// The series of a node.
const (
	resident = iota
	heap
	kept
	goroutines
	handles
	heldEach // how many bytes the heap may hold for one that lives
	series
)

// sampler looks at the nodes and the record again and again.
type sampler struct {
	target Target
	nodes  []procfs.Proc
	begun  time.Time
	seen   [][]sample // of each node
	rests  [][]sample // of each node, when nothing was asked: before the run and after it
	sizes  [][]Size   // at each look
}

func newSampler(target Target) (*sampler, error) {
	s := &sampler{target: target, begun: time.Now(), seen: make([][]sample, len(target.Nodes)), rests: make([][]sample, len(target.Nodes))}
	for _, n := range target.Nodes {
		process, err := procfs.NewProc(n.PID)
		if err != nil {
			return nil, err
		}
		s.nodes = append(s.nodes, process)
	}
	return s, nil
}

// every looks until the context ends.
func (s *sampler) every(ctx context.Context, pause time.Duration) error {
	ticker := time.NewTicker(pause)
	defer ticker.Stop()
	for {
		if err := s.look(ctx); err != nil && ctx.Err() == nil {
			return fmt.Errorf("sample: %w", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
	}
}

func (s *sampler) look(ctx context.Context) (err error) {
	if err := s.lookInto(ctx, s.seen); err != nil {
		return err
	}
	sizes, err := s.target.Sizes(ctx)
	s.sizes = append(s.sizes, sizes)
	return err
}

// A node that rests has collected its garbage: it does so every two minutes, also if there is
// none.
const (
	restAtLeast = 5 * time.Second
	restAtMost  = 150 * time.Second
)

// rest looks at the nodes when what was asked is over, and what it took is free again.
func (s *sampler) rest(ctx context.Context) error {
	begun := time.Now()
	for end := begun.Add(restAtMost); time.Now().Before(end); {
		if !sleepUntil(ctx, time.Now().Add(restAtLeast)) {
			return context.Cause(ctx)
		}
		collected, err := s.collectedSince(ctx, begun)
		if err != nil {
			return err
		}
		if collected {
			break
		}
	}
	return s.lookInto(ctx, s.rests)
}

// collectedSince tells whether every node has collected its garbage since some time after the
// instant.
func (s *sampler) collectedSince(ctx context.Context, begun time.Time) (bool, error) {
	for _, n := range s.target.Nodes {
		metrics, err := readMetrics(ctx, n.Address)
		last := metrics["go_memstats_last_gc_time_seconds"]
		if err != nil || last < float64(begun.Add(time.Second).UnixNano())/1e9 {
			return false, err
		}
	}
	return true, nil
}

func (s *sampler) lookInto(ctx context.Context, samples [][]sample) error {
	for i, n := range s.target.Nodes {
		values, err := lookAt(ctx, s.nodes[i], n.Address)
		if err != nil {
			return err
		}
		samples[i] = append(samples[i], sample{time.Since(s.begun), values})
	}
	return nil
}

// lookAt asks the system and the node itself.
func lookAt(ctx context.Context, process procfs.Proc, address string) (values [series]float64, err error) {
	status, err := process.NewStatus()
	if err != nil {
		return values, err
	}
	open, err := process.FileDescriptorsLen()
	if err != nil {
		return values, err
	}
	metrics, err := readMetrics(ctx, address)
	values[resident] = float64(status.VmRSS)
	values[handles] = float64(open)
	values[heap] = metrics["go_memstats_heap_inuse_bytes"]
	values[kept] = metrics["tenantry_decision_cache_bytes"]
	values[goroutines] = metrics["go_goroutines"]
	values[heldEach] = 1 + metrics["go_gc_gogc_percent"]/100
	if err == nil && (values[heap] == 0 || values[goroutines] == 0) {
		err = errors.New("the metrics tell nothing of the heap or of goroutines")
	}
	return values, err
}

// readMetrics are the gauges of a node that have no labels.
func readMetrics(ctx context.Context, address string) (map[string]float64, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/metrics", http.NoBody)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(response.Body)
	gauges := map[string]float64{}
	for name, family := range families {
		if m := family.GetMetric(); len(m) == 1 && m[0].GetGauge() != nil {
			gauges[name] = m[0].GetGauge().GetValue()
		}
	}
	return gauges, err
}
