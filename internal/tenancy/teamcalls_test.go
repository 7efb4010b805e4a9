package tenancy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// teamed is collected with the security group techs of acme: its owners are gus and olga, its
// member is mia, and it claims view_agents. olga owns shop and kiosk too, and so all that
// retail covers.
func teamed(t *testing.T) *world {
	t.Helper()
	w := collected(t)
	w.growTechs()
	return w
}

func (w *world) growTechs() {
	w.t.Helper()
	w.users("gus", "mia")
	w.group("techs", "acme", "gus", "view_agents")
	w.put("techs", groupOwner, "olga")
	w.put("techs", groupMember, "mia")
	w.owner("shop", "olga")
	w.owner("kiosk", "olga")
}

// teamLinked is teamed with techs linked to retail.
func teamLinked(t *testing.T) *world {
	t.Helper()
	w := teamed(t)
	w.teamLink("retail", "techs")
	return w
}

func (w *world) teamLink(tenantGroup string, groups ...string) {
	w.t.Helper()
	for _, group := range groups {
		require.NoError(w.t, teamAs("platform", tenantGroup, group)(w))
	}
}

func teamAs(actor, tenantGroup, group string) call {
	return teamOnAs(actor, tenantGroup, group, tenancy.LinkInput{})
}

func teamOnAs(actor, tenantGroup, group string, in tenancy.LinkInput) call {
	return func(w *world) error {
		_, _, err := w.service.PutTenantGroupLink(w.ctx, w.as(actor), w.id(tenantGroup), w.id(group), in)
		return err
	}
}

func unteamAs(actor, tenantGroup, group string) call {
	return func(w *world) error {
		_, err := w.service.RemoveTenantGroupLink(w.ctx, w.as(actor), w.id(tenantGroup), w.id(group))
		return err
	}
}

func teamLinksAs(actor, tenantGroup string) call {
	return func(w *world) error {
		_, err := w.service.TenantGroupLinks(w.ctx, w.as(actor), w.id(tenantGroup), tenancy.PageAll)
		return err
	}
}

// teamLinks are the groups that are linked to a tenant group.
func (w *world) teamLinks(actor, tenantGroup string) (groups []string) {
	w.t.Helper()
	links, err := w.service.TenantGroupLinks(w.ctx, w.as(actor), w.id(tenantGroup), tenancy.PageAll)
	require.NoError(w.t, err)
	for _, l := range links {
		groups = append(groups, w.names(l.GroupID))
	}
	return groups
}

// teamSteps are what a link of techs to retail gives the engine.
func teamSteps(sign string) []string {
	return []string{
		sign + "tenant_group:retail#linked_group@group:techs", sign + "group:techs#linked_collection@tenant_group:retail",
	}
}
