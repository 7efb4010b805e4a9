package delivery_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/delivery"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// partly asks for what only a part of a delivery gives.
func partly(id string) tenancy.Question {
	q := question(id)
	q.Permission = inHalf
	return q
}

// askers are all ways to ask. Each fails if it was told what only a part of a delivery gives;
// their own error is one that was answered honestly.
var askers = map[string]func(*testing.T, *delivery.Deliverer) error{
	"Check": func(t *testing.T, d *delivery.Deliverer) error {
		answers, err := d.Check(t.Context(), "acme", 1, []tenancy.Question{partly("acme")})
		require.NotContains(t, answers, true)
		return err
	},
	"CheckAt": func(t *testing.T, d *delivery.Deliverer) error {
		answers, err := d.CheckAt(t.Context(), "acme", 1, []tenancy.Question{partly("acme")})
		require.NotContains(t, answers, true)
		return err
	},
	"ExplainAt": func(t *testing.T, d *delivery.Deliverer) error {
		ways, err := d.ExplainAt(t.Context(), "acme", 1, partly("acme"))
		require.False(t, ways.Allowed)
		return err
	},
	"CheckOne": func(t *testing.T, d *delivery.Deliverer) error {
		allowed, token, err := d.CheckOne(t.Context(), partly("acme"))
		require.False(t, allowed)
		require.Equal(t, at("acme", 2), token)
		return err
	},
	"CheckWithin": func(t *testing.T, d *delivery.Deliverer) error {
		allowed, err := d.CheckWithin(t.Context(), "acme", partly("acme"))
		require.False(t, allowed)
		return err
	},
	"CheckEach": func(t *testing.T, d *delivery.Deliverer) error {
		for _, answer := range d.CheckEach(t.Context(), []tenancy.Check{{Question: question("other")}, {Question: partly("acme")}, {Question: question("acme")}}) {
			require.NoError(t, answer.Err)
			require.Equal(t, answer.Token.RootID == "other", answer.Allowed, "nothing of acme is allowed at version 2")
		}
		return nil
	},
	"Rehearse": func(t *testing.T, d *delivery.Deliverer) error {
		change := owners("acme")
		change.Basis.Trees = map[string]int64{"acme": 1}
		forecast, err := d.Rehearse(t.Context(), change)
		require.Empty(t, forecast.Gained)
		return err
	},
	"Resources": func(t *testing.T, d *delivery.Deliverer) error {
		ids, _, err := d.Resources(t.Context(), everything, tenancy.PageAll)
		require.Equal(t, []string{"other"}, ids)
		return err
	},
	"Subjects": func(t *testing.T, d *delivery.Deliverer) error {
		ids, _, err := d.Subjects(t.Context(), whoOwns("acme"), tenancy.PageAll)
		require.Equal(t, []string{"2"}, ids)
		return err
	},
}

// TestNoAnswerFromAPartOfAnotherNodesDelivery has another node commit while this one asks, and
// deliver a part of it before the engine answers: this one knows nothing of that, and still
// gives no such answer. The other node goes on, or dies; then the delivery is completed here.
func TestNoAnswerFromAPartOfAnotherNodesDelivery(t *testing.T) {
	for name, ask := range askers {
		for fate, err := range map[string]error{"goes on": nil, "dies": errDown} {
			t.Run(name+", the other node "+fate, func(t *testing.T) {
				record, engine := newRecord(), newEngine()
				engine.inParts = true
				d, other := delivery.New(record, engine, nil), delivery.New(record, engine, nil)
				commit(t, d, "acme")
				commit(t, d, "other")
				done := make(chan struct{})
				halfway := engine.pause(err)
				engine.beforeAnswer(func() {
					go func() { defer close(done); commit(t, other, "acme") }()
					<-halfway.reached
				})
				if err := ask(t, d); err != nil {
					require.ErrorIs(t, err, tenancy.ErrMoved)
				} else {
					require.EqualValues(t, 2, engine.version("acme"), "completed before anybody is answered")
				}
				require.NotZero(t, engine.shownHalf(), "the test has shown nobody half a delivery")
				close(halfway.goOn)
				<-done
			})
		}
	}
}

// TestNoAnswerFromHalfADelivery asks at a version below the committed one while a part of that
// is in, also after a delivery that failed half way.
func TestNoAnswerFromHalfADelivery(t *testing.T) {
	for name, failHalfway := range map[string]error{"delivery goes on": nil, "delivery fails half way": errDown} {
		t.Run(name, func(t *testing.T) {
			record, engine := newRecord(), newEngine()
			engine.inParts = true
			d := delivery.New(record, engine, nil)
			commit(t, d, "acme")

			halfway := engine.pause(failHalfway)
			done := make(chan struct{})
			go func() { commit(t, d, "acme"); close(done) }()
			<-halfway.reached

			answered := make(chan error, 1)
			go func() {
				answers, err := d.Check(t.Context(), "acme", 1, []tenancy.Question{partly("acme")})
				if err == nil && answers[0] {
					t.Error("half a delivery was answered from")
				}
				answered <- err
			}()
			close(halfway.goOn)
			<-done
			require.NoError(t, <-answered)
			require.EqualValues(t, 2, engine.version("acme"))
		})
	}
}

// TestWaitingForDeliveryEndsWithTheContext asks at a version that the engine holds, while
// it shows half of the next one.
func TestWaitingForDeliveryEndsWithTheContext(t *testing.T) {
	record, engine := newRecord(), newEngine()
	engine.inParts = true
	d := delivery.New(record, engine, nil)
	commit(t, d, "acme")
	halfway := engine.pause(nil)
	done := make(chan struct{})
	go func() { commit(t, d, "acme"); close(done) }()
	<-halfway.reached
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := d.Check(ctx, "acme", 1, []tenancy.Question{question("acme")})
	requireCode(t, tenancy.CodeNotFresh, err)
	close(halfway.goOn)
	<-done
}

// TestNoAnswerFromHalfAMove asks about the other tree while a delivery of both is half in.
func TestNoAnswerFromHalfAMove(t *testing.T) {
	record, engine := newRecord(), newEngine()
	engine.inParts = true
	d := delivery.New(record, engine, nil)
	commit(t, d, "acme")
	commit(t, d, "rival")
	halfway := engine.pause(nil)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if _, err := d.Commit(t.Context(), move("acme", "rival")); err != nil {
			t.Error(err)
		}
	}()
	<-halfway.reached
	// Begun when the versions 1 were the committed ones: it completes what is half in.
	answers, err := delivery.New(record, engine, nil).Check(t.Context(), "rival", 1, []tenancy.Question{partly("rival")})
	require.NoError(t, err)
	require.Equal(t, []bool{false}, answers, "half a move was answered from")
	require.NotZero(t, engine.shownHalf())
	close(halfway.goOn)
	<-done
}

// TestNoAnswerFromATreeThatWasLeftMeanwhile: what is asked about goes to another tree, of
// which a part of a delivery is in, and comes back before the answer is looked at. In its own
// tree every delivery is whole.
func TestNoAnswerFromATreeThatWasLeftMeanwhile(t *testing.T) {
	for name, ask := range map[string]func(*testing.T, *delivery.Deliverer) bool{
		"one": func(t *testing.T, d *delivery.Deliverer) bool {
			allowed, _, err := d.CheckOne(t.Context(), partly("shop"))
			require.NoError(t, err)
			return allowed
		},
		"batch": func(t *testing.T, d *delivery.Deliverer) bool {
			answers := d.CheckEach(t.Context(), []tenancy.Check{{Question: partly("shop")}})
			require.NoError(t, answers[0].Err)
			return answers[0].Allowed
		},
	} {
		t.Run(name, func(t *testing.T) {
			record, engine := newRecord(), newEngine()
			d, other := delivery.New(record, engine, nil), delivery.New(record, engine, nil)
			commit(t, d, "home")
			commit(t, d, "abroad")
			record.move("shop", "home")
			engine.beforeAnswer(func() {
				engine.half["abroad"] = true
				for _, there := range []tenancy.Change{move("home", "abroad"), move("abroad", "home")} {
					_, err := other.Commit(t.Context(), there)
					require.NoError(t, err)
				}
				engine.half["abroad"] = true
			})
			engine.afterAnswer(func() { delete(engine.half, "abroad") })
			require.False(t, ask(t, d))
			require.Equal(t, 1, engine.shownHalf())
		})
	}
}

// TestChangesInOneWriteCostNoSecondQuestion: while others change the tree in writes that are
// whole, every answer is good at once.
func TestChangesInOneWriteCostNoSecondQuestion(t *testing.T) {
	record, engine := newRecord(), newEngine()
	d, other := delivery.New(record, engine, nil), delivery.New(record, engine, nil)
	commit(t, d, "acme")
	engine.beforeAnswer(func() {
		for range 10 {
			commit(t, other, "acme")
		}
	})
	_, token, err := d.CheckOne(t.Context(), question("acme"))
	require.NoError(t, err)
	require.Equal(t, at("acme", 1), token, "not older than this")
	require.Equal(t, 1, engine.asked("acme"))
}

// TestManyVersionsMeanwhileAreNotReadThrough: the question is asked again instead.
func TestManyVersionsMeanwhileAreNotReadThrough(t *testing.T) {
	record, engine := newRecord(), newEngine()
	d, other := delivery.New(record, engine, nil), delivery.New(record, engine, nil)
	commit(t, d, "acme")
	engine.beforeAnswer(func() {
		for range 100 {
			commit(t, other, "acme")
		}
	})
	_, token, err := d.CheckOne(t.Context(), question("acme"))
	require.NoError(t, err)
	require.Equal(t, at("acme", 101), token)
	require.Equal(t, 2, engine.asked("acme"))
}
