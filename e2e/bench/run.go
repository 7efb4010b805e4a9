package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/estate"
	"github.com/tenantry/tenantry/internal/estate/measure"
)

// stand is all that runs while it is measured, in a temporary folder.
type stand struct {
	settings
	dir       string
	questions *measure.Sequence
	cluster   *cluster // see startCluster
	stops     []func() error
	pids      map[int]bool // of what was launched
}

// peers are the services. start prepares one and says what is measured on it.
var peers = []struct {
	name  string
	start func(ctx context.Context, s *stand) ([]measure.Measure, error)
}{
	{"tenantry", startTenantry}, {"gin", startEmptyGin}, {"spicedb", startSpiceDB}, {"cluster", startTenantryInCluster},
	{"openfga", startOpenFGA},
}

func run(ctx context.Context, settings settings) (err error) {
	return settings.stand(func(s *stand) error {
		var measures []measure.Measure
		for _, p := range peers {
			if !s.asks(p.name) {
				continue
			}
			some, err := p.start(ctx, s)
			if err != nil {
				return err
			}
			for _, m := range some {
				measures = append(measures, s.weighed(m))
			}
		}
		return s.measure(ctx, measures)
	})
}

// asks tells whether a service is one of those that were named.
func (s settings) asks(name string) bool {
	return s.only == "" || slices.Contains(strings.Split(s.only, ","), name)
}

// stand has use work with an empty stand, and leaves nothing of that behind.
func (s settings) stand(use func(*stand) error) (err error) {
	dir, err := os.MkdirTemp("", "tenantry-side-by-side")
	if err != nil {
		return err
	}
	empty := &stand{settings: s, dir: dir, pids: map[int]bool{}, questions: &measure.Sequence{Shape: estate.Of(s.relationships)}}
	defer func() { err = errors.Join(err, empty.stop(), os.RemoveAll(dir)) }()
	return use(empty)
}

// stop ends everything that was started, the last first.
func (s *stand) stop() error {
	var errs []error
	for _, stop := range slices.Backward(s.stops) {
		errs = append(errs, stop())
	}
	return errors.Join(errs...)
}

func (s *stand) onStop(stop func() error) { s.stops = append(s.stops, stop) }

func (s *stand) measure(ctx context.Context, measures []measure.Measure) (err error) {
	report := measure.Report{
		Machine:  measure.About("github.com/authzed/authzed-go", "github.com/gin-gonic/gin"),
		Duration: s.duration.Seconds(),
	}
	if err := versions(ctx, report.Machine.Versions); err != nil {
		return err
	}
	report.Results, err = measure.InTurns(ctx, measure.Plan{Runs: s.runs, Duration: s.duration, Told: s.tell}, measures)
	if err != nil {
		return err
	}
	report.Machine.Ended()
	shape := s.questions.Shape
	report.Estates = []measure.Estate{{
		Name: "estate", Relationships: shape.Relationships(), Asked: s.questions.Asked(), Once: shape.Questions(),
	}}
	report.Comparisons = compare(report.Results)
	if s.asJSON {
		return report.JSON(os.Stdout)
	}
	return report.Text(os.Stdout)
}

func (s *stand) tell(run int, name string) {
	fmt.Fprintf(os.Stderr, "run %d of %d: %s\n", run, s.runs, name)
}

func tell(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
