package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/estate"
	"github.com/tenantry/tenantry/internal/estate/measure"
)

// bench is what is measured, and how.
type bench struct {
	relationships []int
	only          []string
	runs, callers int
	duration      time.Duration
	dir           string
	profiles      string
	asJSON        bool
}

func newBench(func(string) string) *cobra.Command {
	var b bench
	c := &cobra.Command{
		Use:   "bench",
		Short: "Measure this program on this machine, on an estate of a given size",
		Long: `Measure this program on this machine, on an estate of a given size.

It makes the estate in a new data directory, serves it as 'serve' does on a port of its
own, and asks as the backend of a console would, over HTTP on the same machine and from the
same process. All measures, and their peers that tell what the machine can do, take turns.
A wrong answer ends it. With several sizes it tells how the times grow.`,
		Example: "  tenantry bench --relationships 10000,1000000",
		Args:    invalidArgs(cobra.NoArgs),
	}
	f := c.Flags()
	f.IntSliceVar(&b.relationships, "relationships", []int{66_000}, "sizes of the estates, about")
	f.IntVar(&b.runs, "runs", 5, "how often each measure runs")
	f.IntVar(&b.callers, "callers", 16, "how many ask at the same time")
	f.DurationVar(&b.duration, "duration", 2*time.Second, "how long each run takes")
	f.StringSliceVar(&b.only, "only", nil, "parts to measure: "+fmt.Sprint(benchParts)+"; all by default")
	f.StringVar(&b.dir, "dir", "", "where the data is made, and removed at the end; the system's temporary directory by default")
	f.StringVar(&b.profiles, "profiles", "", "folder for processor profiles of each run")
	f.BoolVar(&b.asJSON, "json", false, "print JSON")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if err := b.validate(); err != nil {
			return &invalidError{err}
		}
		return b.run(c.Context(), c.OutOrStdout(), c.ErrOrStderr())
	}
	return c
}

func (b *bench) validate() error {
	if min(b.runs, b.callers, slices.Min(append(b.relationships, b.runs))) < 1 || len(b.relationships) == 0 || b.duration <= 0 {
		return errors.New("sizes, runs, callers and duration must be positive")
	}
	for _, part := range b.only {
		if !slices.Contains(benchParts, part) {
			return fmt.Errorf("--only: %q is none of %v", part, benchParts)
		}
	}
	return nil
}

// run prepares, measures and reports. What was made is removed, also after an error.
func (b *bench) run(ctx context.Context, out, progress io.Writer) (err error) {
	dir, err := os.MkdirTemp(b.dir, "tenantry-bench")
	if err != nil {
		return err
	}
	stand := &benchStand{bench: b, dir: dir, progress: progress}
	defer func() { err = errors.Join(err, stand.close(), os.RemoveAll(dir)) }()
	report := measure.Report{
		Machine:  measure.About("github.com/authzed/spicedb", "github.com/gin-gonic/gin", "modernc.org/sqlite"),
		Duration: b.duration.Seconds(),
	}
	measures, err := stand.prepare(ctx)
	if err != nil {
		return err
	}
	if report.Results, err = b.measure(ctx, measures, progress); err != nil {
		return err
	}
	report.Machine.Ended()
	report.Estates = stand.estates()
	report.Comparisons = stand.compare(report.Results)
	if b.asJSON {
		return report.JSON(out)
	}
	return report.Text(out)
}

func (b *bench) measure(ctx context.Context, measures []measure.Measure, progress io.Writer) ([]measure.Result, error) {
	if b.profiles != "" {
		for i, m := range measures {
			measures[i] = profiled(b.profiles, m)
		}
	}
	plan := measure.Plan{Runs: b.runs, Duration: b.duration, Told: func(run int, name string) {
		fmt.Fprintf(progress, "run %d of %d: %s\n", run, b.runs, name)
	}}
	return measure.InTurns(ctx, plan, measures)
}

func (b *bench) wants(part string) bool { return len(b.only) == 0 || slices.Contains(b.only, part) }

// shapes are the estates, the smallest first.
func (b *bench) shapes() []estate.Shape {
	sizes := slices.Sorted(slices.Values(b.relationships))
	var shapes []estate.Shape
	for _, size := range slices.Compact(sizes) {
		shapes = append(shapes, estate.Of(size))
	}
	return slices.Compact(shapes)
}
