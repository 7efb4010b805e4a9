package load

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/tenantry/tenantry/internal/estate/measure"
)

// Report is what became of one target.
type Report struct {
	Target     string          `json:"target"`
	Machine    measure.Machine `json:"machine"`
	Callers    int             `json:"saturation_callers"`
	Saturation float64         `json:"saturation_per_second"`
	Offered    float64         `json:"offered_per_second"`
	Planned    float64         `json:"planned_seconds"`
	Took       float64         `json:"took_seconds"`
	Seed       uint64          `json:"seed"`
	Workers    int             `json:"workers"`
	Services   float64         `json:"cores_of_services"`
	Sender     float64         `json:"cores_of_sender"`
	Times      []Times         `json:"times"`
	Late       Late            `json:"late"`
	Before     []Failures      `json:"failures_at_saturation"`
	Failures   []Failures      `json:"failures"`
	Courses    []Course        `json:"nodes"`
	Record     []Part          `json:"record"`
}

// Late is how far behind the schedule requests were sent, in milliseconds, how many by 10 ms
// and more, and how many had no idle worker. It counts into their times.
type Late struct {
	Times
	Starts  int `json:"starts"`
	Waiting int `json:"waited_for_a_worker"`
}

// Part is how large a part of the record was at the begin and at the end, in bytes.
type Part struct {
	Name  string `json:"part"`
	Begin int64  `json:"begin_bytes"`
	End   int64  `json:"end_bytes"`
}

func newReport(target Target, plan Plan) *Report {
	return &Report{
		Target: target.Name, Machine: measure.About(), Callers: plan.Callers,
		Planned: plan.Duration.Seconds(), Seed: plan.Seed,
	}
}

// fill adds what was counted and seen.
func (r *Report) fill(counted *tally, late *lateness, s *sampler) {
	r.Machine.Ended()
	r.Times, r.Failures = counted.times(), counted.sorted()
	r.Late = Late{timesOf("sent late", late.sends), late.starts, late.waiting}
	for i, n := range s.target.Nodes {
		r.Courses = append(r.Courses, courseOf(n.Address, s.seen[i], s.rests[i]))
	}
	r.Record = partsOf(s.sizes)
}

func partsOf(sizes [][]Size) (parts []Part) {
	if len(sizes) == 0 {
		return nil
	}
	for _, last := range sizes[len(sizes)-1] {
		part := Part{Name: last.Part, End: last.Bytes}
		for _, first := range sizes[0] {
			if first.Part == last.Part {
				part.Begin = first.Bytes
			}
		}
		parts = append(parts, part)
	}
	return parts
}

// Begun tells whether there is anything to report.
func (r *Report) Begun() bool { return r.Took > 0 || len(r.Before) > 0 }

// Err tells of failures: a run that has some has not passed.
func (r *Report) Err() error {
	count := 0
	for _, some := range [][]Failures{r.Before, r.Failures} {
		for _, f := range some {
			count += f.Count
		}
	}
	if count > 0 {
		return fmt.Errorf("%s: %d requests failed", r.Target, count)
	}
	return nil
}

// Text writes the report for people.
func (r *Report) Text(w io.Writer) error {
	m := r.Machine
	fmt.Fprintf(w, "%s, %s: %d cores, %s, %s, load average before and after: %s, %s\n",
		r.Target, m.At.Format(time.RFC3339), m.Cores, m.CPU, m.Go, m.Load[0], m.Load[1])
	fmt.Fprintf(w, "saturation: %.0f/s with %d callers; offered: %.1f/s for %.0f s (seed %d, %d workers), which took %.1f s\n",
		r.Saturation, r.Callers, r.Offered, r.Planned, r.Seed, r.Workers, r.Took)
	fmt.Fprintf(w, "cores in use in the mean: %.2f by the service, %.2f by the sender\n", r.Services, r.Sender)
	fmt.Fprintf(w, "sent %d ms and more behind the schedule: %d; without an idle worker: %d; p50 %.2f ms, p99 %.2f ms, p99.9 %.2f ms, at most %.1f ms\n",
		lateFrom.Milliseconds(), r.Late.Starts, r.Late.Waiting, r.Late.P50, r.Late.P99, r.Late.P999, r.Late.Max)
	for _, part := range []func(io.Writer) error{r.times, r.failures, r.courses, r.record} {
		fmt.Fprintln(w)
		if err := part(w); err != nil {
			return err
		}
	}
	return nil
}

func newTable(w io.Writer) *tabwriter.Writer {
	return tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
}

func (r *Report) times(w io.Writer) error {
	table := newTable(w)
	fmt.Fprintln(table, "answers\tp50 ms\tp90 ms\tp99 ms\tp99.9 ms\tmax ms\t  what, from when it was due")
	for _, t := range r.Times {
		fmt.Fprintf(table, "%d\t%.2f\t%.2f\t%.2f\t%.2f\t%.1f\t  %s\n", t.Count, t.P50, t.P90, t.P99, t.P999, t.Max, t.Kind)
	}
	return table.Flush()
}

func (r *Report) failures(w io.Writer) error {
	for _, part := range []struct {
		when string
		all  []Failures
	}{{"at saturation", r.Before}, {"in the run", r.Failures}} {
		if len(part.all) == 0 {
			fmt.Fprintf(w, "failed %s: none\n", part.when)
		}
		for _, f := range part.all {
			fmt.Fprintf(w, "failed %s: %d of %s, %s; the first: %.120s\n", part.when, f.Count, f.Kind, f.Code, f.Text)
		}
	}
	return nil
}

const mebibyte = 1 << 20

func (r *Report) courses(w io.Writer) error {
	for _, c := range r.Courses {
		if !c.IsFlat() {
			fmt.Fprintf(w, "%s is NOT FLAT\n", c.Node)
		}
	}
	table := newTable(w)
	fmt.Fprintln(table, "first fifth\tlast fifth\tslope an hour\tat rest before\tand after\tmay grow by\t\t  what, medians")
	for _, c := range r.Courses {
		for _, row := range []struct {
			what string
			unit float64
			Flat
		}{
			{"resident memory, MiB", mebibyte, c.Resident}, {"heap in use, MiB", mebibyte, c.Heap},
			{"goroutines", 1, c.Goroutines}, {"file handles", 1, c.Handles},
		} {
			verdict := "flat"
			if !row.Flat.Flat {
				verdict = "NOT FLAT"
			}
			fmt.Fprintf(table, "%.1f\t%.1f\t%+.1f\t%s\t%.1f\t%s\t  %s of %s\n", row.First/row.unit, row.Last/row.unit,
				row.PerHour/row.unit, row.atRest(row.unit), row.Allowed/row.unit, verdict, row.what, c.Node)
		}
		fmt.Fprintf(table, "%.1f\t%.1f\t%+.1f\t\t\t\t\t  kept answers, MiB of %s\n",
			c.Kept.First/mebibyte, c.Kept.Last/mebibyte, c.Kept.PerHour/mebibyte, c.Node)
	}
	return table.Flush()
}

// atRest has both figures, in two cells.
func (f Flat) atRest(unit float64) string {
	if len(f.Rest) < 2 {
		return "\t"
	}
	return fmt.Sprintf("%.1f\t%.1f", f.Rest[0]/unit, f.Rest[1]/unit)
}

func (r *Report) record(w io.Writer) error {
	table := newTable(w)
	fmt.Fprintln(table, "begin MiB\tend MiB\t  what of the record")
	for _, p := range r.Record {
		fmt.Fprintf(table, "%.1f\t%.1f\t  %s\n", float64(p.Begin)/mebibyte, float64(p.End)/mebibyte, p.Name)
	}
	return table.Flush()
}
