package tenancy

import (
	"context"
	"slices"
	"time"
)

// accountPlace is where people stand who have access to an organization by a role in its
// account: to a root its administrators, to a delegated organization also those who own the
// root (D-4). To all others nobody comes from there.
func (op *operation) accountPlace(ctx context.Context, o Organization) (AccountPlace, error) {
	switch {
	case o.Suspended:
		return AccountPlace{}, nil
	case o.IsRoot() && o.Administered:
		return AccountPlace{RootID: o.ID}, nil
	case !o.IsDelegated():
		return AccountPlace{}, nil
	}
	place := AccountPlace{RootID: o.RootID, SubaccountID: o.ID}
	groups, err := op.snap.Groups(ctx, o.RootID, PageAll)
	for _, g := range groups {
		if slices.Contains(g.Claims, ClaimOwner) {
			place.OwnerGroupIDs = append(place.OwnerGroupIDs, g.ID)
		}
	}
	return place, err
}

// accountWay is a role as a way into the organization. It is managed at the root, and did not
// lead into a subaccount before that was delegated.
func (r *roster) accountWay(role AccountRole, since time.Time) RosterAccess {
	if r.organization.DelegatedSince.After(since) {
		since = r.organization.DelegatedSince
	}
	return RosterAccess{
		Via: ViaAccountRole, Role: string(role), Claims: role.Claims(), OrganizationID: r.organization.RootID, Since: since,
		here: r.organization.IsRoot(),
	}
}

// owningGroupWay is that of a member of a group which owns the root. It names no group: what
// leads here is the ownership of the account.
func (r *roster) owningGroupWay(m Membership) RosterAccess {
	way := r.accountWay(AccountOwner, m.Since)
	way.ExpiresAt, way.SelfGrant = m.ExpiresAt, m.SelfGrant
	return way
}
