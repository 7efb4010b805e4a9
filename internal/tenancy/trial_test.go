package tenancy_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// outcome is all that an attempt leaves: its answer, the events with their trails, and
// what it changed in the engine.
type outcome struct {
	code   tenancy.Code // "" when it was done
	events []string     // "acme done", "service refused not-found"
	steps  []string     // "+group:team#member@user:nina"
}

// done is a change that one trail tells of.
func done(trail string, steps ...string) outcome {
	return outcome{events: []string{trail + " done"}, steps: steps}
}

// refused is an attempt of which nothing is left but an event in one trail.
func refused(code tenancy.Code, trail string) outcome {
	return outcome{code: code, events: []string{fmt.Sprintf("%s refused %s", trail, code)}}
}

// unchanged is an attempt that is granted and finds nothing to do.
var unchanged = outcome{}

// trial is a row of a table: who tries what, and what comes of it.
type trial struct {
	name string
	do   call
	want outcome
}

// run tries each in the world that newWorld makes. What was refused has left nothing, so
// the next one gets the same world.
func run(t *testing.T, newWorld func(*testing.T) *world, trials ...trial) {
	t.Helper()
	var w *world
	for _, c := range trials {
		if w == nil {
			w = newWorld(t)
		}
		t.Run(c.name, func(t *testing.T) {
			in := *w
			in.t, in.ctx = t, t.Context()
			in.expect(c.want, c.do)
		})
		if c.want.code == "" {
			w = nil
		}
	}
}

// expect fails unless the attempt has exactly the outcome. A refusal leaves every row as
// it was, too.
func (w *world) expect(want outcome, do call) {
	w.t.Helper()
	heads := w.heads()
	rows, held := w.texts(), w.held(w.ctx)
	code := codeOf(w.t, do(w))
	got := outcome{code: code, events: w.news(heads), steps: w.steps(held)}
	slices.Sort(want.steps)
	require.Equal(w.t, want, got)
	if len(want.events) == 0 || code != "" {
		require.Equal(w.t, rows, w.texts(), "rows were changed")
	}
}

func codeOf(t tester, err error) tenancy.Code {
	t.Helper()
	if err == nil {
		return ""
	}
	e, ok := tenancy.AsError(err)
	require.True(t, ok, "%v has no code", err)
	require.NotEmpty(t, e.Detail)
	return e.Code
}

// texts are the rows of the world as texts, in order.
func (w *world) texts() []string {
	w.t.Helper()
	var texts []string
	for _, row := range w.rows(w.ctx) {
		texts = append(texts, fmt.Sprintf("%T %+v", row, row))
	}
	slices.Sort(texts)
	return texts
}

// steps lists what the engine was told since, without the fences.
func (w *world) steps(before map[string]bool) []string {
	w.t.Helper()
	var steps []string
	for _, step := range differences(before, w.held(w.ctx)) {
		if !strings.Contains(step, "#version@") {
			steps = append(steps, w.names(step))
		}
	}
	slices.Sort(steps)
	return steps
}

// heads are the numbers of the last events, by trail. What was read once is not again.
func (w *world) heads() map[string]int64 {
	w.t.Helper()
	for root := range w.trails() {
		if events := w.events(w.ctx, root, w.seen[root]); len(events) > 0 {
			w.seen[root] = events[len(events)-1].Seq
		}
	}
	return maps.Clone(w.seen)
}

// trails are the roots of the world, also those that were, and the service's own trail.
func (w *world) trails() map[string]bool {
	w.t.Helper()
	roots := map[string]bool{"": true}
	for _, row := range w.rows(w.ctx) {
		switch row.(type) {
		case tenancy.Tree, tenancy.EndedTree:
			roots[row.Tree()] = true
		}
	}
	return roots
}

// news are the events since the heads, of all trails.
func (w *world) news(heads map[string]int64) []string {
	w.t.Helper()
	var news []string
	for root := range w.trails() {
		for _, e := range w.events(w.ctx, root, heads[root]) {
			news = append(news, w.newsOf(e))
		}
	}
	slices.Sort(news)
	return news
}

func (w *world) newsOf(e tenancy.Event) string {
	trail := "service"
	if e.RootID != "" {
		trail = w.names(e.RootID)
	}
	return strings.TrimSpace(fmt.Sprintf("%s %s %s", trail, e.Result, e.Code))
}

// last is the newest event of a trail.
func (w *world) last(trail string) tenancy.Event {
	w.t.Helper()
	root := ""
	if trail != "service" {
		root = w.id(trail)
	}
	events := w.events(w.ctx, root, w.seen[root]-1)
	require.NotEmpty(w.t, events)
	return events[len(events)-1]
}
