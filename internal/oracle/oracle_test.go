package oracle_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel"
	"pgregory.net/rapid"

	"github.com/tenantry/tenantry/internal/observe"
	"github.com/tenantry/tenantry/internal/oracle"
)

// How many histories are played, and how long they are on average. Of the first
// TENANTRY_SEQUENCES says something else; of both the flags -rapid.checks and -rapid.steps.
const (
	sequences = "25"
	steps     = "50"
)

// garbage is how much more memory may be in use, in percent, before what is not is collected: the
// engine's many short evaluations spend half of the time on that else.
const garbage = 400

// gamesTogether bounds how many games share a service: a restart reads all of them.
const gamesTogether = 100

// The service that games share, and what they have counted.
var (
	shared *service
	total  = tally{answers: map[string]int{}}
)

func TestMain(m *testing.M) {
	_ = flag.Set("rapid.checks", sequences)
	_ = flag.Set("rapid.steps", steps)
	if n := os.Getenv("TENANTRY_SEQUENCES"); n != "" {
		_ = flag.Set("rapid.checks", n)
	}
	_ = flag.Set("rapid.seed", strconv.FormatInt(time.Now().UnixNano(), 10))
	debug.SetGCPercent(garbage)
	otel.SetTracerProvider(observe.Untraced{}) // as the program does
	os.Exit(withService(m.Run))
}

func withService(run func() int) int {
	defer func() {
		if shared != nil {
			_ = shared.remove()
		}
	}()
	return run()
}

// begin is a game on the service that all share, or on a new one if that is full.
func begin(t interface{ Fatal(...any) }) *game {
	if shared != nil && shared.games >= gamesTogether {
		if err := shared.remove(); err != nil {
			t.Fatal(err)
		}
		shared = nil
	}
	if shared == nil {
		var err error
		if shared, err = newService(); err != nil {
			t.Fatal(err)
		}
	}
	g, err := newGame(shared, &total)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// TestHistories plays random histories to the service and to the oracle. After every step they
// have answered and told the same, and decide the same; at the end about everything.
func TestHistories(t *testing.T) {
	started := time.Now()
	rapid.Check(t, func(t *rapid.T) {
		g := begin(t)
		for _, line := range prelude {
			must(t, g.line(line))
		}
		t.Repeat(g.steps())
		must(t, g.finish())
	})
	took := time.Since(started)
	t.Logf("seed %s: %d games, %d requests, %d changes, %d decisions, %d lists, %d restarts in %s: %.1f games a second",
		flag.Lookup("rapid.seed").Value, total.games, total.requests, total.changes, total.decisions, total.lists, total.restarts, took.Round(time.Second), float64(total.games)/took.Seconds())
	if os.Getenv("TENANTRY_SEQUENCES") != "" {
		t.Log("the answers that were seen:", total.rare())
	}
}

func must(t interface{ Fatal(...any) }, err error) {
	if err != nil {
		t.Fatal(err)
	}
}

// line plays a step as it is written in a history. After an arrow may stand how it is answered.
func (g *game) line(line string) error {
	line, answered, said := strings.Cut(line, " => ")
	if said {
		defer func() { g.said = "" }()
		g.said = answered
	}
	var minutes int
	switch n, _ := fmt.Sscanf(line, "pass %d", &minutes); {
	case line == "restart":
		return g.restart()
	case n == 1:
		d, err := time.ParseDuration(line[len("pass "):])
		g.later(d)
		return err
	}
	r, err := oracle.Parse(line)
	if err != nil {
		return err
	}
	return g.play(r)
}

// steps are what a game goes on by: one of these, each as likely as it stands there often.
func (g *game) steps() map[string]func(*rapid.T) {
	var steps []func(*rapid.T)
	add := func(times int, step func(*rapid.T)) {
		for range times {
			steps = append(steps, step)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(moves)) {
		add(1, func(t *rapid.T) { must(t, g.play(dice{t, g.world}.step(moves[name]))) })
	}
	for _, look := range looks {
		add(1, func(t *rapid.T) { must(t, g.play(dice{t, g.world}.step(look))) })
	}
	for _, d := range []time.Duration{time.Minute, 16 * time.Minute, time.Hour, 25 * time.Hour, 8 * 24 * time.Hour} {
		add(1, func(*rapid.T) { g.later(d) })
	}
	add(1, func(t *rapid.T) {
		if g.last != nil {
			must(t, g.play(*g.last))
		}
	})
	add(1, func(t *rapid.T) {
		if (dice{t, g.world}).once("restart", restarts) {
			must(t, g.restart())
		}
	})
	return map[string]func(*rapid.T){"step": func(t *rapid.T) { one(t, "step", steps)(t) }}
}

// restarts is how seldom the service is restarted where it could be: that takes long.
const restarts = 4
