package tenancy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// collected is twoTrees with tenant groups of acme: retail, which has shop, and its subgroup
// east, which has kiosk. gail is group administrator of retail, tina has all tenant
// permissions there, uwe is a user of it, and ed is group administrator of east. rival has the tenant group alien.
func collected(t *testing.T) *world {
	t.Helper()
	w := twoTrees(t)
	w.growGroups()
	return w
}

func (w *world) growGroups() {
	w.t.Helper()
	w.users("gail", "tina", "uwe", "ed")
	w.tenantGroup("retail", "acme", "")
	w.tenantGroup("east", "acme", "retail")
	w.tenantGroup("alien", "rival", "")
	w.place("retail", "shop")
	w.place("east", "kiosk")
	w.use("retail", "gail", groupAdministrator)
	w.use("retail", "tina", allTenants)
	w.use("retail", "uwe", tenancy.TenantGroupUserInput{})
	w.use("east", "ed", groupAdministrator)
}

var (
	groupAdministrator = tenancy.TenantGroupUserInput{GroupAdministrator: true}
	allTenants         = tenancy.TenantGroupUserInput{AllTenantPermissions: true}
)

func (w *world) tenantGroup(name, root, parent string) {
	w.t.Helper()
	require.NoError(w.t, tenantGroupAs("platform", root, parent, name)(w))
}

func (w *world) place(group string, organizations ...string) {
	w.t.Helper()
	for _, organization := range organizations {
		require.NoError(w.t, placeAs("platform", group, organization)(w))
	}
}

func (w *world) use(group, user string, in tenancy.TenantGroupUserInput) {
	w.t.Helper()
	require.NoError(w.t, useAs("platform", group, user, in)(w))
}

// idOrNone is the id of a name, "" of none.
func (w *world) idOrNone(name string) string {
	if name == "" {
		return ""
	}
	return w.id(name)
}

func tenantGroupAs(actor, root, parent, id string) call {
	return func(w *world) error {
		in := tenancy.NewTenantGroup{ID: w.id(id), Name: id, ParentID: w.idOrNone(parent)}
		_, _, err := w.service.CreateTenantGroup(w.ctx, w.as(actor), w.id(root), in)
		return err
	}
}

func renameTenantGroupAs(actor, group string) call {
	return func(w *world) error {
		_, _, err := w.service.PatchTenantGroup(w.ctx, w.as(actor), w.id(group), tenancy.TenantGroupPatch{Name: ptr("New name")})
		return err
	}
}

func deleteTenantGroupAs(actor, group string) call {
	return func(w *world) error {
		_, err := w.service.DeleteTenantGroup(w.ctx, w.as(actor), w.id(group))
		return err
	}
}

func placeAs(actor, group, organization string) call {
	return func(w *world) error {
		_, _, err := w.service.PutTenantGroupPlace(w.ctx, w.as(actor), w.id(group), w.id(organization))
		return err
	}
}

func displaceAs(actor, group, organization string) call {
	return func(w *world) error {
		_, err := w.service.RemoveTenantGroupPlace(w.ctx, w.as(actor), w.id(group), w.id(organization))
		return err
	}
}

func useAs(actor, group, user string, in tenancy.TenantGroupUserInput) call {
	return func(w *world) error {
		_, _, err := w.service.PutTenantGroupUser(w.ctx, w.as(actor), w.id(group), w.id(user), in)
		return err
	}
}

func disuseAs(actor, group, user string) call {
	return func(w *world) error {
		_, err := w.service.RemoveTenantGroupUser(w.ctx, w.as(actor), w.id(group), w.id(user))
		return err
	}
}

// createInAs creates an organization in a tenant group; without a parent it is below the root.
func createInAs(actor, group, parent, id string) call {
	return func(w *world) error {
		in := tenancy.NewOrganization{ID: w.id(id), Name: id, ParentID: w.idOrNone(parent), TenantGroupID: w.id(group)}
		if actor == "platform" {
			in.OwnerID = w.id("nina")
		}
		_, _, err := w.service.CreateOrganization(w.ctx, w.as(actor), in)
		return err
	}
}

func seeTenantGroupAs(actor, group string) call {
	return func(w *world) error {
		_, err := w.service.TenantGroup(w.ctx, w.as(actor), w.id(group))
		return err
	}
}

func tenantsAs(actor, group string) call {
	return func(w *world) error {
		_, err := w.service.TenantGroupPlaces(w.ctx, w.as(actor), w.id(group), tenancy.PageAll)
		return err
	}
}

func groupUsersAs(actor, group string) call {
	return func(w *world) error {
		_, err := w.service.TenantGroupUsers(w.ctx, w.as(actor), w.id(group), tenancy.PageAll)
		return err
	}
}
