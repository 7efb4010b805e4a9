package tenancy

import (
	"context"
	"errors"
	"time"
)

// OrganizationView is an organization as a caller sees it. An owner of an organization
// above sees that it exists, and nothing in it: then ExistenceOnly is set, and only
// id, name, state and place in the tree are.
type OrganizationView struct {
	Organization
	Plan            Plan          // in force: the licence of the tree
	Subscription    *Subscription // of the organization itself, nil if it has none
	Recommendations []string
	ExistenceOnly   bool
}

// recommendSecondOwner is the advice to an account with fewer than two owners.
const recommendSecondOwner = "add-second-owner"

// NewOrganization is the input of [Service.CreateOrganization]. ID and ParentID may be
// empty; OwnerID is for the platform alone, which must give it (D-35).
type NewOrganization struct {
	ID               string
	Name             string
	ParentID         string
	Detached         bool
	DefaultDashboard string
	OwnerID          string
}

// CreateOrganization creates a sub-organization below the parent, or below the caller's
// current organization if no parent is named, or with Detached a root of its own
// . The caller becomes its owner; the platform names one.
func (s *Service) CreateOrganization(ctx context.Context, caller Caller, in NewOrganization) (view OrganizationView, token Token, err error) {
	a := attempt{caller, "organization.create", Object{"organization", in.ID}}
	token, err = s.change(ctx, a, func(ctx context.Context, op *operation) error {
		parent, err := op.creationParent(ctx, in)
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
		view, err = op.createOrganization(ctx, o, owner)
		return err
	})
	return view, token, err
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
		Isolation:        Isolated,
		DefaultDashboard: v.dashboard(in.DefaultDashboard),
		State:            OrganizationActive,
		CreatedAt:        now(),
	}
	if in.Detached {
		if in.ParentID != "" {
			v.fail("parent_id", "must not be given for a detached organization")
		}
		o.RootID = o.ID
	}
	return o, v.err()
}

func (op *operation) createOrganization(ctx context.Context, o Organization, ownerID string) (OrganizationView, error) {
	op.target.ID = o.ID
	if o.IsRoot() {
		op.beginTree(o.ID)
	}
	op.tell(o.RootID, o.ID)
	if o.ParentID != "" {
		op.note("parent_id", o.ParentID)
	}
	op.note("owner_id", ownerID)
	op.stage(nil, o)
	op.stage(nil, Owner{OrganizationID: o.ID, RootID: o.RootID, UserID: ownerID, Since: o.CreatedAt})
	return op.view(ctx, o)
}

// beginTree makes the new tree the one that the event is told in. Whether a tree may begin
// is told by its id alone: to read a version that somebody else's tree of this id may
// have would depend on it.
func (op *operation) beginTree(rootID string) {
	op.basis.Trees[rootID] = 0
	op.trail = rootID
}

// Organization returns one organization.
func (s *Service) Organization(ctx context.Context, caller Caller, id string) (view OrganizationView, err error) {
	a := attempt{caller, "organization.get", Object{"organization", id}}
	err = s.read(ctx, a, func(ctx context.Context, op *operation) error {
		o, err := op.visibleOrganization(ctx, id)
		if err != nil {
			return err
		}
		access, err := op.allowedOn(ctx, o, "access")
		if err != nil {
			return err
		}
		if !access {
			view = existenceOf(o)
			return nil
		}
		view, err = op.view(ctx, o)
		return err
	})
	return view, err
}

func existenceOf(o Organization) OrganizationView {
	return OrganizationView{
		ExistenceOnly: true,
		Organization: Organization{
			ID: o.ID, Name: o.Name, ParentID: o.ParentID, RootID: o.RootID, Depth: o.Depth, State: o.State,
		},
	}
}

// view adds to an organization what follows from other rows.
func (op *operation) view(ctx context.Context, o Organization) (OrganizationView, error) {
	view := OrganizationView{Organization: o, Recommendations: []string{}}
	own, err := op.subscription(ctx, o.ID)
	if err != nil {
		return OrganizationView{}, err
	}
	view.Subscription = own
	licence := own
	if !o.IsRoot() {
		if licence, err = op.subscription(ctx, o.RootID); err != nil {
			return OrganizationView{}, err
		}
	}
	view.Plan = PlanFree
	if licence != nil {
		view.Plan = licence.EffectivePlan()
	}
	if !o.IsRoot() {
		return view, nil
	}
	owners, err := op.snap.ActiveOwners(ctx, o.ID)
	if owners < 2 {
		view.Recommendations = []string{recommendSecondOwner}
	}
	return view, err
}

func (op *operation) subscription(ctx context.Context, organizationID string) (*Subscription, error) {
	sub, err := op.snap.Subscription(ctx, organizationID)
	if errors.Is(err, ErrNoRow) {
		return nil, nil
	}
	return &sub, err
}

// OrganizationQuery selects from the list of organizations; empty fields select all.
type OrganizationQuery struct {
	Text, RootID, ParentID string
}

// Organizations lists those that the caller has access to, by id; the platform sees all.
func (s *Service) Organizations(ctx context.Context, caller Caller, query OrganizationQuery, page Page) (views []OrganizationView, err error) {
	a := attempt{caller, "organization.list", Object{"organization", ""}}
	err = s.read(ctx, a, func(ctx context.Context, op *operation) error {
		filter := OrganizationFilter{RootID: query.RootID, ParentID: query.ParentID, Text: query.Text}
		if filter.IDs, err = op.accessible(ctx); err != nil {
			return err
		}
		organizations, err := op.snap.Organizations(ctx, filter, page)
		if err != nil {
			return err
		}
		for _, o := range organizations {
			view, err := op.view(ctx, o)
			if err != nil {
				return err
			}
			views = append(views, view)
		}
		return nil
	})
	return views, err
}

// accessible returns the ids of the organizations that the caller has access to; nil
// means all of them.
func (op *operation) accessible(ctx context.Context) ([]string, error) {
	if err := op.requireActor(); err != nil {
		return nil, err
	}
	if _, _, err := op.currentOrganization(ctx); err != nil {
		return nil, err
	}
	if op.caller.isPlatform() {
		return nil, nil
	}
	ids, err := op.service.decisions.Organizations(ctx, op.caller.UserID, "access")
	if ids == nil {
		ids = []string{}
	}
	return ids, err
}

// OrganizationPatch names what changes; nil fields stay as they are.
type OrganizationPatch struct {
	Name             *string
	DefaultDashboard *string
}

// PatchOrganization changes an organization's settings. The caller owns it.
func (s *Service) PatchOrganization(ctx context.Context, caller Caller, id string, patch OrganizationPatch) (view OrganizationView, token Token, err error) {
	a := attempt{caller, "organization.patch", Object{"organization", id}}
	token, err = s.change(ctx, a, func(ctx context.Context, op *operation) error {
		before, err := op.targetOrganization(ctx, id, "own")
		if err != nil {
			return err
		}
		after, err := patch.apply(before)
		if err != nil {
			return err
		}
		if before != after {
			op.stage(before, after)
		}
		view, err = op.view(ctx, after)
		return err
	})
	return view, token, err
}

func (p OrganizationPatch) apply(o Organization) (Organization, error) {
	var v validation
	if p.Name != nil {
		o.Name = v.name("name", *p.Name)
	}
	if p.DefaultDashboard != nil {
		o.DefaultDashboard = v.dashboard(*p.DefaultDashboard)
	}
	return o, v.err()
}

// dashboard takes the console's name of a dashboard; empty means the console's own default.
func (v *validation) dashboard(name string) string {
	if name == "" {
		return ""
	}
	return v.name("default_dashboard", name)
}

// OrganizationNode is the place of an organization, with all below it. Of what is in an
// organization it holds nothing but whether it is open to the account's administrators.
type OrganizationNode struct {
	Organization
	Children []*OrganizationNode // by id
}

// OrganizationTree returns an organization and all below it, to those with access (D-21).
func (s *Service) OrganizationTree(ctx context.Context, caller Caller, id string) (top *OrganizationNode, err error) {
	a := attempt{caller, "organization.tree", Object{"organization", id}}
	err = s.read(ctx, a, func(ctx context.Context, op *operation) error {
		if _, err := op.targetOrganization(ctx, id, "access"); err != nil {
			return err
		}
		organizations, err := op.snap.Subtree(ctx, id)
		if err != nil {
			return err
		}
		top = buildTree(organizations)
		return nil
	})
	return top, err
}

func placeOf(o Organization) Organization {
	place := existenceOf(o).Organization
	place.Isolation = o.Isolation
	return place
}

// buildTree takes the organizations by depth, so every parent comes before its children.
func buildTree(organizations []Organization) *OrganizationNode {
	nodes := make(map[string]*OrganizationNode, len(organizations))
	var top *OrganizationNode
	for _, o := range organizations {
		node := &OrganizationNode{Organization: placeOf(o)}
		nodes[o.ID] = node
		if parent := nodes[o.ParentID]; parent != nil {
			parent.Children = append(parent.Children, node)
		} else {
			top = node
		}
	}
	return top
}
