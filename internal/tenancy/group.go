package tenancy

import (
	"context"
	"slices"
	"time"
)

// NewGroup is the input of [Service.CreateGroup]. ID may be empty; OwnerID is for the
// platform alone, which must give it (D-35).
type NewGroup struct {
	ID      string
	Name    string
	Claims  []Claim
	OwnerID string
}

// CreateGroup creates a security group in its home organization. The caller manages
// groups there and holds every claim that he gives (R-17, D-1, D-2); he becomes the
// group's owner.
func (s *Service) CreateGroup(ctx context.Context, caller Caller, organizationID string, in NewGroup) (g Group, token Token, err error) {
	a := attempt{caller, "group.create", Object{"group", in.ID}}
	token, err = s.change(ctx, a, func(ctx context.Context, op *operation) error {
		home, err := op.targetOrganization(ctx, organizationID, "manage_groups")
		if err != nil {
			return err
		}
		if err := op.requireClaims(ctx, home, in.Claims); err != nil {
			return err
		}
		ownerID, err := op.founder(ctx, in.OwnerID)
		if err != nil {
			return err
		}
		if g, err = in.group(home, op.service.clock.Now()); err != nil {
			return err
		}
		op.createGroup(g, ownerID)
		return nil
	})
	return g, token, err
}

func (in NewGroup) group(home Organization, now time.Time) (Group, error) {
	var v validation
	g := Group{
		ID:             v.newID("id", in.ID, "grp"),
		OrganizationID: home.ID,
		RootID:         home.RootID,
		Name:           v.name("name", in.Name),
		Claims:         v.claims("claims", in.Claims),
		CreatedAt:      now,
		Suspended:      home.Suspended,
	}
	return g, v.err()
}

func (op *operation) createGroup(g Group, ownerID string) {
	op.target.ID = g.ID
	op.note("claims", joinClaims(g.Claims))
	op.note("owner_id", ownerID)
	op.stage(nil, g)
	op.stage(nil, Membership{GroupID: g.ID, RootID: g.RootID, Role: GroupOwner, UserID: ownerID, Since: g.CreatedAt, Suspended: g.Suspended})
}

// requireClaims refuses a caller who lacks one of the claims in the organization: nobody
// gives what he does not have (D-1).
func (op *operation) requireClaims(ctx context.Context, o Organization, claims []Claim) error {
	claims, _ = canonicalClaims(claims)
	for _, c := range claims {
		ok, err := op.allowedOn(ctx, o, c.Permission())
		if err != nil {
			return err
		}
		if !ok {
			return errForbidden("You don't hold the claim %q in the organization %q.", c, o.ID)
		}
	}
	return nil
}

// managedGroup finds a group that the caller may rename, delete and give claims: he
// manages groups in its home, and holds all its claims there (D-2).
func (op *operation) managedGroup(ctx context.Context, id string) (Group, Organization, error) {
	g, err := op.visibleGroup(ctx, id)
	if err != nil {
		return Group{}, Organization{}, err
	}
	home, err := op.organization(ctx, g.OrganizationID)
	if err != nil {
		return Group{}, Organization{}, err
	}
	if err := op.require(ctx, home, "manage_groups"); err != nil {
		return Group{}, Organization{}, err
	}
	return g, home, op.requireClaims(ctx, home, g.Claims)
}

// Group returns a group to those who may see it (D-17).
func (s *Service) Group(ctx context.Context, caller Caller, id string) (g Group, err error) {
	a := attempt{caller, "group.get", Object{"group", id}}
	err = s.read(ctx, a, func(ctx context.Context, op *operation) error {
		g, err = op.visibleGroup(ctx, id)
		return err
	})
	return g, err
}

// Groups lists the groups homed in an organization, by id, to those who see its roster.
func (s *Service) Groups(ctx context.Context, caller Caller, organizationID string, page Page) (groups []Group, err error) {
	a := attempt{caller, "group.list", Object{"organization", organizationID}}
	err = s.read(ctx, a, func(ctx context.Context, op *operation) error {
		o, err := op.targetOrganization(ctx, organizationID, "view_roster")
		if err != nil {
			return err
		}
		groups, err = op.snap.Groups(ctx, o.ID, page)
		return err
	})
	return groups, err
}

// GroupPatch names what changes; nil fields stay as they are.
type GroupPatch struct {
	Name *string
}

// PatchGroup gives a group a new name. The caller manages it (R-17, D-2).
func (s *Service) PatchGroup(ctx context.Context, caller Caller, id string, patch GroupPatch) (after Group, token Token, err error) {
	a := attempt{caller, "group.rename", Object{"group", id}}
	token, err = s.change(ctx, a, func(ctx context.Context, op *operation) error {
		before, _, err := op.managedGroup(ctx, id)
		if err != nil {
			return err
		}
		var v validation
		after = before
		if patch.Name != nil {
			after.Name = v.name("name", *patch.Name)
		}
		if err := v.err(); err != nil {
			return err
		}
		if before.Name != after.Name {
			op.stage(before, after)
		}
		return nil
	})
	return after, token, err
}

// SetClaims replaces the claims of a group. The caller manages the group and holds all
// the new claims in its home (R-17, D-1, D-2). It holds at once wherever the group is
// active.
func (s *Service) SetClaims(ctx context.Context, caller Caller, id string, claims []Claim) (after Group, token Token, err error) {
	a := attempt{caller, "group.claims", Object{"group", id}}
	token, err = s.change(ctx, a, func(ctx context.Context, op *operation) error {
		before, home, err := op.managedGroup(ctx, id)
		if err != nil {
			return err
		}
		if err := op.requireClaims(ctx, home, claims); err != nil {
			return err
		}
		var v validation
		after = before
		after.Claims = v.claims("claims", claims)
		if err := v.err(); err != nil {
			return err
		}
		op.note("claims", joinClaims(after.Claims))
		if !slices.Equal(before.Claims, after.Claims) {
			op.stage(before, after)
		}
		return nil
	})
	return after, token, err
}

// DeleteGroup removes a group with its memberships, links and invitations. The caller
// manages it.
func (s *Service) DeleteGroup(ctx context.Context, caller Caller, id string) (Token, error) {
	a := attempt{caller, "group.delete", Object{"group", id}}
	return s.change(ctx, a, func(ctx context.Context, op *operation) error {
		g, _, err := op.managedGroup(ctx, id)
		if err != nil {
			return err
		}
		links, err := op.snap.LinksOf(ctx, g.ID, PageAll)
		if err != nil {
			return err
		}
		for _, link := range links {
			op.tell(g.RootID, link.OrganizationID)
			if err := op.mentionCovered(ctx, link); err != nil {
				return err
			}
			op.stage(link, nil)
		}
		memberships, err := op.snap.AllMemberships(ctx, g.ID)
		if err != nil {
			return err
		}
		for _, m := range memberships {
			op.stage(m, nil)
		}
		if err := op.dropInvitations(ctx, g); err != nil {
			return err
		}
		op.stage(g, nil)
		return nil
	})
}

// dropInvitations removes all invitations to a group, whatever became of them: no id names
// the group any more, and nobody is mailed about it.
func (op *operation) dropInvitations(ctx context.Context, g Group) error {
	invitations, err := op.snap.InvitationsTo(ctx, g.ID)
	for _, i := range invitations {
		op.stage(i, nil)
	}
	return err
}
