package tenancy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestR82WhoSeesATrailVerifiesIt: a root's owner counts the events of his tree, and whoever
// is below his own ones.
func TestR82WhoSeesATrailVerifiesIt(t *testing.T) {
	w := withLink(t)
	require.NoError(t, renameAs("finn", "farm")(w))
	require.Error(t, renameAs("rita", "shop")(w))
	for organization, owner := range map[string]string{"acme": "olga", "shop": "sam", "farm": "finn", "rival": "rita"} {
		events, err := w.service.Audit(w.ctx, w.as(owner), w.id(organization), tenancy.AuditQuery{}, 1000)
		require.NoError(t, err)
		v, err := w.service.VerifyAudit(w.ctx, w.as(owner), w.id(organization))
		require.NoError(t, err)
		require.Equal(t, tenancy.Verification{Events: int64(len(events))}, v, organization)
	}
}

// TestR82TheTrailOfADeletedRootIsVerified by the platform, and by nobody else.
func TestR82TheTrailOfADeletedRootIsVerified(t *testing.T) {
	w := newWorld(t)
	w.users("rita")
	w.root("brief", "rita")
	w.plan("brief", tenancy.PlanFree)
	_, err := w.service.DeleteOrganization(w.ctx, w.as("platform"), w.id("brief"))
	require.NoError(t, err)
	v, err := w.service.VerifyAudit(w.ctx, w.as("platform"), w.id("brief"))
	require.NoError(t, err)
	require.Equal(t, tenancy.Verification{Events: 4}, v)
	require.Equal(t, tenancy.CodeNotFound, codeOf(t, verifyAs("rita", "brief")(w)))
}
