package delivery_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/delivery"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// about are questions about resources, none of which is asked twice in a batch.
func about(ids ...string) (checks []tenancy.Check) {
	for _, id := range ids {
		checks = append(checks, tenancy.Check{Question: question(id)})
	}
	return checks
}

// what of a batch is about a tree that can't be decided is refused, and nothing else.
func TestABatchIsRefusedByTree(t *testing.T) {
	record, engine := newRecord(), newEngine()
	d := delivery.New(record, engine, nil)
	for _, root := range []string{"acme", "other", "other"} {
		commit(t, d, root)
	}
	engine.failTree("acme", errDown)
	commit(t, d, "acme")
	answers := d.CheckEach(t.Context(), about("acme", "other", "nowhere", "acme"))
	require.ErrorIs(t, answers[0].Err, errDown)
	require.Equal(t, tenancy.Answer{Token: at("other", 2)}, answers[1])
	require.Equal(t, tenancy.Answer{}, answers[2])
	require.ErrorIs(t, answers[3].Err, errDown)
	require.Zero(t, engine.asked("acme"))
}

// A tree whose delivery hangs keeps no other one waiting.
func TestABatchDoesNotWaitForAnotherTree(t *testing.T) {
	record, engine := newRecord(), newEngine()
	d := delivery.New(record, engine, nil)
	commit(t, d, "acme")
	commit(t, d, "other")
	hangs := engine.pause(nil)
	committed := make(chan struct{})
	go func() {
		defer close(committed)
		commit(t, d, "acme")
	}()
	<-hangs.reached
	answered := make(chan struct{})
	engine.beforeAnswer(func() { close(answered) }) // it is the other tree's
	done := make(chan []tenancy.Answer)
	go func() { done <- d.CheckEach(t.Context(), about("acme", "other")) }()
	<-answered
	close(hangs.goOn)
	require.Equal(t, []tenancy.Answer{{Token: at("acme", 2)}, {Allowed: true, Token: at("other", 1)}}, <-done)
	<-committed
}

// Answers of a batch go through the memory and into it, as those of single questions do.
func TestABatchSharesTheMemory(t *testing.T) {
	record, engine := newRecord(), newEngine()
	c := cached(t, record, engine)
	commit(t, c.Deliverer, "acme")
	commit(t, c.Deliverer, "other")
	c.CheckEach(t.Context(), about("acme", "acme"))
	_, _, err := c.CheckOne(t.Context(), question("acme"))
	require.NoError(t, err)
	require.Equal(t, 1, engine.asked("acme"))
	_, _, err = c.CheckOne(t.Context(), question("other"))
	require.NoError(t, err)
	c.CheckEach(t.Context(), about("other", "acme"))
	require.Equal(t, 1, engine.asked("other"))
}

// All of a tree is answered at one version: if a change passes while the engine answers what
// is not in memory, what was in memory is asked again. Nothing of that is kept under the
// former version.
func TestABatchIsOfOneVersion(t *testing.T) {
	record, engine := newRecord(), newEngine()
	c := cached(t, record, engine)
	commit(t, c.Deliverer, "acme")
	record.move("shop", "acme")
	_, _, err := c.CheckOne(t.Context(), question("acme")) // allowed at version 1
	require.NoError(t, err)
	engine.beforeAnswer(func() { commit(t, c.Deliverer, "acme") })
	answers := c.CheckEach(t.Context(), about("acme", "shop"))
	require.False(t, answers[0].Allowed, "of version 2, as the other answer is")
	require.Equal(t, at("acme", 1), answers[0].Token, "not older than this")

	record.forget(2) // as if it were asked at version 1 again
	asked := engine.asked("shop")
	c.CheckEach(t.Context(), about("shop"))
	require.Equal(t, asked+1, engine.asked("shop"), "the answer of version 2 was kept under version 1")
}

// A resource that is moved while the engine is asked is asked about in its new tree, which
// has to be whole there: a delivery of that tree may be half in.
func TestAMovedResourceIsAskedAboutInItsNewTree(t *testing.T) {
	for name, ask := range map[string]func(*testing.T, *delivery.Deliverer) tenancy.Token{
		"one": func(t *testing.T, d *delivery.Deliverer) tenancy.Token {
			_, token, err := d.CheckOne(t.Context(), question("shop"))
			require.NoError(t, err)
			return token
		},
		"batch": func(t *testing.T, d *delivery.Deliverer) tenancy.Token {
			answers := d.CheckEach(t.Context(), about("shop", "former"))
			require.NoError(t, answers[0].Err)
			require.Equal(t, at("former", 2), answers[1].Token)
			return answers[0].Token
		},
		"who": func(t *testing.T, d *delivery.Deliverer) tenancy.Token {
			_, token, err := d.Subjects(t.Context(), whoOwns("shop"), tenancy.PageAll)
			require.NoError(t, err)
			return token
		},
	} {
		t.Run(name, func(t *testing.T) {
			record, engine := newRecord(), newEngine()
			d := delivery.New(record, engine, nil)
			commit(t, d, "former")
			commit(t, d, "next")
			record.move("shop", "former")
			engine.beforeAnswer(func() {
				commit(t, d, "former")
				record.move("shop", "next")
			})
			require.Equal(t, at("next", 1), ask(t, d))
		})
	}
}

// One that is deleted while the engine is asked is not there.
func TestADeletedResourceIsNotThere(t *testing.T) {
	record, engine := newRecord(), newEngine()
	d := delivery.New(record, engine, nil)
	commit(t, d, "acme")
	record.move("shop", "acme")
	engine.beforeAnswer(func() { record.move("shop", "") })
	allowed, token, err := d.CheckOne(t.Context(), question("shop"))
	require.NoError(t, err)
	require.False(t, allowed)
	require.Zero(t, token)
}
