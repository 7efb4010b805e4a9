package delivery_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/delivery"
	"github.com/tenantry/tenantry/internal/tenancy"
)

var everything = tenancy.ResourceLookup{
	Subject: tenancy.Object{Type: "user", ID: "u"}, Permission: "access", ResourceType: "organization",
}

func in(rootID string) tenancy.ResourceLookup {
	l := everything
	l.RootID = rootID
	return l
}

func whoOwns(root string) tenancy.SubjectLookup {
	return tenancy.SubjectLookup{Resource: tenancy.Object{Type: "organization", ID: root}, Permission: "own", SubjectType: "user"}
}

func at(root string, version int64) tenancy.Token {
	return tenancy.Token{RootID: root, Version: version}
}

// without the facts of one of the trees there is no list, and never a shorter one. A
// list of another tree alone does not need them.
func TestALookupWaitsForEveryTreeOfTheSubject(t *testing.T) {
	record, engine := newRecord(), newEngine()
	d := delivery.New(record, engine, nil)
	commit(t, d, "acme")
	commit(t, d, "other")
	engine.failTree("acme", errDown)
	commit(t, d, "acme")
	_, _, err := d.Resources(t.Context(), everything, tenancy.PageAll)
	require.ErrorIs(t, err, errDown)
	ids, states, err := d.Resources(t.Context(), in("other"), tenancy.PageAll)
	require.NoError(t, err)
	require.Equal(t, []string{"other"}, ids)
	require.Equal(t, []tenancy.Token{at("other", 1)}, states)

	engine.failTree("acme", nil)
	ids, states, err = d.Resources(t.Context(), everything, tenancy.PageAll)
	require.NoError(t, err)
	require.Equal(t, []string{"other"}, ids, "acme is found at odd versions")
	require.ElementsMatch(t, []tenancy.Token{at("acme", 2), at("other", 1)}, states)
}

// nothing of a tree in which the subject does not stand is asked.
func TestALookupAsksNothingElsewhere(t *testing.T) {
	record, engine := newRecord(), newEngine()
	d := delivery.New(record, engine, nil)
	commit(t, d, "acme")
	ids, states, err := d.Resources(t.Context(), in("nowhere"), tenancy.PageAll)
	require.NoError(t, err)
	require.Empty(t, ids)
	require.Empty(t, states)
	require.Zero(t, engine.lookups)
}

// The pages of a list at the same versions cost one lookup, and a change of one tree costs
// one more.
func TestPagesOfALookupAreFoundOnce(t *testing.T) {
	record, engine := newRecord(), newEngine()
	c := cached(t, record, engine)
	for _, root := range []string{"a", "b", "c"} {
		commit(t, c.Deliverer, root)
	}
	pages := func() (all []string) {
		t.Helper()
		for after := ""; ; {
			ids, _, err := c.Resources(t.Context(), everything, tenancy.Page{After: after, Limit: 1})
			require.NoError(t, err)
			if len(ids) == 0 {
				return all
			}
			all = append(all, ids...)
			after = ids[0]
		}
	}
	require.Equal(t, []string{"a", "b", "c"}, pages())
	require.Equal(t, 1, engine.lookups)
	commit(t, c.Deliverer, "b")
	require.Equal(t, []string{"a", "c"}, pages())
	require.Equal(t, 2, engine.lookups)
	for range 3 {
		ids, state, err := c.Subjects(t.Context(), whoOwns("b"), tenancy.PageAll)
		require.NoError(t, err)
		require.Equal(t, []string{"2"}, ids)
		require.Equal(t, at("b", 2), state)
	}
	require.Equal(t, 3, engine.lookups)
}

// A change that passes while the engine looks makes the list one of another state: it is
// answered, and not kept under the former one.
func TestAListIsKeptUnderItsOwnVersion(t *testing.T) {
	record, engine := newRecord(), newEngine()
	c := cached(t, record, engine)
	commit(t, c.Deliverer, "a")
	commit(t, c.Deliverer, "b")
	engine.beforeAnswer(func() { commit(t, c.Deliverer, "a") })
	ids, states, err := c.Resources(t.Context(), everything, tenancy.PageAll)
	require.NoError(t, err)
	require.Equal(t, []string{"b"}, ids)
	require.ElementsMatch(t, []tenancy.Token{at("a", 1), at("b", 1)}, states, "not older than these")
	require.Equal(t, 1, engine.lookups)

	forgotten := record.deliveries["a"]
	record.deliveries["a"] = forgotten[:1] // as if it were asked at version 1 again
	_, _, err = c.Resources(t.Context(), in("a"), tenancy.PageAll)
	require.NoError(t, err)
	require.Equal(t, 2, engine.lookups, "the list of version 2 was kept under version 1")
	_, _, err = c.Resources(t.Context(), in("b"), tenancy.PageAll)
	require.NoError(t, err)
	require.Equal(t, 2, engine.lookups, "that of the other tree was not kept")
	record.deliveries["a"] = forgotten

	engine.beforeAnswer(func() { commit(t, c.Deliverer, "b") })
	ids, state, err := c.Subjects(t.Context(), whoOwns("b"), tenancy.PageAll)
	require.NoError(t, err)
	require.Equal(t, []string{"2"}, ids)
	require.Equal(t, at("b", 1), state, "not older than this")
	before := engine.lookups
	_, state, err = c.Subjects(t.Context(), whoOwns("b"), tenancy.PageAll)
	require.NoError(t, err)
	require.Equal(t, at("b", 2), state)
	require.Equal(t, before+1, engine.lookups)
}

// What is moved between a tree whose list is in memory and one that is looked through is in
// the list all the same.
func TestALookupFindsWhatIsMovedMeanwhile(t *testing.T) {
	record, engine := newRecord(), newEngine()
	c := cached(t, record, engine)
	for _, root := range []string{"from", "to", "x"} {
		commit(t, c.Deliverer, root)
	}
	record.move("x", "from")
	_, _, err := c.Resources(t.Context(), in("to"), tenancy.PageAll)
	require.NoError(t, err)
	engine.beforeAnswer(func() {
		for range 2 {
			commit(t, c.Deliverer, "from")
			commit(t, c.Deliverer, "to")
		}
		record.move("x", "to")
	})
	ids, _, err := c.Resources(t.Context(), everything, tenancy.PageAll)
	require.NoError(t, err)
	require.Contains(t, ids, "x")
}

// So is what is moved to a tree in which the subject did not stand.
func TestALookupFindsWhatIsMovedElsewhere(t *testing.T) {
	record, engine := newRecord(), newEngine()
	d := delivery.New(record, engine, nil)
	commit(t, d, "from")
	engine.beforeAnswer(func() {
		commit(t, d, "from")
		commit(t, d, "next")
	})
	ids, states, err := d.Resources(t.Context(), everything, tenancy.PageAll)
	require.NoError(t, err)
	require.Equal(t, []string{"next"}, ids)
	require.Len(t, states, 2)
}

// As many trees as before need not be the same ones: who has left one for another is found there.
func TestALookupFindsWhoChangesTrees(t *testing.T) {
	record, engine := newRecord(), newEngine()
	d := delivery.New(record, engine, nil)
	commit(t, d, "left")
	engine.beforeAnswer(func() {
		delete(record.deliveries, "left")
		commit(t, d, "next")
	})
	ids, states, err := d.Resources(t.Context(), everything, tenancy.PageAll)
	require.NoError(t, err)
	require.Equal(t, []string{"next"}, ids)
	require.Equal(t, []tenancy.Token{at("next", 1)}, states)
}

// Nor is a tree in the list that the subject leaves meanwhile.
func TestALookupShowsNoTreeThatIsLeftMeanwhile(t *testing.T) {
	record, engine := newRecord(), newEngine()
	d := delivery.New(record, engine, nil)
	commit(t, d, "acme")
	commit(t, d, "left")
	engine.beforeAnswer(func() { delete(record.deliveries, "left") })
	ids, states, err := d.Resources(t.Context(), everything, tenancy.PageAll)
	require.NoError(t, err)
	require.Equal(t, []string{"acme"}, ids)
	require.Equal(t, []tenancy.Token{at("acme", 1)}, states)
}

// What the engine still says of a tree that the subject has left is not in the list.
func TestALookupShowsNoTreeThatWasLeft(t *testing.T) {
	record, engine := newRecord(), newEngine()
	d := delivery.New(record, engine, nil)
	commit(t, d, "acme")
	commit(t, d, "left")
	delete(record.deliveries, "left")
	ids, _, err := d.Resources(t.Context(), everything, tenancy.PageAll)
	require.NoError(t, err)
	require.Equal(t, []string{"acme"}, ids)
}

func TestALookupIsAtLeast(t *testing.T) {
	record, engine := newRecord(), newEngine()
	d := delivery.New(record, engine, nil)
	commit(t, d, "acme")
	for _, c := range []struct {
		atLeast tenancy.Token
		code    tenancy.Code
	}{{at("acme", 1), ""}, {at("acme", 2), tenancy.CodeNotFresh}, {at("other", 9), ""}} {
		_, _, err := d.Resources(t.Context(), everything, tenancy.PageAll, tenancy.Token{}, c.atLeast)
		requireOutcome(t, c.code, err)
		_, _, err = d.Subjects(t.Context(), whoOwns("acme"), tenancy.PageAll, c.atLeast)
		requireOutcome(t, c.code, err)
		answers := d.CheckEach(t.Context(), []tenancy.Check{{Question: question("acme"), AtLeast: []tenancy.Token{c.atLeast}}})
		requireOutcome(t, c.code, answers[0].Err)
	}
}

func requireOutcome(t *testing.T, code tenancy.Code, err error) {
	t.Helper()
	if code == "" {
		require.NoError(t, err)
		return
	}
	requireCode(t, code, err)
}
