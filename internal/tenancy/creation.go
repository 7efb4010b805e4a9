package tenancy

import (
	"cmp"
	"context"
	"time"
)

// NewOrganization is the input of [Service.CreateOrganization]. ID, ParentID and
// TenantGroupID may be empty; OwnerID is for the platform alone, which must give it (D-35).
type NewOrganization struct {
	ID               string
	Name             string
	ParentID         string
	Detached         bool
	Isolation        Isolation // "" for isolated
	EmailDomain      string
	DefaultDashboard string
	DoNotDisturb     *DoNotDisturb // nil for none
	OwnerID          string
	TenantGroupID    string
}

// CreateOrganization creates a sub-organization below the parent, or below the caller's
// current organization if no parent is named, or with Detached a root of its own
// . With a tenant group it is created in that, and below the root if no parent is named:
// who administers the group need not own the root (D-19). The caller becomes its owner; the
// platform names one.
func (s *Service) CreateOrganization(ctx context.Context, caller Caller, in NewOrganization) (view OrganizationView, token Token, err error) {
	a := attempt{caller, "organization.create", Object{"organization", in.ID}}
	token, err = s.change(ctx, a, func(ctx context.Context, op *operation) error {
		parent, g, err := op.creationPlace(ctx, in)
		if err != nil {
			return err
		}
		owner, err := op.founder(ctx, in.OwnerID)
		if err != nil {
			return err
		}
		o, err := in.organization(op.service.clock.Now, parent)
		if err != nil {
			return err
		}
		if o.Depth > MaxDepth {
			return refuse(CodeDepthExceeded, "A tree has at most %d levels.", MaxDepth)
		}
		if g.ID != "" && o.RootID != g.RootID {
			return errOutsideTree()
		}
		if view, err = op.createOrganization(ctx, o, owner); err != nil || g.ID == "" {
			return err
		}
		return op.createInGroup(ctx, g, o)
	})
	return view, token, err
}

// createInGroup puts what is created into a tenant group. Its owner holds all that groups
// which are linked there get by that.
func (op *operation) createInGroup(ctx context.Context, g TenantGroup, o Organization) error {
	op.note("tenant_group_id", g.ID)
	linked, err := op.linkedTo(ctx, g)
	if err != nil {
		return err
	}
	if err := o.joins(linked); err != nil {
		return err
	}
	_, err = op.placeInGroup(ctx, g, o)
	return err
}

// creationPlace authorizes a creation and returns the parent, the zero Organization for a
// detached one, and the tenant group, the zero TenantGroup for none.
func (op *operation) creationPlace(ctx context.Context, in NewOrganization) (parent Organization, g TenantGroup, err error) {
	if in.TenantGroupID == "" || in.Detached {
		parent, err = op.creationParent(ctx, in)
		return parent, g, err
	}
	if g, err = op.visibleTenantGroup(ctx, in.TenantGroupID); err != nil {
		return parent, g, err
	}
	if parent, err = op.parentInGroup(ctx, g, in.ParentID); err != nil {
		return parent, g, err
	}
	if err = op.requireOnTenantGroup(ctx, g, "administer"); err != nil {
		return parent, g, err
	}
	if parent.ID != g.RootID {
		if err = op.require(ctx, parent, "own"); err != nil {
			return parent, g, err
		}
	}
	return parent, g, op.requireEnterprise(ctx, g.RootID)
}

// parentInGroup finds the parent of what is created in a tenant group. Whether the caller sees
// the root is not asked where he has not named it: a user of the group, which he sees, may not
// create there, and learns nothing of the root by that.
func (op *operation) parentInGroup(ctx context.Context, g TenantGroup, named string) (Organization, error) {
	if named != "" {
		return op.visibleOrganization(ctx, named)
	}
	return op.organization(ctx, g.RootID)
}

// creationParent authorizes a creation and returns the parent; the zero Organization for
// a detached one.
func (op *operation) creationParent(ctx context.Context, in NewOrganization) (Organization, error) {
	if err := op.requireActor(); err != nil {
		return Organization{}, err
	}
	if in.Detached {
		return Organization{}, op.authorizeDetached(ctx)
	}
	parentID := in.ParentID
	if parentID == "" {
		parentID = op.caller.CurrentOrganization
	}
	if parentID == "" {
		return Organization{}, errCurrentOrganizationRequired()
	}
	parent, err := op.targetOrganization(ctx, parentID, "own")
	if err != nil {
		return Organization{}, err
	}
	return parent, op.requireEnterprise(ctx, parent.RootID)
}

// authorizeDetached asks what R-5 asks: the caller owns the organization that he operates
// from, under Enterprise. The platform needs neither.
func (op *operation) authorizeDetached(ctx context.Context) error {
	if op.caller.isPlatform() {
		_, _, err := op.currentOrganization(ctx)
		return err
	}
	id := op.caller.CurrentOrganization
	if id == "" {
		return errCurrentOrganizationRequired()
	}
	current, err := op.targetOrganization(ctx, id, "own")
	if err != nil {
		return err
	}
	return op.requireEnterprise(ctx, current.RootID)
}

func errCurrentOrganizationRequired() *Error {
	return refuse(CodeCurrentOrganizationRequired, "Name the organization that you operate from in Current-Organization.")
}

// founder is who owns what is being created: the acting user, or whom the platform names
// (D-35).
func (op *operation) founder(ctx context.Context, named string) (string, error) {
	if op.caller.isPlatform() && named != "" {
		user, err := op.activeUser(ctx, named)
		return user.ID, err
	}
	var v validation
	if op.caller.isPlatform() {
		v.fail("owner_id", "must be given: the platform names the owner of what it creates")
	} else if named != "" {
		v.fail("owner_id", "is for the platform; you become the owner of what you create")
	}
	return op.caller.UserID, v.err()
}

func (in NewOrganization) organization(now func() time.Time, parent Organization) (Organization, error) {
	var v validation
	o := Organization{
		ID:               v.newID("id", in.ID, "org"),
		Name:             v.name("name", in.Name),
		ParentID:         parent.ID,
		RootID:           parent.RootID,
		Depth:            parent.Depth + 1,
		EmailDomain:      v.domain("email_domain", in.EmailDomain),
		DefaultDashboard: v.dashboard(in.DefaultDashboard),
		DoNotDisturb:     v.doNotDisturb(in.DoNotDisturb),
		State:            OrganizationActive,
		Suspended:        parent.Suspended,
		CreatedAt:        now(),
	}
	if in.Detached {
		if in.ParentID != "" {
			v.fail("parent_id", "must not be given for a detached organization")
		}
		if in.TenantGroupID != "" {
			v.fail("tenant_group_id", "must not be given for a detached organization")
		}
		o.RootID = o.ID
	}
	v.isolation(&o, cmp.Or(in.Isolation, Isolated), o.CreatedAt)
	return o, v.err()
}

func (op *operation) createOrganization(ctx context.Context, o Organization, ownerID string) (OrganizationView, error) {
	op.target.ID = o.ID
	if o.ParentID == "" {
		op.beginTree(o.ID)
	}
	op.tell(o.RootID, o.ID)
	if o.ParentID != "" {
		op.note("parent_id", o.ParentID)
	}
	if o.IsDelegated() {
		op.note("isolation", string(o.Isolation))
	}
	op.note("owner_id", ownerID)
	op.stage(nil, o)
	op.stage(nil, Owner{OrganizationID: o.ID, RootID: o.RootID, UserID: ownerID, Since: o.CreatedAt, Suspended: o.Suspended})
	return op.view(ctx, o)
}

// beginTree makes the new tree the one that the event is told in. Whether a tree may begin
// is told by its id alone: to read a version that somebody else's tree of this id may
// have would depend on it.
func (op *operation) beginTree(rootID string) {
	op.basis.Trees[rootID] = 0
	op.trail, op.line = rootID, []string{rootID}
}
