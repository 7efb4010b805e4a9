package e2e

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The benchmarks measure the program as a process, over HTTP, with one caller: the time
// from its start until it answers, a durable change, and a decision.
//
//	go test ./e2e -run '^$' -bench . -benchtime 1000x

// benchEstate founds a root with customers that one group of operators is linked to.
func benchEstate(t *testing.B, p *process, customers int) {
	t.Helper()
	p.root(t, "acme", "mia")
	p.must(t, "", "PUT", "/v1/users/omar", map[string]any{})
	p.must(t, "mia", "POST", "/v1/organizations/acme/groups", map[string]any{"id": "ops", "name": "Ops", "claims": []string{"view_agents"}})
	p.must(t, "mia", "PUT", "/v1/groups/ops/members/omar", map[string]any{})
	for i := range customers {
		id := fmt.Sprintf("customer%d", i)
		p.must(t, "mia", "POST", "/v1/organizations", map[string]any{"id": id, "name": id, "parent_id": "acme"})
		p.must(t, "mia", "PUT", "/v1/organizations/"+id+"/links/ops", map[string]any{})
	}
}

const benchCustomers = 100

func BenchmarkStart(b *testing.B) {
	dir := b.TempDir()
	p := start(b, dir)
	benchEstate(b, p, benchCustomers)
	p.kill()
	b.ResetTimer()
	measure(b, func(int) {
		p = start(b, dir)
		b.StopTimer()
		p.kill()
		b.StartTimer()
	})
}

func BenchmarkChange(b *testing.B) {
	p := start(b, b.TempDir())
	benchEstate(b, p, benchCustomers)
	b.ResetTimer()
	measure(b, func(i int) {
		path := fmt.Sprintf("/v1/organizations/customer%d/links/ops", i/2%benchCustomers)
		if i%2 == 0 {
			p.must(b, "mia", "DELETE", path, nil)
		} else {
			p.must(b, "mia", "PUT", path, map[string]any{})
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	p := start(b, b.TempDir())
	benchEstate(b, p, benchCustomers)
	b.ResetTimer()
	measure(b, func(i int) {
		require.True(b, p.allowed(b, "omar", "view_agents", fmt.Sprintf("customer%d", i%benchCustomers)))
	})
}

// measure runs the benchmark and reports the median and the 95th percentile beside the mean.
func measure(b *testing.B, once func(i int)) {
	var durations []time.Duration
	for i := range b.N {
		begun := time.Now()
		once(i)
		durations = append(durations, time.Since(begun))
	}
	slices.Sort(durations)
	percentile := func(p int) float64 {
		return float64(durations[(len(durations)-1)*p/100].Microseconds()) / 1000
	}
	b.ReportMetric(percentile(50), "p50-ms")
	b.ReportMetric(percentile(95), "p95-ms")
}
