package tenancy

import (
	"context"
	"errors"
	"slices"
)

// This file says who may see and do what. Every operation asks here, in this order: see
// the organizations and groups that it names (404), then be allowed (403). A person who is
// named is looked for after that: whether an id is known is not told to everybody.

// allowed answers whether the caller has the permission on a resource of the tree, at the
// version that the operation reads. The platform has every permission.
func (op *operation) allowed(ctx context.Context, rootID, permission string, resource Object) (bool, error) {
	if op.caller.isPlatform() {
		return true, nil
	}
	if op.caller.UserID == "" {
		return false, nil
	}
	return op.userMay(ctx, rootID, op.caller.UserID, permission, resource)
}

// userMay answers the same about any user.
func (op *operation) userMay(ctx context.Context, rootID, userID, permission string, resource Object) (bool, error) {
	answers, err := op.ask(ctx, rootID, []Question{
		{Subject: Object{Type: "user", ID: userID}, Permission: permission, Resource: resource},
	})
	if err != nil {
		return false, err
	}
	return answers[0], nil
}

// allowedEach answers for each of the permissions on the organization what allowed does,
// in one question to the engine.
func (op *operation) allowedEach(ctx context.Context, o Organization, permissions []string) ([]bool, error) {
	answers := make([]bool, len(permissions))
	if op.caller.isPlatform() {
		for i := range answers {
			answers[i] = true
		}
		return answers, nil
	}
	if op.caller.UserID == "" {
		return answers, nil
	}
	questions := make([]Question, len(permissions))
	for i, permission := range permissions {
		questions[i] = Question{Object{"user", op.caller.UserID}, permission, Object{"organization", o.ID}}
	}
	return op.ask(ctx, o.RootID, questions)
}

func (op *operation) allowedOn(ctx context.Context, o Organization, permission string) (bool, error) {
	return op.allowed(ctx, o.RootID, permission, Object{Type: "organization", ID: o.ID})
}

func (op *operation) allowedOnGroup(ctx context.Context, g Group, permission string) (bool, error) {
	return op.allowed(ctx, g.RootID, permission, Object{Type: "group", ID: g.ID})
}

// visibleOrganization finds an organization that the caller may know of: he has access to
// it, owns one above (D-10), or administers a tenant group of the root that it is (D-25), and
// it is in the tree that he operates from (D-9).
// Everything else is not found. What will be asked for there next is foreseen.
func (op *operation) visibleOrganization(ctx context.Context, id string, foreseen ...string) (Organization, error) {
	o, err := op.knownOrganization(ctx, id, foreseen...)
	if err != nil {
		return Organization{}, err
	}
	return o, op.sameTreeAsCurrent(ctx, o.RootID)
}

// knownOrganization is visibleOrganization for what may be in another tree than the one
// that the caller operates from.
func (op *operation) knownOrganization(ctx context.Context, id string, foreseen ...string) (Organization, error) {
	if err := op.requireActor(); err != nil {
		return Organization{}, err
	}
	o, err := op.organization(ctx, id)
	if errors.Is(err, ErrNoRow) {
		return Organization{}, errNotFound()
	}
	if err != nil {
		return Organization{}, err
	}
	op.tellOf(o)
	op.foresee(o.RootID, Object{"organization", o.ID}, foreseen...)
	visible, err := op.seesOrganization(ctx, o)
	if err == nil && !visible {
		err = errNotFound()
	}
	return o, err
}

func (op *operation) seesOrganization(ctx context.Context, o Organization) (bool, error) {
	if ok, err := op.allowedOn(ctx, o, "access"); ok || err != nil {
		return ok, err
	}
	if o.IsRoot() && op.caller.UserID != "" {
		return op.administersAny(ctx, o.ID, op.caller.UserID)
	}
	for o.ParentID != "" {
		parent, err := op.organization(ctx, o.ParentID)
		if err != nil {
			return false, err
		}
		if owns, err := op.allowedOn(ctx, parent, "own"); owns || err != nil {
			return owns, err
		}
		o = parent
	}
	return false, nil
}

// targetOrganization finds the one organization that an operation is about, and refuses
// a caller without the permission there.
func (op *operation) targetOrganization(ctx context.Context, id, permission string) (Organization, error) {
	o, err := op.visibleOrganization(ctx, id, permission)
	if err != nil {
		return Organization{}, err
	}
	return o, op.require(ctx, o, permission)
}

func (op *operation) require(ctx context.Context, o Organization, permission string) error {
	ok, err := op.allowedOn(ctx, o, permission)
	if err == nil && !ok {
		err = errLacks(permission, o)
	}
	return err
}

func errLacks(permission string, o Organization) *Error {
	return errForbidden("This needs the permission %q on the organization %q.", permission, o.ID)
}

// requireOnAll refuses a caller without the permission on one of the organizations, and
// names the first one. Those of one tree are asked about at once.
func (op *operation) requireOnAll(ctx context.Context, organizations []Organization, permission string) error {
	if op.caller.isPlatform() || len(organizations) == 0 {
		return nil
	}
	rootID := organizations[0].RootID
	elsewhere := func(o Organization) bool { return o.RootID != rootID }
	n := slices.IndexFunc(organizations, elsewhere)
	if n < 0 {
		n = len(organizations)
	}
	questions := make([]Question, n)
	for i, o := range organizations[:n] {
		questions[i] = Question{Object{"user", op.caller.UserID}, permission, Object{"organization", o.ID}}
	}
	answers, err := op.ask(ctx, rootID, questions)
	if err != nil {
		return err
	}
	if i := slices.Index(answers, false); i >= 0 {
		return errLacks(permission, organizations[i])
	}
	return op.requireOnAll(ctx, organizations[n:], permission)
}

// visibleGroup finds a group that the caller may see (D-17). What will be asked for on it next
// is foreseen.
func (op *operation) visibleGroup(ctx context.Context, id string, foreseen ...string) (Group, error) {
	if err := op.requireActor(); err != nil {
		return Group{}, err
	}
	g, err := op.group(ctx, id)
	if errors.Is(err, ErrNoRow) {
		return Group{}, errNotFound()
	}
	if err != nil {
		return Group{}, err
	}
	op.tell(g.RootID, g.OrganizationID)
	op.foresee(g.RootID, Object{"group", g.ID}, foreseen...)
	visible, err := op.allowedOnGroup(ctx, g, "view")
	if err == nil && !visible {
		err = errNotFound()
	}
	if err != nil {
		return Group{}, err
	}
	return g, op.sameTreeAsCurrent(ctx, g.RootID)
}

func (op *operation) requireOnGroup(ctx context.Context, g Group, permission string) error {
	ok, err := op.allowedOnGroup(ctx, g, permission)
	if err == nil && !ok {
		err = errForbidden("This needs the permission %q on the group %q.", permission, g.ID)
	}
	return err
}

// currentOrganization is the organization that the caller operates from: one that he has
// access to (D-9). ok is false if the caller names none.
func (op *operation) currentOrganization(ctx context.Context) (o Organization, ok bool, err error) {
	id := op.caller.CurrentOrganization
	if id == "" {
		return Organization{}, false, nil
	}
	o, err = op.organization(ctx, id)
	if errors.Is(err, ErrNoRow) {
		return Organization{}, false, errNotFound()
	}
	if err != nil {
		return Organization{}, false, err
	}
	access, err := op.allowedOn(ctx, o, "access")
	if err == nil && !access {
		err = errNotFound()
	}
	return o, err == nil, err
}

// sameTreeAsCurrent refuses a target in another tree than the one that the caller operates
// from (D-9), as if it were not there.
func (op *operation) sameTreeAsCurrent(ctx context.Context, rootID string) error {
	current, named, err := op.currentOrganization(ctx)
	if err != nil {
		return err
	}
	if named && current.RootID != rootID {
		return errNotFound()
	}
	return nil
}

// requireEnterprise refuses without an active Enterprise plan of the tree's root.
func (op *operation) requireEnterprise(ctx context.Context, rootID string) error {
	licensed, err := op.licensed(ctx, rootID)
	if err == nil && !licensed {
		err = refuse(CodeLicenseRequired, "The tree's root needs an active Enterprise subscription.")
	}
	return err
}

func (op *operation) licensed(ctx context.Context, rootID string) (bool, error) {
	sub, err := op.snap.Subscription(ctx, rootID)
	if errors.Is(err, ErrNoRow) {
		return false, nil
	}
	return sub.EffectivePlan() == PlanEnterprise, err
}

// activeUser finds a user who is given something: he must exist and be active (D-8).
func (op *operation) activeUser(ctx context.Context, id string) (User, error) {
	if !ValidUserID(id) {
		return User{}, errNotFound()
	}
	user, err := op.user(ctx, id)
	if errors.Is(err, ErrNoRow) || err == nil && user.State != UserActive {
		return User{}, errNotFound()
	}
	return user, err
}
