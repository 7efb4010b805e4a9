package delivery

import (
	"context"
	"errors"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Subjects implements [tenancy.Decisions].
func (d *Deliverer) Subjects(ctx context.Context, l tenancy.SubjectLookup, page tenancy.Page, atLeast ...tenancy.Token) ([]string, tenancy.Token, error) {
	question := tenancy.Question{
		Subject: tenancy.Object{Type: l.SubjectType}, Permission: l.Permission, Resource: l.Resource,
	}
	answer, tree, err := d.find(ctx, "", question, atLeast)
	if err != nil {
		return nil, tenancy.Token{}, err
	}
	return pageOf(answer.ids, page), tree.Token(), nil
}

// lookupAttempts bounds how often a lookup begins again because things were moved between
// trees while it looked, or it may have seen a part of a delivery.
const lookupAttempts = 32

// Resources implements [tenancy.Decisions]. The engine looks through all trees at once, at
// one state; what it finds is taken apart by tree. That of one tree is exact at its version if
// nothing later is committed even then, whatever becomes of the others: so it is kept by tree,
// and the pages of a list do not each cost a whole lookup.
func (d *Deliverer) Resources(ctx context.Context, l tenancy.ResourceLookup, page tenancy.Page, atLeast ...tenancy.Token) ([]string, []tenancy.Token, error) {
	for range lookupAttempts {
		s := &survey{d: d, lookup: l, lists: map[string]listed{}}
		settled, err := s.run(ctx, atLeast)
		if err != nil {
			return nil, nil, err
		}
		if settled {
			return s.page(page), s.states(), nil
		}
	}
	return nil, nil, tenancy.Unavailable(tenancy.CodeNotFresh, tenancy.ErrMoved)
}

// survey is one attempt at a lookup of resources: the lists of the trees that are known.
type survey struct {
	d      *Deliverer
	lookup tenancy.ResourceLookup
	lists  map[string]listed // by root
}

// listed is what was found in a tree, in order, at one state of it.
type listed struct {
	at  tenancy.Token
	ids []string
}

// question is that of the lookup, for all resources of the type.
func (s *survey) question() tenancy.Question {
	return tenancy.Question{
		Subject: s.lookup.Subject, Permission: s.lookup.Permission, Resource: tenancy.Object{Type: s.lookup.ResourceType},
	}
}

// run finds the lists of all trees. It has not settled if something may have been moved
// between a tree that was known and one that was looked through.
func (s *survey) run(ctx context.Context, atLeast []tenancy.Token) (settled bool, err error) {
	known, open, err := s.recall(ctx, atLeast)
	if err != nil || len(open) == 0 {
		return err == nil, err
	}
	moved, err := s.lookUp(ctx, open)
	if err != nil || len(moved) == 0 {
		return err == nil, err
	}
	for _, tree := range moved {
		if whole, err := s.d.wholeSince(ctx, tree); err != nil || !whole {
			return false, err
		}
	}
	return s.stand(ctx, known, open)
}

// recall tells the trees whose lists are in memory, which it takes, from the others.
func (s *survey) recall(ctx context.Context, atLeast []tenancy.Token) (known, open []tenancy.Tree, err error) {
	trees, err := s.trees(ctx)
	for _, tree := range trees {
		if err := tree.Token().AtLeast(atLeast); err != nil {
			return nil, nil, err
		}
		if answer, ok := s.d.memory.recall(asked{tree.Token(), s.question()}); ok {
			s.lists[tree.RootID] = listed{tree.Token(), answer.ids}
			known = append(known, tree)
		} else {
			open = append(open, tree)
		}
	}
	return known, open, err
}

// stand reports whether the subject stands in the same trees as before, and those that were
// known are as they were: a change of a tree that was looked through has then moved nothing
// to or from any of them that is not in the lists.
func (s *survey) stand(ctx context.Context, known, open []tenancy.Tree) (bool, error) {
	for _, tree := range known {
		if same, err := s.d.isAt(ctx, tree); err != nil || !same {
			return false, err
		}
	}
	now, err := s.trees(ctx)
	if err != nil || len(now) != len(known)+len(open) {
		return false, err
	}
	return !slices.ContainsFunc(now, func(tree tenancy.Tree) bool {
		_, listed := s.lists[tree.RootID]
		return !listed
	}), nil
}

func (s *survey) trees(ctx context.Context) ([]tenancy.Tree, error) {
	return s.d.current(ctx, func() ([]tenancy.Reading, error) { return s.d.standing(ctx, s.lookup) })
}

// standing reads the trees in which the subject stands, of which the lookup may ask for one
// alone. Nothing of another tree is in the list.
func (d *Deliverer) standing(ctx context.Context, l tenancy.ResourceLookup) (trees []tenancy.Reading, err error) {
	if l.Subject.Type == "user" {
		trees, err = d.record.TreesOf(ctx, l.Subject.ID)
	} else {
		var tree tenancy.Reading
		tree, err = d.record.TreeOf(ctx, l.Subject)
		trees = []tenancy.Reading{tree}
	}
	if errors.Is(err, tenancy.ErrNoRow) {
		return nil, nil
	}
	return slices.DeleteFunc(trees, func(tree tenancy.Reading) bool {
		return l.RootID != "" && tree.RootID != l.RootID
	}), err
}

func rootsOf(trees []tenancy.Tree) []string {
	roots := make([]string, len(trees))
	for i, tree := range trees {
		roots[i] = tree.RootID
	}
	return roots
}

// lookUp has the engine look through trees, each at its version or a later one, and keeps
// what is of exactly its version. It tells which trees have moved meanwhile.
func (s *survey) lookUp(ctx context.Context, open []tenancy.Tree) (moved []tenancy.Tree, err error) {
	for _, tree := range open {
		if err := s.d.settleForQuestion(ctx, s.d.tree(tree.RootID), tree.Version); err != nil {
			return nil, err
		}
	}
	ids, err := s.d.engine.LookupResources(tenancy.AboutTrees(ctx, rootsOf(open)...), s.lookup.Subject, s.lookup.Permission, s.lookup.ResourceType)
	if err != nil {
		return nil, err
	}
	byRoot, err := s.apart(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, tree := range open {
		same, err := s.d.isAt(ctx, tree)
		if err != nil {
			return nil, err
		}
		list := byRoot[tree.RootID]
		s.lists[tree.RootID] = listed{tree.Token(), list}
		if same {
			s.d.memory.keep(asked{tree.Token(), s.question()}, found{ids: list})
		} else {
			moved = append(moved, tree)
		}
	}
	return moved, nil
}

// apart takes the ids apart by the trees in which the record has them, each in order. The
// engine may still speak of a tree that the subject has left, or of what is deleted: nobody
// asks for that part.
func (s *survey) apart(ctx context.Context, ids []string) (map[string][]string, error) {
	roots, err := s.d.record.RootsOf(ctx, s.lookup.ResourceType, ids)
	if err != nil {
		return nil, unanswered(ctx, err)
	}
	slices.Sort(ids)
	byRoot := map[string][]string{}
	for _, id := range ids {
		byRoot[roots[id]] = append(byRoot[roots[id]], id)
	}
	return byRoot, nil
}

// page merges the lists. What was moved between two of them meanwhile is in it once.
func (s *survey) page(page tenancy.Page) (ids []string) {
	for _, list := range s.lists {
		ids = append(ids, pageOf(list.ids, page)...)
	}
	slices.Sort(ids)
	return pageOf(slices.Compact(ids), page)
}

// states are those of the trees that were looked through.
func (s *survey) states() (states []tenancy.Token) {
	for _, list := range s.lists {
		states = append(states, list.at)
	}
	return states
}

// pageOf gives what comes in a sorted list after a key.
func pageOf(ids []string, page tenancy.Page) []string {
	begin, exact := slices.BinarySearch(ids, page.After)
	if exact {
		begin++
	}
	return ids[begin:min(len(ids), begin+min(page.Limit, len(ids)))]
}
