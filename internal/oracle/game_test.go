package oracle_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/oracle"
)

// game plays one history to the service and to the oracle at once.
type game struct {
	wire    *wire
	world   *oracle.World
	roots   []string                  // every organization that was ever there: it may have a trail
	told    map[string][]oracle.Event // what each trail has to tell
	script  []string                  // what was played
	last    *oracle.Request           // the last one with an Idempotency-Key
	rand    *rand.Rand
	said    string // how the next request has to be answered, "" for anyhow
	samples int    // decisions that are compared after each change
	tally   *tally
}

// tally counts what all games have compared.
type tally struct {
	games, requests, changes, decisions, lists, restarts int

	answers map[string]int // by operation and code
}

// rare are the answers that were seen, the rarest first.
func (t *tally) rare() string {
	seen := slices.SortedFunc(maps.Keys(t.answers), func(a, b string) int {
		return cmp.Or(cmp.Compare(t.answers[a], t.answers[b]), cmp.Compare(a, b))
	})
	var out strings.Builder
	for _, answer := range seen {
		fmt.Fprintf(&out, "\n\t%6d  %s", t.answers[answer], answer)
	}
	return out.String()
}

func newGame(s *service, t *tally) (*game, error) {
	t.games++
	s.clock.set(begun)
	g := &game{wire: newWire(s), world: oracle.New(begun), told: map[string][]oracle.Event{}, rand: rand.New(rand.NewPCG(1, 2)), samples: 40, tally: t}
	_, err := g.wire.news(nil) // A game that was lost has left events behind.
	return g, err
}

// tick is how much later each request is than the one before.
const tick = time.Second

// play sends one request to both, and tells how their answers differ.
func (g *game) play(r oracle.Request) error {
	g.script = append(g.script, r.String())
	g.pass(tick)
	g.meet(r)
	if r.Key != "" {
		g.last = &r
	}
	want := g.world.Do(r)
	got, err := g.wire.send(r)
	if err != nil {
		return err
	}
	g.tally.requests++
	g.tally.answers[oracle.Operation(r)+" "+cmp.Or(want.Code, "done")]++
	if err := agree(r, want, got); err != nil {
		return g.fault(r, err)
	}
	if answer := strings.TrimSpace(fmt.Sprint(want.Status, " ", want.Code)); g.said != "" && answer != g.said {
		return g.fault(r, fmt.Errorf("the answer is %s, and should be %s", answer, g.said))
	}
	g.wire.learn(want, got)
	if err := g.compareEvents(r, want); err != nil {
		return g.fault(r, err)
	}
	if r.Method == "GET" || want.Status >= 300 {
		return nil
	}
	g.tally.changes++
	return g.fault(r, g.sample())
}

func (g *game) fault(r oracle.Request, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w\n  at %s\n  after\n\t%s", err, r, strings.Join(g.script, "\n\t"))
}

func (g *game) pass(d time.Duration) {
	g.world.Pass(d)
	g.wire.clock.set(g.world.Now)
}

// later lets time go by, as a step of a history.
func (g *game) later(d time.Duration) {
	g.script = append(g.script, "pass "+d.String())
	g.pass(d)
}

func (g *game) restart() error {
	g.script = append(g.script, "restart")
	g.tally.restarts++
	if err := g.wire.restart(); err != nil {
		return err
	}
	return g.sample()
}

// meet remembers the organizations that a request creates: each may have a trail one day.
func (g *game) meet(r oracle.Request) {
	var in struct{ ID string }
	if r.Method == "POST" && r.Path == "/v1/organizations" && json.Unmarshal([]byte(r.Body), &in) == nil && in.ID != "" && !slices.Contains(g.roots, in.ID) {
		g.roots = append(g.roots, in.ID)
	}
}

// compareEvents compares what the trails tell of a request: in which tree, who, what, and what
// became of it.
func (g *game) compareEvents(r oracle.Request, want oracle.Answer) error {
	got, err := g.wire.news(g.roots)
	if err != nil {
		return err
	}
	order := func(a, b oracle.Event) int { return strings.Compare(a.Trail, b.Trail) }
	slices.SortFunc(got, order)
	expected := slices.Clone(want.Events)
	slices.SortFunc(expected, order)
	if len(got) != len(expected) || len(got) > 0 && !reflect.DeepEqual(got, expected) {
		return fmt.Errorf("the events differ\n  rules    %+v\n  service  %+v", expected, got)
	}
	for _, e := range expected {
		g.told[e.Trail] = append(g.told[e.Trail], e)
	}
	return nil
}

// sample compares some decisions, and explanations of two of them.
func (g *game) sample() error {
	if g.samples == 0 {
		return nil
	}
	all := g.world.Questions()
	if len(all) == 0 {
		return nil
	}
	var some []oracle.Question
	for range g.samples {
		some = append(some, all[g.rand.IntN(len(all))])
	}
	if err := g.decide(some); err != nil {
		return err
	}
	for _, q := range some[:2] {
		if err := g.explain(q); err != nil {
			return err
		}
	}
	return nil
}

const maxBatch = 1000

// decide compares the answers to questions.
func (g *game) decide(questions []oracle.Question) error {
	for batch := range slices.Chunk(questions, maxBatch) {
		var checks []any
		for _, q := range batch {
			checks = append(checks, asBody(q))
		}
		got, err := g.wire.send(oracle.Request{Credential: "console", Method: "POST", Path: "/v1/check/batch", Body: text(map[string]any{"checks": checks})})
		if err != nil {
			return err
		}
		results, _ := got.json["results"].([]any)
		if len(results) != len(batch) {
			return fmt.Errorf("%d questions have the answer %d %s", len(batch), got.status, got.text)
		}
		for i, q := range batch {
			answer, _ := results[i].(map[string]any)
			if want := g.world.Allows(q); answer["allowed"] != want {
				return fmt.Errorf("the rules say that %s is %t, the service %s", question(q), want, text(results[i]))
			}
		}
		g.tally.decisions += len(batch)
	}
	return nil
}

func asBody(q oracle.Question) map[string]any {
	return map[string]any{
		"subject":    map[string]any{"type": q.Subject.Type, "id": q.Subject.ID},
		"permission": q.Permission,
		"resource":   map[string]any{"type": q.Resource.Type, "id": q.Resource.ID},
	}
}

// explain compares whether an explanation allows, and tells the ways if it does.
func (g *game) explain(q oracle.Question) error {
	got, err := g.wire.send(oracle.Request{Credential: "console", Method: "POST", Path: "/v1/explain", Body: text(asBody(q))})
	if err != nil {
		return err
	}
	want := g.world.Allows(q)
	paths, _ := got.json["paths"].([]any)
	if got.json["allowed"] != want || (len(paths) > 0) != want {
		return fmt.Errorf("the rules say that %s is %t, the explanation %s", question(q), want, got.text)
	}
	return nil
}
