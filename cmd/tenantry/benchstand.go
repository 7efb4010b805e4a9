package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/tenantry/tenantry/internal/estate"
	"github.com/tenantry/tenantry/internal/estate/measure"
)

// benchParts are what --only chooses from.
var benchParts = []string{"check", "change", "lookup", "start"}

// lookupOrganizations is in how many organizations people stand when lookups are measured.
const lookupOrganizations = 1000

// benchStand is all that runs while it is measured.
type benchStand struct {
	bench    *bench
	dir      string
	progress io.Writer
	nodes    []*benchNode // of the sizes asked for, the smallest first
	wide     *benchNode   // nil if lookups are not measured
	stops    []func() error
}

func (s *benchStand) close() error {
	var errs []error
	for _, stop := range slices.Backward(s.stops) {
		errs = append(errs, stop())
	}
	return errors.Join(errs...)
}

// prepare starts everything and lists what is to be measured.
func (s *benchStand) prepare(ctx context.Context) (measures []measure.Measure, err error) {
	for _, part := range []func(context.Context) ([]measure.Measure, error){s.prepareNodes, s.preparePeers, s.prepareLookups} {
		some, err := part(ctx)
		if err != nil {
			return nil, err
		}
		measures = append(measures, some...)
	}
	return measures, nil
}

func (s *benchStand) prepareNodes(ctx context.Context) (measures []measure.Measure, err error) {
	for _, shape := range s.bench.shapes() {
		node, err := s.open(ctx, shape)
		if err != nil {
			return nil, err
		}
		s.nodes = append(s.nodes, node)
		if s.bench.wants("check") {
			measures = append(measures, node.checks(s.bench.callers)...)
		}
		if s.bench.wants("change") {
			measures = append(measures, node.changes(s.bench.callers)...)
		}
		if s.bench.wants("start") {
			measures = append(measures, node.start())
		}
	}
	return measures, nil
}

func (s *benchStand) open(ctx context.Context, shape estate.Shape) (*benchNode, error) {
	begun := time.Now()
	node, err := openBenchNode(ctx, s.dir, shape)
	if err != nil {
		return nil, err
	}
	s.stops = append(s.stops, node.close)
	fmt.Fprintf(s.progress, "made and loaded %d relationships in %s\n", shape.Relationships(), time.Since(begun).Round(time.Millisecond))
	return node, nil
}

func (s *benchStand) preparePeers(ctx context.Context) (measures []measure.Measure, err error) {
	add := func(m measure.Measure, stop func() error, err error) error {
		if stop != nil {
			s.stops = append(s.stops, stop)
		}
		measures = append(measures, m)
		return err
	}
	if s.bench.wants("check") {
		if err := add(emptyGin(s.nodes[0].questions, s.bench.callers)); err != nil {
			return nil, err
		}
	}
	if s.bench.wants("change") {
		if err := add(bareSQLite(ctx, s.dir)); err != nil {
			return nil, err
		}
	}
	return measures, nil
}

func (s *benchStand) prepareLookups(ctx context.Context) (measures []measure.Measure, err error) {
	if !s.bench.wants("lookup") {
		return nil, nil
	}
	if s.wide, err = s.open(ctx, estate.Wide(lookupOrganizations)); err != nil {
		return nil, err
	}
	return s.wide.lookups(), nil
}

func (s *benchStand) estates() (estates []measure.Estate) {
	for _, node := range s.nodes {
		shape := node.questions.Shape
		estates = append(estates, measure.Estate{
			Name:          fmt.Sprintf("%d trees of %d organizations", shape.Trees, shape.Organizations+1),
			Relationships: shape.Relationships(), Asked: node.questions.Asked(), Once: shape.Questions(),
		})
	}
	return estates
}
