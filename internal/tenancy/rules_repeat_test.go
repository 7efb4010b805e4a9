package tenancy_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func onKey(w *world, digest string) tenancy.Terms {
	return tenancy.Terms{Key: w.id("key"), Digest: []byte(digest)}
}

// lateDecisions has something done before the first decision.
type lateDecisions struct {
	tenancy.Decisions
	first func()
}

func (l lateDecisions) CheckAt(ctx context.Context, rootID string, version int64, questions []tenancy.Question) ([]bool, error) {
	l.first()
	return l.Decisions.CheckAt(ctx, rootID, version, questions)
}

func (l lateDecisions) Resources(ctx context.Context, lookup tenancy.ResourceLookup, page tenancy.Page, atLeast ...tenancy.Token) ([]string, []tenancy.Token, error) {
	l.first()
	return l.Decisions.Resources(ctx, lookup, page, atLeast...)
}

// TestRepeatThatIsOvertakenByItsFirst: sam leaves shop. His repeat, which has looked for an
// answer before there was one, is refused because he has left; it gets the answer all the
// same, and no refusal is told.
func TestRepeatThatIsOvertakenByItsFirst(t *testing.T) {
	w := twoTrees(t)
	w.owner("shop", "nina")
	heads := w.heads()
	leave := disownAs("sam", "shop", "sam")
	first := sync.OnceFunc(func() {
		outcome, err := w.undertake("sam", onKey(w, "d"), leave)
		require.NoError(t, err)
		require.Nil(t, outcome.Repeated)
	})
	late := *w
	late.service = tenancy.NewService(w.store, lateDecisions{w.deliverer, first}, w.deliverer, clock, tenancy.Options{Log: quiet})
	outcome, err := late.undertake("sam", onKey(w, "d"), leave)
	require.NoError(t, err)
	require.Equal(t, "answer", string(outcome.Repeated))
	require.Equal(t, []string{"acme done"}, w.news(heads))
}

// TestAnswersAreKeptForATime, and then a key may be used for something else.
func TestAnswersAreKeptForATime(t *testing.T) {
	w := twoTrees(t)
	at := func(after time.Duration) *world {
		in := *w
		in.service = tenancy.NewService(w.store, w.deliverer, w.deliverer, fixed(clock.Now().Add(after)), tenancy.Options{Log: quiet})
		return &in
	}
	_, err := w.undertake("olga", onKey(w, "d"), renameAs("olga", "acme"))
	require.NoError(t, err)

	late := at(tenancy.DefaultAnswerLife - time.Millisecond)
	outcome, err := late.undertake("olga", onKey(w, "d"), renameAs("olga", "acme"))
	require.NoError(t, err)
	require.NotNil(t, outcome.Repeated)
	_, err = late.undertake("olga", onKey(w, "other"), ownAs("olga", "acme", "nina"))
	require.Equal(t, tenancy.CodeIdempotencyConflict, codeOf(t, err))
	require.Equal(t, "idempotency-conflict", string(w.last("service").Code))

	outcome, err = at(tenancy.DefaultAnswerLife).undertake("olga", onKey(w, "other"), ownAs("olga", "acme", "nina"))
	require.NoError(t, err)
	require.Nil(t, outcome.Repeated)
	require.True(t, w.may("nina", "own", "acme"))
}
