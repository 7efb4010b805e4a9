package main

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"github.com/tenantry/tenantry/internal/delivery"
	"github.com/tenantry/tenantry/internal/engine/embedded"
	"github.com/tenantry/tenantry/internal/estate"
	"github.com/tenantry/tenantry/internal/estate/measure"
	"github.com/tenantry/tenantry/internal/relation"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// What is measured on each node. Comparisons find results by these names.
const (
	benchUncached = "check over HTTP, never asked before"
	benchCached   = "check over HTTP, asked again and again"
	benchMixed    = "check over HTTP, 1% changes of links"
	benchDecision = "check without HTTP"
	benchEngine   = "check by the engine alone"
	benchChange   = "link or unlink over HTTP"
	benchLookup   = "organizations that somebody manages"
	benchPages    = "the same over HTTP, all pages"
	benchStart    = "start from the record"
)

// checks are the measures of single decisions. All take their questions from one sequence.
func (b *benchNode) checks(callers int) []measure.Measure {
	over := func(what string, next func(caller int) func() estate.Case) measure.Measure {
		return measure.Load(b.name(what), callers, func(caller int) (measure.Caller, error) {
			return measure.NewChecker(b.address(), b.key, next(caller))
		})
	}
	direct := func(what string, check func(context.Context, tenancy.Question) (bool, error)) measure.Measure {
		return measure.Load(b.name(what), callers, func(int) (measure.Caller, error) {
			return measure.CallerFunc(func(ctx context.Context) error { return b.expect(ctx, check) }), nil
		})
	}
	return []measure.Measure{
		over(benchUncached, func(int) func() estate.Case { return b.questions.Next }),
		over(benchCached, b.questions.Repeated),
		direct(benchDecision, b.decide),
		direct(benchEngine, b.evaluate),
	}
}

// expect asks the next question and compares the answer.
func (b *benchNode) expect(ctx context.Context, check func(context.Context, tenancy.Question) (bool, error)) error {
	q := b.questions.Next()
	allowed, err := check(ctx, q.Question)
	if err == nil && allowed != q.Allowed {
		err = fmt.Errorf("%+v was answered %t", q, allowed)
	}
	return err
}

func (b *benchNode) decide(ctx context.Context, q tenancy.Question) (bool, error) {
	allowed, _, err := b.service.Check(ctx, tenancy.Caller{Kind: tenancy.ConsoleKey}, q, tenancy.Token{})
	return allowed, err
}

func (b *benchNode) evaluate(ctx context.Context, q tenancy.Question) (bool, error) {
	answers, err := b.engine.Check(ctx, []tenancy.Question{q})
	return err == nil && answers[0], err
}

// changes are durable changes by one caller, and checks of all callers beside others.
func (b *benchNode) changes(callers int) []measure.Measure {
	all := measure.NewToggles(b.questions.Shape, callers+1)
	return []measure.Measure{
		measure.Load(b.name(benchChange), 1, func(int) (measure.Caller, error) {
			return measure.NewLinker(b.address(), b.key, all[callers])
		}),
		measure.Load(b.name(benchMixed), callers, func(caller int) (measure.Caller, error) {
			return b.mix(all[caller])
		}),
	}
}

func (b *benchNode) mix(t *measure.Toggles) (measure.Caller, error) {
	checker, err := measure.NewChecker(b.address(), b.key, b.questions.Next)
	if err != nil {
		return nil, err
	}
	linker, err := measure.NewLinker(b.address(), b.key, t)
	return &mixed{Checker: checker, linker: linker}, err
}

// lookups asks for all organizations in which a person may manage something: of the
// decisions, and over HTTP page by page.
func (b *benchNode) lookups() []measure.Measure {
	decisions := delivery.New(b.store, b.engine, b.log)
	direct := func(ctx context.Context, l estate.Lookup) (int, error) {
		ids, _, err := decisions.Resources(ctx, tenancy.ResourceLookup{
			Subject: tenancy.Object{Type: "user", ID: l.User}, Permission: l.Permission, ResourceType: "organization",
		}, tenancy.PageAll)
		return len(ids), err
	}
	return []measure.Measure{
		measure.Load(b.name(benchLookup), 1, func(int) (measure.Caller, error) {
			return b.lookingUp(direct), nil
		}),
		measure.Load(b.name(benchPages), 1, func(int) (measure.Caller, error) {
			pages, err := newPager(b.address(), b.key)
			return b.lookingUp(pages.count), err
		}),
	}
}

// lookingUp asks one lookup after the other, and compares what is found.
func (b *benchNode) lookingUp(count func(context.Context, estate.Lookup) (int, error)) measure.Caller {
	n := 0
	return measure.CallerFunc(func(ctx context.Context) error {
		l := b.questions.Shape.Lookup(n)
		n++
		found, err := count(ctx, l)
		if err == nil && found != l.Organizations {
			err = fmt.Errorf("%+v: %d found", l, found)
		}
		return err
	})
}

// start starts another engine on the record of the node, and weighs it.
func (b *benchNode) start() measure.Measure {
	run := func(ctx context.Context, _ time.Duration) (measure.Run, error) {
		before := liveHeap()
		used, begun := measure.Processor(), time.Now()
		engine, err := embedded.Start(ctx, embedded.Config{Relationships: relation.All(b.store.Rows(ctx, relation.Without...))})
		if err != nil {
			return measure.Run{}, err
		}
		took, used := time.Since(begun), measure.Processor()-used
		heap := liveHeap() - before
		count := float64(b.questions.Shape.Relationships())
		milliseconds := float64(took) / float64(time.Millisecond)
		return measure.Run{
			Calls: 1, PerSecond: count / took.Seconds(), HeapBytes: heap / count,
			P50: milliseconds, P95: milliseconds, P99: milliseconds,
			Processor: float64(used.Microseconds()),
		}, engine.Stop()
	}
	return measure.Measure{Name: b.name(benchStart), Unit: "relationships", Callers: 1, Run: run}
}

func liveHeap() float64 {
	runtime.GC()
	runtime.GC() // what finalizers have let go of
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return float64(stats.HeapAlloc)
}
