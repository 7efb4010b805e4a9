package oracle_test

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/oracle"
)

// The small world has three organizations in a line, two users and two groups:
//
//	root     home of the group top
//	└─ mid   home of the group low
//	   └─ leaf
//
// What can be the case in it is some thirty million things. So it is walked in cuts: in each,
// some of what can be changed is, in every way, and the rest stands still. In each of the states
// that can be reached in a cut, every request of the cut is made by everybody, and the service
// answers, tells and decides as the oracle does. Only the first cut is walked by go test;
// TENANTRY_SMALL_WORLD=whole walks all of them.
var smallWorld = []string{
	`platform PUT /v1/users/w0-ann {}`,
	`platform PUT /v1/users/w0-bob {}`,
	`platform POST /v1/organizations {"id":"w0-root","name":"Root","detached":true,"owner_id":"w0-ann"}`,
	`platform PUT /v1/organizations/w0-root/subscription {"plan":"enterprise","status":"active"}`,
	`console/w0-ann POST /v1/organizations {"id":"w0-mid","name":"Mid","parent_id":"w0-root"}`,
	`console/w0-ann POST /v1/organizations {"id":"w0-leaf","name":"Leaf","parent_id":"w0-mid"}`,
	`console/w0-ann POST /v1/organizations/w0-root/groups {"id":"w0-top","name":"Top","claims":[]}`,
	`console/w0-ann POST /v1/organizations/w0-mid/groups {"id":"w0-low","name":"Low","claims":[]}`,
}

// What can be changed, by what it is about.
var (
	couple       = names("ann", "bob")
	ownersOf     = func(id string) []string { return both("/v1/organizations/w0-"+id+"/owners/", couple) }
	peopleOf     = func(role, id string) []string { return both("/v1/groups/w0-"+id+"/"+role+"/", couple) }
	linksOf      = func(group string, to ...string) []string { return linkRequests(group, to) }
	claimsOf     = func(id string, claims ...string) []string { return claimRequests(id, claims) }
	licence      = []string{`PUT /v1/organizations/w0-root/subscription {"plan":"enterprise","status":"active"}`, `PUT /v1/organizations/w0-root/subscription {"plan":"free","status":"active"}`}
	suspensionOf = func(id string) []string {
		return []string{`PATCH /v1/organizations/w0-` + id + ` {"state":"suspended"}`, `PATCH /v1/organizations/w0-` + id + ` {"state":"active"}`}
	}
	deactivation = []string{
		`PUT /v1/users/w0-ann {"state":"deactivated"}`, `PUT /v1/users/w0-ann {}`, `PUT /v1/users/w0-bob {"state":"deactivated"}`, `PUT /v1/users/w0-bob {}`,
	}
)

func both(path string, users []string) (requests []string) {
	for _, user := range users {
		requests = append(requests, "PUT "+path+user, "DELETE "+path+user)
	}
	return requests
}

func linkRequests(group string, to []string) (requests []string) {
	for _, id := range to {
		requests = append(requests, "PUT /v1/organizations/w0-"+id+"/links/w0-"+group, "DELETE /v1/organizations/w0-"+id+"/links/w0-"+group)
	}
	return requests
}

func claimRequests(id string, claims []string) (requests []string) {
	for _, claim := range claims {
		list := "[]"
		if claim != "" {
			list = fmt.Sprintf("[%q]", claim)
		}
		requests = append(requests, fmt.Sprintf(`PUT /v1/groups/w0-%s/claims {"claims":%s}`, id, list))
	}
	return requests
}

// cuts are the parts of the small world that are walked.
var cuts = []struct {
	name     string
	requests []string
}{
	{"a linked group and its licence", slices.Concat(
		peopleOf("members", "top"), claimsOf("top", "", "view_agents", "owner"), linksOf("top", "mid"), licence, ownersOf("mid"))},
	{"owners, suspension and deactivation", slices.Concat(
		ownersOf("root"), ownersOf("mid"), ownersOf("leaf"), suspensionOf("mid"), deactivation)},
	{"two groups and their links", slices.Concat(
		peopleOf("members", "top"), peopleOf("members", "low"), claimsOf("top", "view_agents", "owner"), claimsOf("low", "manage_agents", "owner"),
		linksOf("top", "mid", "leaf"), linksOf("low", "leaf"), ownersOf("leaf"))},
	{"the people of a group, and who may choose them", slices.Concat(
		peopleOf("owners", "top"), peopleOf("members", "top"), claimsOf("top", "", "manage_agents", "owner"), ownersOf("root"), deactivation)},
	{"links, licence and suspension", slices.Concat(
		peopleOf("members", "top"), claimsOf("top", "view_agents", "owner"), linksOf("top", "mid", "leaf"), licence, suspensionOf("mid"), suspensionOf("leaf"), deactivation)},
}

func TestSmallWorld(t *testing.T) {
	for i, cut := range cuts {
		if i > 0 && os.Getenv("TENANTRY_SMALL_WORLD") != "whole" {
			break
		}
		t.Run(cut.name, func(t *testing.T) {
			started := time.Now()
			var requests []oracle.Request
			for _, line := range cut.requests {
				for _, who := range []string{"console/w0-ann", "console/w0-bob", "platform"} {
					r, err := oracle.Parse(who + " " + line)
					must(t, err)
					requests = append(requests, r)
				}
			}
			w := explore(requests)
			must(t, w.walk(begin(t)))
			t.Logf("%d states, %d transitions (%d requests) in %s", len(w.states), len(w.states)*len(requests), w.played, time.Since(started).Round(time.Second))
		})
	}
}

// walker knows all states of a cut, by what the oracle says, and which of the requests were
// made in each.
type walker struct {
	requests []oracle.Request
	states   map[string]*state
	start    string
	played   int
}

type state struct {
	leads   map[int]string // the requests that change the state, and to which
	open    []int          // those of them that were not made yet
	visited bool
}

// explore finds the states, by the oracle alone.
func explore(requests []oracle.Request) *walker {
	first := oracle.New(begun)
	for _, line := range smallWorld {
		r, err := oracle.Parse(line)
		if err != nil {
			panic(err)
		}
		first.Do(r)
	}
	w := &walker{requests: requests, states: map[string]*state{}, start: first.Key()}
	w.states[w.start] = &state{}
	for reached := []*oracle.World{first}; len(reached) > 0; {
		world := reached[0]
		reached = reached[1:]
		at := w.states[world.Key()]
		at.leads = map[int]string{}
		for i, r := range requests {
			next := world.Clone()
			next.Do(r)
			key := next.Key()
			if key == world.Key() {
				continue
			}
			at.leads[i] = key
			at.open = append(at.open, i)
			if w.states[key] == nil {
				w.states[key] = &state{}
				reached = append(reached, next)
			}
		}
	}
	return w
}

// walk makes every request in every state. What changes nothing is made on the spot; each
// change leads on, and where all was made the way to the next state that has some left is taken
// by changes that were made before.
func (w *walker) walk(g *game) error {
	g.samples = 0
	for _, line := range smallWorld {
		if err := g.line(line); err != nil {
			return err
		}
	}
	at := w.start
	for {
		if err := w.visit(g, at); err != nil {
			return err
		}
		way := w.next(at)
		if way == nil {
			break
		}
		for _, i := range way {
			if err := w.play(g, i); err != nil {
				return err
			}
			s := w.states[at]
			s.open = slices.DeleteFunc(s.open, func(o int) bool { return o == i })
			at = s.leads[i]
		}
	}
	for _, s := range w.states {
		if !s.visited || len(s.open) > 0 {
			return fmt.Errorf("a state was not reached, or not left in every way")
		}
	}
	return nil
}

// visit makes what changes nothing in a state, when the walk is there for the first time, and
// compares all decisions.
func (w *walker) visit(g *game, at string) error {
	s := w.states[at]
	if s.visited {
		return nil
	}
	s.visited = true
	if err := g.decide(inShort(g.world.Questions())); err != nil {
		return g.fault(oracle.Request{}, err)
	}
	for i := range w.requests {
		if _, changes := s.leads[i]; !changes {
			if err := w.play(g, i); err != nil {
				return err
			}
		}
	}
	return nil
}

// inShort leaves of the questions one for each way in which the groups of the small world give
// something.
func inShort(all []oracle.Question) []oracle.Question {
	asked := []string{"own", "access", "view_roster", "manage_groups", "view_agents", "manage_agents", "view", "manage_members"}
	return slices.DeleteFunc(all, func(q oracle.Question) bool { return !slices.Contains(asked, q.Permission) })
}

func (w *walker) play(g *game, i int) error {
	w.played++
	if len(g.script) > 2*lastSteps {
		g.script = g.script[len(g.script)-lastSteps:]
	}
	return g.play(w.requests[i])
}

// lastSteps is how much of a walk a failure tells.
const lastSteps = 30

// next is the shortest way to and over a change that was not made yet, nil if all were.
func (w *walker) next(at string) []int {
	type place struct {
		state string
		way   []int
	}
	seen := map[string]bool{at: true}
	for reached := []place{{at, nil}}; len(reached) > 0; {
		p := reached[0]
		reached = reached[1:]
		s := w.states[p.state]
		if len(s.open) > 0 {
			return append(slices.Clone(p.way), s.open[0])
		}
		for i := range w.requests {
			if to, changes := s.leads[i]; changes && !seen[to] {
				seen[to] = true
				reached = append(reached, place{to, append(slices.Clone(p.way), i)})
			}
		}
	}
	return nil
}
