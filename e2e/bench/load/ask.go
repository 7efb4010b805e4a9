package load

import (
	"fmt"
	"slices"

	"github.com/tenantry/tenantry/internal/estate"
	"github.com/tenantry/tenantry/internal/tenancy"
)

const (
	repeatedQuestions = 64
	batchSize         = 20
	pageSize          = 50
	subjectsAtMost    = 500
)

// question is what a check has in its body.
type question struct {
	Subject    *tenancy.Object `json:"subject,omitempty"`
	Permission string          `json:"permission"`
	Resource   tenancy.Object  `json:"resource"`
}

func questionOf(c estate.Case) question {
	return question{&c.Subject, c.Permission, c.Resource}
}

func (w *worker) check(d draw) error {
	return w.decide(d.n, w.shape.Question(d.skewed(w.shape.Questions())))
}

func (w *worker) checkRepeated(d draw) error {
	return w.decide(d.n, w.shape.Question(d.random.IntN(repeatedQuestions)))
}

// decide asks a question of a node.
func (w *worker) decide(node int, c estate.Case) error {
	return w.allows(request{node: node, method: "POST", path: "/v1/check", key: w.key, body: questionOf(c)}, c.Allowed)
}

func (w *worker) allows(r request, expected bool) error {
	var answer struct{ Allowed *bool }
	if err := w.fetch(r, &answer); err != nil {
		return err
	}
	if answer.Allowed == nil || *answer.Allowed != expected {
		return fmt.Errorf("%+v is not answered %v", r.body, expected)
	}
	return nil
}

func (w *worker) checkBatch(d draw) error {
	var batch struct {
		Checks []question `json:"checks"`
	}
	cases := make([]estate.Case, batchSize)
	for i := range cases {
		cases[i] = w.shape.Question(d.skewed(w.shape.Questions()))
		batch.Checks = append(batch.Checks, questionOf(cases[i]))
	}
	var answer struct {
		Results []struct {
			Allowed *bool
			Problem struct{ Code, Detail string }
		}
	}
	if err := w.fetch(request{node: d.n, method: "POST", path: "/v1/check/batch", key: w.key, body: batch}, &answer); err != nil {
		return err
	}
	if len(answer.Results) != len(cases) {
		return fmt.Errorf("%d answers to %d questions", len(answer.Results), len(cases))
	}
	for i, r := range answer.Results {
		switch {
		case r.Allowed == nil:
			return undecidedError{"in a batch: " + r.Problem.Code, r.Problem.Detail}
		case *r.Allowed != cases[i].Allowed:
			return fmt.Errorf("%+v is not answered so", cases[i])
		}
	}
	return nil
}

func (w *worker) lookupResources(d draw) error {
	n := d.skewed(w.shape.Trees * w.shape.Groups * w.shape.People)
	l := w.shape.Lookup(n)
	return w.finds(request{node: d.n, method: "POST", path: "/v1/lookup/resources", key: w.key, body: map[string]any{
		"subject": tenancy.Object{Type: "user", ID: l.User}, "permission": l.Permission, "resource_type": "organization",
		"limit": subjectsAtMost,
	}}, w.shape.Reached(n))
}

func (w *worker) lookupSubjects(d draw) error {
	l := w.shape.SubjectLookup(d.skewed(w.shape.Trees * w.shape.Organizations))
	return w.finds(request{node: d.n, method: "POST", path: "/v1/lookup/subjects", key: w.key, body: map[string]any{
		"resource": tenancy.Object{Type: "organization", ID: l.Organization}, "permission": l.Permission, "subject_type": "user",
		"limit": subjectsAtMost,
	}}, l.People)
}

// finds fetches a list that has to be these, sorted, and no more.
func (w *worker) finds(r request, expected []string) error {
	found, more, err := w.list(r)
	if err != nil {
		return err
	}
	if more || !slices.Equal(found, expected) {
		return fmt.Errorf("%s %+v: found %v, more %v, expected %v", r.path, r.body, found, more, expected)
	}
	return nil
}

// place is an organization of a tree, whose owner looks at it.
type place struct{ tree, organization int }

func (w *worker) anyPlace(d draw) place {
	n := d.skewed(w.shape.Trees * w.shape.Organizations)
	return place{n % w.shape.Trees, n / w.shape.Trees}
}

// look is a look of a tree's owner.
func (w *worker) look(d draw, tree int, path string) request {
	return request{node: d.n, method: "GET", path: path, key: w.key, actsAs: w.shape.Owner(tree)}
}

// rosterPage looks at the first page of a roster, which has people of the linked groups on it,
// the owner, and the visitor as long as he is let in.
func (w *worker) rosterPage(d draw) error {
	p := w.anyPlace(d)
	r := w.look(d, p.tree, fmt.Sprintf("/v1/organizations/%s/roster?limit=%d", w.shape.Organization(p.tree, p.organization), pageSize))
	found, more, err := w.list(r)
	if err != nil {
		return err
	}
	known := map[string]bool{w.shape.Owner(p.tree): true, visitor(p.tree): true}
	for _, group := range w.shape.LinkedGroups(p.organization) {
		for person := range w.shape.People {
			known[w.shape.Person(p.tree, group, person)] = true
		}
	}
	for _, id := range found {
		if !known[id] {
			return fmt.Errorf("%s: %s has no access, or stands there twice", r.path, id)
		}
		delete(known, id)
	}
	if whole := len(known) + len(found) - 1; len(found) < min(pageSize, whole) || (whole > pageSize && !more) {
		return fmt.Errorf("%s: %d found of %d, more %v", r.path, len(found), whole, more)
	}
	return nil
}

// rosterSearch looks for somebody who is in the roster by a linked group.
func (w *worker) rosterSearch(d draw) error {
	p := w.anyPlace(d)
	group := w.shape.LinkedGroups(p.organization)[d.random.IntN(w.shape.Links)]
	person := w.shape.Person(p.tree, group, d.random.IntN(w.shape.People))
	path := fmt.Sprintf("/v1/organizations/%s/roster?q=%s", w.shape.Organization(p.tree, p.organization), person)
	return w.finds(w.look(d, p.tree, path), []string{person})
}

func (w *worker) groupList(d draw) error {
	tree := d.skewed(w.shape.Trees)
	return w.finds(w.look(d, tree, "/v1/organizations/"+w.shape.Root(tree)+"/groups?limit=500"), w.groups(tree))
}

func (w *worker) memberList(d draw) error {
	tree, group := d.skewed(w.shape.Trees), d.random.IntN(w.shape.Groups)
	var people []string
	for person := range w.shape.People {
		people = append(people, w.shape.Person(tree, group, person))
	}
	slices.Sort(people)
	return w.finds(w.look(d, tree, "/v1/groups/"+w.shape.Group(tree, group)+"/members"), people)
}

// linkList looks at the links of an organization, among which may be that which comes and goes.
func (w *worker) linkList(d draw) error {
	p := w.anyPlace(d)
	r := w.look(d, p.tree, "/v1/organizations/"+w.shape.Organization(p.tree, p.organization)+"/links?limit=500")
	found, more, err := w.list(r)
	if err != nil {
		return err
	}
	var expected []string
	for _, group := range w.shape.LinkedGroups(p.organization) {
		expected = append(expected, w.shape.Group(p.tree, group))
	}
	slices.Sort(expected)
	steady := slices.DeleteFunc(found, func(id string) bool { return id == w.visited(p.tree) })
	if more || !slices.Equal(steady, expected) {
		return fmt.Errorf("%s: found %v, expected %v", r.path, found, expected)
	}
	return nil
}

// selfCheck has an agent ask with its key whether it may read its own configuration, or that
// of another tree's agent.
func (w *worker) selfCheck(d draw) error {
	tree := d.skewed(w.shape.Trees)
	about := (tree + d.random.IntN(2)) % w.shape.Trees
	return w.allows(request{node: d.n, method: "POST", path: "/v1/self/check", key: w.agents[tree], body: question{
		Permission: "read", Resource: tenancy.Object{Type: "backup_config", ID: configuration(about)},
	}}, about == tree)
}
