package tenancy

import (
	"context"
	"errors"
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
			ID: o.ID, Name: o.Name, ParentID: o.ParentID, RootID: o.RootID, Depth: o.Depth, State: o.EffectiveState(),
		},
	}
}

// view adds to an organization what follows from other rows.
func (op *operation) view(ctx context.Context, o Organization) (OrganizationView, error) {
	view := OrganizationView{Organization: o, Recommendations: []string{}}
	view.State = o.EffectiveState()
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
	owners, err := op.snap.ActiveAccountOwners(ctx, o.ID)
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
		if err := op.unmoved(ctx, organizations); err != nil {
			return err
		}
		views = nil
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
	ids, _, err := op.service.decisions.Resources(ctx, ResourceLookup{
		Subject: Object{"user", op.caller.UserID}, Permission: "access", ResourceType: "organization",
	}, PageAll)
	if ids == nil {
		ids = []string{}
	}
	return ids, err
}

// unmoved breaks off a list whose organizations are not as they were when it was found out
// which of them the caller has access to.
func (op *operation) unmoved(ctx context.Context, organizations []Organization) error {
	if op.caller.isPlatform() {
		return nil
	}
	asked := map[string]bool{}
	for _, o := range organizations {
		if asked[o.RootID] {
			continue
		}
		asked[o.RootID] = true
		if err := op.readTree(ctx, o.RootID); err != nil {
			return err
		}
		if _, err := op.ask(ctx, o.RootID, nil); err != nil {
			return err
		}
	}
	return nil
}
