package load

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/tenantry/tenantry/internal/estate"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// The steps of a visit. After the last one the tree is as it was before the first, and the next
// visit is to another organization.
const (
	joins = iota
	links
	unlinks
	leaves
	steps
)

// change makes the next step of a tree's visit, and asks another node whether it is effective.
func (w *worker) change(d draw) error {
	tree := d.n % w.shape.Trees
	v := w.visits[tree]
	v.Lock()
	defer v.Unlock()
	if err := w.take(d.n, tree, v); err != nil {
		return err
	}
	after := time.Now()
	err := w.decide(d.n+1, w.effect(tree, v.step-1))
	if failed := (undecidedError{}); errors.As(err, &failed) {
		w.tally.failed(checkChange, failed)
		return nil
	}
	w.tally.took(checkChange, time.Since(after))
	return err
}

// take makes the next step. A failed one is made again: what it finds done already is right
// then, and nowhere else.
func (w *worker) take(node, tree int, v *visit) error {
	r := w.step(tree, v.step)
	r.node = node
	status, answer, err := w.send(r)
	if err != nil {
		v.unclear = true
		return err
	}
	switch {
	case r.method == http.MethodPut && status == http.StatusOK:
	case r.method == http.MethodDelete && status == http.StatusNoContent:
	case r.method == http.MethodDelete && status == http.StatusNotFound && v.unclear:
	default:
		return fmt.Errorf("%s %s was answered %d %s", r.method, r.path, status, answer)
	}
	v.step++
	v.unclear = false
	return nil
}

// goal is the organization that a step of a tree's visits is about.
func (w *world) goal(tree, step int) string {
	return w.shape.Organization(tree, step/steps%w.shape.Organizations)
}

func (w *world) step(tree, step int) request {
	member := "/v1/groups/" + w.visited(tree) + "/members/" + visitor(tree)
	link := "/v1/organizations/" + w.goal(tree, step) + "/links/" + w.visited(tree)
	r := request{key: w.key, actsAs: w.shape.Owner(tree)}
	switch step % steps {
	case joins:
		r.method, r.path, r.body = http.MethodPut, member, struct{}{}
	case links:
		r.method, r.path, r.body = http.MethodPut, link, struct{}{}
	case unlinks:
		r.method, r.path = http.MethodDelete, link
	case leaves:
		r.method, r.path = http.MethodDelete, member
	}
	return r
}

// effect is what a step was made for: the visitor is let in, or he is no more.
func (w *world) effect(tree, step int) estate.Case {
	organization := w.goal(tree, step)
	if s := step % steps; s == joins || s == leaves {
		organization = w.shape.Root(tree)
	}
	return estate.Case{
		Question: tenancy.Question{
			Subject:    tenancy.Object{Type: "user", ID: visitor(tree)},
			Permission: w.shape.ToggledPermission(),
			Resource:   tenancy.Object{Type: "organization", ID: organization},
		},
		Allowed: step%steps == joins || step%steps == links,
	}
}
