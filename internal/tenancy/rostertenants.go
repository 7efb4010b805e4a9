package tenancy

import (
	"context"
	"errors"
	"slices"
	"time"
)

// The roles of ways by a tenant group. Somebody with both rights has a way by each.
const (
	RoleAllTenantPermissions = "all_tenant_permissions"
	RoleGroupAdministrator   = "group_administrator"
	RoleGroupUser            = "user"
)

// reaching are the tenant groups that reach an organization, with the time since when: those
// that it is in, and those above.
func reaching(ctx context.Context, snap Snapshot, o Organization) (map[string]time.Time, error) {
	over, err := snap.TenantGroupsOver(ctx, o.ID)
	if err != nil {
		return nil, err
	}
	since := map[string]time.Time{}
	for _, g := range slices.Backward(over) { // a subgroup comes before the group above it
		place, err := snap.TenantGroupPlace(ctx, g.ID, o.ID)
		switch {
		case err == nil && !place.Suspended:
			since[g.ID] = earliest(since[g.ID], place.Since)
		case err != nil && !errors.Is(err, ErrNoRow):
			return nil, err
		}
		if at, reaches := since[g.ID]; reaches && g.ParentID != "" {
			since[g.ParentID] = earliest(since[g.ParentID], at)
		}
	}
	return since, nil
}

// earliest and latest leave out a zero time.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) && !b.IsZero() {
		return b
	}
	return a
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// ways are what a place in a tenant group gives in an organization that is there since a time.
func (u TenantGroupUser) ways(since time.Time) []RosterAccess {
	way := RosterAccess{
		Via: ViaTenantGroup, Role: RoleGroupUser, TenantGroupID: u.TenantGroupID, OrganizationID: u.RootID,
		Since: latest(since, u.Since),
	}
	var ways []RosterAccess
	if u.AllTenantPermissions {
		all := way
		all.Role, all.Claims = RoleAllTenantPermissions, claimsBut(ClaimOwner)
		ways = append(ways, all)
	}
	if u.GroupAdministrator {
		administrator := way
		administrator.Role = RoleGroupAdministrator
		ways = append(ways, administrator)
	}
	if ways == nil {
		ways = append(ways, way)
	}
	return ways
}

// claimsBut are all claims but one (D-3).
func claimsBut(one Claim) []Claim {
	return slices.DeleteFunc(slices.Clone(Claims), func(c Claim) bool { return c == one })
}
