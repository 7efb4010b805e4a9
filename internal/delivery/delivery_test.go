package delivery_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/delivery"
	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestACommittedChangeIsDeliveredInOrder(t *testing.T) {
	record, engine := newRecord(), newEngine()
	d := delivery.New(record, engine, nil)
	for range 3 {
		_, err := d.Commit(t.Context(), owners("acme"))
		require.NoError(t, err)
	}
	require.Equal(t, []string{"acme@1", "acme@2", "acme@3"}, engine.log())
}

// What a node has just committed it delivers without reading it back, if it is the version
// that comes next.
func TestACommitIsAtHandForItsDelivery(t *testing.T) {
	record, engine := newRecord(), newEngine()
	d := delivery.New(record, engine, nil)
	commit(t, d, "acme")
	commit(t, d, "acme")
	require.Zero(t, record.reads.Load())
	engine.fail(errDown)
	commit(t, d, "acme")
	engine.fail(nil)
	commit(t, d, "acme")
	require.Equal(t, []string{"acme@1", "acme@2", "acme@3", "acme@4"}, engine.log())
}

func TestACommitStandsWhenTheEngineFails(t *testing.T) {
	record, engine := newRecord(), newEngine()
	d := delivery.New(record, engine, nil)
	engine.fail(errDown)
	versions, err := d.Commit(t.Context(), owners("acme"))
	require.NoError(t, err)
	require.Equal(t, map[string]int64{"acme": 1}, versions)
}

// TestNoAnswerFromAnEngineBehind is: while the engine has not received what
// is committed, its answers are refused, for that tree alone; the next question delivers.
func TestNoAnswerFromAnEngineBehind(t *testing.T) {
	record, engine := newRecord(), newEngine()
	d := delivery.New(record, engine, nil)
	commit(t, d, "acme")
	commit(t, d, "other")
	engine.failTree("acme", errDown)
	commit(t, d, "acme")

	_, _, err := d.CheckOne(t.Context(), question("acme"), tenancy.Token{})
	require.ErrorIs(t, err, errDown)
	require.Zero(t, engine.asked("acme"), "an answer of an engine behind was used")
	_, _, err = d.CheckOne(t.Context(), question("other"), tenancy.Token{})
	require.NoError(t, err)

	engine.failTree("acme", nil)
	_, token, err := d.CheckOne(t.Context(), question("acme"), tenancy.Token{})
	require.NoError(t, err)
	require.Equal(t, tenancy.Token{RootID: "acme", Version: 2}, token)
	require.EqualValues(t, 2, engine.version("acme"))
}

func TestAnotherNodeDelivers(t *testing.T) {
	record, engine := newRecord(), newEngine()
	a, b := delivery.New(record, engine, nil), delivery.New(record, engine, nil)
	commit(t, a, "acme")
	commit(t, b, "acme")
	commit(t, a, "acme")
	require.Equal(t, []string{"acme@1", "acme@2", "acme@3"}, engine.log())
}

func TestManyDeliverersDeliverOnce(t *testing.T) {
	record, engine := newRecord(), newEngine()
	engine.fail(errDown)
	first := delivery.New(record, engine, nil)
	for range 200 {
		commit(t, first, "acme")
	}
	engine.fail(nil)
	var wg sync.WaitGroup
	for range 8 {
		d := delivery.New(record, engine, nil)
		wg.Go(func() {
			_, _, err := d.CheckOne(t.Context(), question("acme"), tenancy.Token{})
			// Losing the race to another deliverer is an honest refusal, a wrong answer is not.
			if e, ok := tenancy.AsError(err); err != nil && (!ok || e.Code != tenancy.CodeNotFresh) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	var want []string
	for v := 1; v <= 200; v++ {
		want = append(want, fmt.Sprintf("acme@%d", v))
	}
	require.Equal(t, want, engine.log())
}

func TestAStateThatIsNotCommittedIsNotFresh(t *testing.T) {
	record, engine := newRecord(), newEngine()
	d := delivery.New(record, engine, nil)
	commit(t, d, "acme")
	_, _, err := d.CheckOne(t.Context(), question("acme"), tenancy.Token{RootID: "acme", Version: 2})
	requireCode(t, tenancy.CodeNotFresh, err)
	_, _, err = d.CheckOne(t.Context(), question("acme"), tenancy.Token{RootID: "acme", Version: 1})
	require.NoError(t, err)
}

func TestAnUnknownResourceIsNotAllowed(t *testing.T) {
	d := delivery.New(newRecord(), newEngine(), nil)
	allowed, token, err := d.CheckOne(t.Context(), question("nowhere"), tenancy.Token{})
	require.NoError(t, err)
	require.False(t, allowed)
	require.Zero(t, token)
}

// TestAnAnswerWithinATree is about what is in it: of another tree nothing is asked, and
// who belongs to none gets no answer from any.
func TestAnAnswerWithinATree(t *testing.T) {
	d := delivery.New(newRecord(), newEngine(), nil)
	commit(t, d, "acme")
	commit(t, d, "rival")
	for root, want := range map[string]bool{"acme": true, "rival": false, "nowhere": false, "": false} {
		allowed, err := d.CheckWithin(t.Context(), root, question("acme"))
		require.NoError(t, err)
		require.Equal(t, want, allowed, "within %q", root)
	}
}

var errDown = errors.New("the engine is down")

func owners(root string) tenancy.Change {
	return tenancy.Change{Rows: []tenancy.RowChange{{After: tenancy.Owner{OrganizationID: root, RootID: root, UserID: "u"}}}}
}

func commit(t *testing.T, d *delivery.Deliverer, root string) {
	t.Helper()
	if _, err := d.Commit(t.Context(), owners(root)); err != nil {
		t.Error(err)
	}
}

func question(root string) tenancy.Question {
	return tenancy.Question{
		Subject: tenancy.Object{Type: "user", ID: "u"}, Permission: "own",
		Resource: tenancy.Object{Type: "organization", ID: root},
	}
}

func requireCode(t *testing.T, code tenancy.Code, err error) {
	t.Helper()
	e, ok := tenancy.AsError(err)
	require.True(t, ok, "%v", err)
	require.Equal(t, code, e.Code)
}

// TestAnAnswerAtAVersion is of that version: a change that is committed before the answer
// comes breaks it off.
func TestAnAnswerAtAVersion(t *testing.T) {
	record, engine := newRecord(), newEngine()
	d := delivery.New(record, engine, nil)
	commit(t, d, "acme")
	engine.beforeAnswer(func() { commit(t, d, "acme") })
	ask := func(version int64) error {
		_, err := d.CheckAt(t.Context(), "acme", version, []tenancy.Question{question("acme")})
		return err
	}
	require.ErrorIs(t, ask(1), tenancy.ErrMoved)
	require.ErrorIs(t, ask(1), tenancy.ErrMoved)
	require.NoError(t, ask(2))
}

// TestAnExplanationAtAVersion is refused on a later one, also if it comes while the engine
// is asked, and has the engine brought there first.
func TestAnExplanationAtAVersion(t *testing.T) {
	record, engine := newRecord(), newEngine()
	d := delivery.New(record, engine, nil)
	commit(t, d, "acme")
	engine.beforeAnswer(func() { commit(t, d, "acme") })
	explain := func(version int64) error {
		ways, err := d.ExplainAt(t.Context(), "acme", version, question("acme"))
		require.Equal(t, err == nil && version%2 == 1, ways.Allowed)
		return err
	}
	require.ErrorIs(t, explain(1), tenancy.ErrMoved)
	require.ErrorIs(t, explain(1), tenancy.ErrMoved)
	require.NoError(t, explain(2))
	engine.fail(errors.New("down"))
	commit(t, d, "acme")
	require.Error(t, explain(3))
	engine.fail(nil)
	require.NoError(t, explain(3))
}
