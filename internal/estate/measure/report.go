package measure

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// Report is all that was measured in one go.
type Report struct {
	Machine     Machine      `json:"machine"`
	Duration    float64      `json:"seconds_of_a_run"`
	Estates     []Estate     `json:"estates"`
	Results     []Result     `json:"results"`
	Comparisons []Comparison `json:"comparisons"`
}

// Estate is what was asked about.
type Estate struct {
	Name          string `json:"name"`
	Relationships int    `json:"relationships"`
	// Questions were asked, of those of which each was asked once.
	Asked int `json:"questions_asked"`
	Once  int `json:"questions_asked_once"`
}

// Comparison is a ratio of two results, beside what it should reach.
type Comparison struct {
	What   string  `json:"what"`
	Figure float64 `json:"figure"`
	Unit   string  `json:"unit"`
	Reach  string  `json:"to_reach"`
}

// JSON writes the report for programs.
func (r Report) JSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(r)
}

// Text writes the report for people.
func (r Report) Text(w io.Writer) error {
	r.conditions(w)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "per second\tspread\tp50 ms\tp95 ms\tp99 ms\tcpu µs\tcallers\t  what")
	for _, result := range r.Results {
		s := result.Summary
		fmt.Fprintf(table, "%.0f\t%.0f%%\t%.3f\t%.3f\t%.3f\t%.0f\t%d\t  %s\n",
			s.PerSecond, result.Spread*percent, s.P50, s.P95, s.P99, s.Processor, result.Callers, named(result))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	return r.comparisons(w)
}

const percent = 100

func named(r Result) string {
	switch {
	case r.Summary.HeapBytes > 0:
		return fmt.Sprintf("%s (%s; %.0f bytes of heap each)", r.Name, r.Unit, r.Summary.HeapBytes)
	case r.Summary.Services > 0:
		return fmt.Sprintf("%s (%.0f µs of the services)", r.Name, r.Summary.Services)
	case r.Unit != "calls":
		return fmt.Sprintf("%s (%s)", r.Name, r.Unit)
	}
	return r.Name
}

func (r Report) conditions(w io.Writer) {
	versions := []string{r.Machine.Go}
	for _, name := range slices.Sorted(maps.Keys(r.Machine.Versions)) {
		versions = append(versions, name+" "+r.Machine.Versions[name])
	}
	fmt.Fprintf(w, "%s: %d cores, %s\n", r.Machine.At.Format(time.RFC3339), r.Machine.Cores, r.Machine.CPU)
	fmt.Fprintf(w, "%s\n", strings.Join(versions, ", "))
	fmt.Fprintf(w, "load average before and after: %s, %s\n", r.Machine.Load[0], r.Machine.Load[1])
	if len(r.Results) > 0 {
		fmt.Fprintf(w, "medians of %d runs of %g s in turns; spread is (highest - lowest) / median of the rate\n",
			len(r.Results[0].Runs), r.Duration)
	}
	for _, e := range r.Estates {
		fmt.Fprintf(w, "%s: %d relationships, %d questions asked, of which the first %d only once\n",
			e.Name, e.Relationships, e.Asked, min(e.Asked, e.Once))
	}
	fmt.Fprintln(w)
}

func (r Report) comparisons(w io.Writer) error {
	if len(r.Comparisons) == 0 {
		return nil
	}
	fmt.Fprintln(w)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, c := range r.Comparisons {
		fmt.Fprintf(table, "%s\t%.3g %s\tto reach: %s\n", c.What, c.Figure, c.Unit, c.Reach)
	}
	return table.Flush()
}
