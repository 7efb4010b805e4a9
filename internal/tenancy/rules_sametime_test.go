package tenancy_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// overlooked is a record that notes which questions about persons are asked of it.
type overlooked struct {
	tenancy.Store
	asked *[]string
}

func (o overlooked) Snapshot(ctx context.Context) (tenancy.Snapshot, error) {
	snap, err := o.Store.Snapshot(ctx)
	return overlookedSnapshot{snap, o.asked}, err
}

type overlookedSnapshot struct {
	tenancy.Snapshot
	asked *[]string
}

func (o overlookedSnapshot) note(question string) { *o.asked = append(*o.asked, question) }

func (o overlookedSnapshot) User(ctx context.Context, id string) (tenancy.User, error) {
	o.note("user")
	return o.Snapshot.User(ctx, id)
}

func (o overlookedSnapshot) HasVerified(ctx context.Context, groupID string, role tenancy.GroupRole, email string) (bool, error) {
	o.note("verified in the group")
	return o.Snapshot.HasVerified(ctx, groupID, role, email)
}

func (o overlookedSnapshot) NewestInvitation(ctx context.Context, groupID, mailbox string) (tenancy.Invitation, error) {
	o.note("newest invitation to the group")
	return o.Snapshot.NewestInvitation(ctx, groupID, mailbox)
}

func (o overlookedSnapshot) Membership(ctx context.Context, groupID string, role tenancy.GroupRole, userID string) (tenancy.Membership, error) {
	o.note("membership")
	return o.Snapshot.Membership(ctx, groupID, role, userID)
}

func (o overlookedSnapshot) RowsOf(ctx context.Context, userID string) ([]tenancy.Row, error) {
	o.note("rows of a user")
	return o.Snapshot.RowsOf(ctx, userID)
}

// TestR31AKnownAddressCostsNothing is the other half of attack 23, without a clock: whether an
// address is a user's or nobody's, the same questions are asked, each about the group alone,
// and as many rows are written. So nothing of the time depends on it.
func TestR31AKnownAddressCostsNothing(t *testing.T) {
	w := invited(t)
	var asked []string
	overseen := *w
	overseen.service = tenancy.NewService(overlooked{w.store, &asked}, w.deliverer, w.deliverer, w.clock, tenancy.Options{Log: quiet})
	invite := func(email string) (questions []string, rows int) {
		asked = nil
		before := len(w.texts())
		require.NoError(t, inviteAs("olga", "top", email, groupMember)(&overseen))
		return asked, len(w.texts()) - before
	}
	known, rowsOfKnown := invite("ned@example.com")
	unknown, rowsOfUnknown := invite("new@example.com")
	require.Equal(t, []string{"user", "newest invitation to the group", "verified in the group"}, known, "the user is the inviter")
	require.Equal(t, known, unknown)
	require.Equal(t, rowsOfKnown, rowsOfUnknown)
}
