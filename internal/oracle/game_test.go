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

// agree compares two answers.
func agree(r oracle.Request, want oracle.Answer, got reply) error {
	if want.Status != got.status || want.Code != got.code() {
		return fmt.Errorf("the rules say %d %s, the service %d %s", want.Status, want.Code, got.status, got.text)
	}
	if want.Would != nil {
		return agreeDryRun(r, want, got)
	}
	if want.Status >= 300 || want.Repeated {
		return nil
	}
	if want.Shown != nil {
		shown := got.json
		if _, asked := want.Shown.(map[string]any)["allowed"]; asked {
			shown = map[string]any{"allowed": got.json["allowed"]}
		}
		return same("what is shown", want.Shown, shown)
	}
	if items, isList := got.json["items"]; isList && r.Method == "GET" && !strings.Contains(r.Path, "/audit") || strings.Contains(r.Path, "/lookup/") {
		return same("the list", orNone(want.Items), items)
	}
	return nil
}

func orNone(items []any) []any {
	if items == nil {
		return []any{}
	}
	return items
}

func same(what string, want, got any) error {
	a, b := plain(want), plain(got)
	if reflect.DeepEqual(a, b) {
		return nil
	}
	if these, isList := a.([]any); isList {
		those, _ := b.([]any)
		a, b = without(these, those), without(those, these)
	}
	return fmt.Errorf("%s differs\n  rules    %s\n  service  %s", what, text(a), text(b))
}

// without are the items of a list that another one lacks.
func without(list, other []any) (rest []any) {
	for _, item := range list {
		if !slices.ContainsFunc(other, func(o any) bool { return reflect.DeepEqual(o, item) }) {
			rest = append(rest, item)
		}
	}
	return rest
}

func text(v any) string {
	out, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(out)
}

// agreeDryRun compares what a dry run tells. Who is gained and lost is the difference of all
// decisions; of that others than the platform and consoles see a part.
func agreeDryRun(r oracle.Request, want oracle.Answer, got reply) error {
	would, _ := got.json["would"].(map[string]any)
	status, _ := would["status"].(float64)
	code, _ := would["code"].(string)
	if int(status) != want.Would.Status || code != want.Would.Code {
		return fmt.Errorf("the rules say that it would be %d %s, the service %s", want.Would.Status, want.Would.Code, got.text)
	}
	for name, all := range map[string][]oracle.Question{"gained": want.Gained, "lost": want.Lost} {
		told := texts(got.json[name])
		expected := []string{}
		for _, q := range all {
			expected = append(expected, question(q))
		}
		for _, q := range told {
			if !slices.Contains(expected, q) {
				return fmt.Errorf("the service tells of %s %s, the rules do not", name, q)
			}
		}
		if whole := got.json["truncated"] == false && r.User == ""; whole && len(told) != len(expected) {
			return fmt.Errorf("the service tells that these are %s: %s, the rules %s", name, told, expected)
		}
	}
	return nil
}

func texts(list any) (texts []string) {
	items, _ := list.([]any)
	for _, item := range items {
		q, _ := item.(map[string]any)
		texts = append(texts, fmt.Sprintf("%s %v %s", object(q["subject"]), q["permission"], object(q["resource"])))
	}
	return texts
}

func object(v any) string {
	o, _ := v.(map[string]any)
	return fmt.Sprintf("%v:%v", o["type"], o["id"])
}

func question(q oracle.Question) string {
	return fmt.Sprintf("%s:%s %s %s:%s", q.Subject.Type, q.Subject.ID, q.Permission, q.Resource.Type, q.Resource.ID)
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

// finish compares the whole world.
func (g *game) finish() error {
	for _, compare := range []func() error{
		func() error { return g.decide(g.world.Questions()) }, g.compareLists, g.compareLookups, g.compareTrails,
	} {
		if err := compare(); err != nil {
			return g.fault(oracle.Request{Credential: "console", Method: "GET", Path: "(the end)"}, err)
		}
	}
	return nil
}

// compareLists compares every list, whole and over pages of one to three.
func (g *game) compareLists() error {
	for _, path := range g.world.Lists() {
		r := oracle.Request{Credential: "platform", Method: "GET", Path: path}
		if err := g.compareList(r); err != nil {
			return err
		}
	}
	for _, user := range g.world.Users() {
		r := oracle.Request{Credential: "console", User: user, Method: "GET", Path: "/v1/organizations"}
		if err := g.compareList(r); err != nil {
			return err
		}
	}
	return nil
}

func (g *game) compareList(r oracle.Request) error {
	got, err := g.wire.send(r)
	if err != nil {
		return err
	}
	want := g.world.Clone().Do(r)
	if err := agree(r, want, got); err != nil {
		return fmt.Errorf("%s: %w", r, err)
	}
	if got.status != 200 {
		return nil
	}
	g.tally.lists++
	return g.comparePages(r, got.json["items"])
}

// comparePages reads a list page by page.
func (g *game) comparePages(r oracle.Request, whole any) error {
	limit := 1 + g.tally.lists%3
	items, cursor := []any{}, ""
	for {
		got, err := g.wire.ask(r, page(limit, cursor))
		if err != nil {
			return err
		}
		some, _ := got.json["items"].([]any)
		if got.status != 200 || len(some) > limit {
			return fmt.Errorf("%s: a page of %d is %d %s", r, limit, got.status, got.text)
		}
		items = append(items, some...)
		if cursor = got.cursor; cursor == "" {
			break
		}
	}
	if text(items) != text(whole) {
		return fmt.Errorf("%s: the pages of %d are %s, the whole is %s", r, limit, text(items), text(whole))
	}
	return nil
}

// page is the query of a page.
func page(limit int, cursor string) string {
	if cursor == "" {
		return fmt.Sprintf("limit=%d", limit)
	}
	return fmt.Sprintf("limit=%d&cursor=%s", limit, cursor)
}

// compareLookups compares both lookups for some permissions of everybody and everything.
func (g *game) compareLookups() error {
	asked := map[string]bool{}
	for _, q := range g.world.Questions() {
		if g.rand.IntN(25) > 0 {
			continue
		}
		for path, body := range map[string]map[string]any{
			"/v1/lookup/resources": {"subject": asBody(q)["subject"], "permission": q.Permission, "resource_type": q.Resource.Type},
			"/v1/lookup/subjects":  {"resource": asBody(q)["resource"], "permission": q.Permission, "subject_type": q.Subject.Type},
		} {
			r := oracle.Request{Credential: "console", Method: "POST", Path: path, Body: text(body)}
			if asked[r.String()] {
				continue
			}
			asked[r.String()] = true
			got, err := g.wire.send(r)
			if err != nil {
				return err
			}
			if err := agree(r, g.world.Clone().Do(r), got); err != nil {
				return fmt.Errorf("%s: %w", r, err)
			}
			g.tally.lists++
		}
	}
	return nil
}

// compareTrails has every trail be whole, and compares what has ended by itself.
func (g *game) compareTrails() error {
	for _, id := range g.world.Organizations() {
		r := oracle.Request{Credential: "platform", Method: "GET", Path: "/v1/organizations/" + id + "/audit/verify"}
		got, err := g.wire.send(r)
		if err != nil {
			return err
		}
		if got.json["valid"] != true {
			return fmt.Errorf("the trail of %s: %s", id, got.text)
		}
		if err := g.compareTrail(id); err != nil {
			return err
		}
	}
	if _, err := g.wire.news(g.roots); err != nil {
		return err
	}
	if !reflect.DeepEqual(g.world.Ended, g.wire.ended) {
		return fmt.Errorf("what has ended differs\n  rules    %v\n  service  %v", g.world.Ended, g.wire.ended)
	}
	return nil
}

// compareTrail reads the trail of an organization. That of a root tells all that is told of its
// tree. In that of another one is nothing else than that, and all that was done to it itself.
func (g *game) compareTrail(id string) error {
	shown, err := g.trail(id)
	if err != nil {
		return err
	}
	all := g.told[g.world.Root(id)]
	if id == g.world.Root(id) {
		if !slices.Equal(shown, all) {
			return fmt.Errorf("the trail of %s differs\n  rules    %+v\n  service  %+v", id, all, shown)
		}
		return nil
	}
	for _, e := range shown {
		if !slices.Contains(all, e) {
			return fmt.Errorf("the trail of %s tells %+v, that of its tree does not", id, e)
		}
	}
	for _, e := range all {
		if e.Target == (oracle.Object{Type: "organization", ID: id}) && e.Result == "done" && !slices.Contains(shown, e) {
			return fmt.Errorf("the trail of %s does not tell %+v", id, e)
		}
	}
	return nil
}

// trail is what the API shows of a trail, page by page, without what ended by itself.
func (g *game) trail(id string) (shown []oracle.Event, err error) {
	r := oracle.Request{Credential: "platform", Method: "GET", Path: "/v1/organizations/" + id + "/audit"}
	for cursor := ""; ; {
		got, err := g.wire.ask(r, page(100, cursor))
		if err != nil {
			return nil, err
		}
		var list struct {
			Items []struct {
				RootID               string `json:"root_id"`
				OnBehalfOf           string `json:"on_behalf_of"`
				Action, Result, Code string
				Actor, Target        oracle.Object
			}
		}
		if err := json.Unmarshal([]byte(g.wire.in(got.text)), &list); err != nil {
			return nil, err
		}
		for _, e := range list.Items {
			if e.Action != "ended" {
				shown = append(shown, g.wire.named(oracle.Event{
					Trail: e.RootID, Action: e.Action, Result: e.Result, Code: e.Code, Actor: e.Actor, OnBehalfOf: e.OnBehalfOf, Target: e.Target,
				}))
			}
		}
		if cursor = got.cursor; cursor == "" {
			return shown, nil
		}
	}
}
