package tenancy

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
)

// AdministratorInput says what a user is to be in an account. SubaccountRole is "" for the
// same as Role, Subaccounts nil for all.
type AdministratorInput struct {
	UserID         string
	Role           AccountRole
	SubaccountRole AccountRole
	Subaccounts    *Subaccounts
}

// maxSubaccounts bounds how many organizations an administrator may name.
const maxSubaccounts = 1000

// putAdministrators makes of each input an administrator, or changes the one that is there; at
// is the place of an input among the fields of the request.
func (op *operation) putAdministrators(ctx context.Context, o Organization, inputs []AdministratorInput, at func(i int) string) ([]Administrator, error) {
	for _, in := range inputs {
		if _, err := op.activeUser(ctx, in.UserID); err != nil {
			return nil, err
		}
	}
	if err := o.isAccount(); err != nil {
		return nil, err
	}
	admins, err := op.readAdministrators(ctx, o, inputs, at)
	if err != nil {
		return nil, err
	}
	return op.stageAdministrators(ctx, o, admins)
}

// readAdministrators takes the inputs as they are written, and finds what they name.
func (op *operation) readAdministrators(ctx context.Context, o Organization, inputs []AdministratorInput, at func(i int) string) ([]Administrator, error) {
	var v validation
	admins := make([]Administrator, len(inputs))
	users, below := map[string]bool{}, map[string]bool{}
	for i, in := range inputs {
		if users[in.UserID] {
			v.fail(at(i)+"user_id", "is named twice")
		}
		users[in.UserID] = true
		admins[i] = in.administrator(&v, at(i), o)
		if err := op.requireSubaccounts(ctx, &v, at(i)+"subaccounts", admins[i], below); err != nil {
			return nil, err
		}
	}
	return admins, v.err()
}

// administrator takes the input as it is written.
func (in AdministratorInput) administrator(v *validation, at string, account Organization) Administrator {
	a := Administrator{
		RootID: account.ID, UserID: in.UserID, Role: in.Role, SubaccountRole: cmp.Or(in.SubaccountRole, in.Role),
		Subaccounts: Subaccounts{Reach: ReachAll}, Suspended: account.Suspended,
	}
	oneOf(v, at+"role", a.Role, AccountRoles...)
	if in.SubaccountRole != "" {
		oneOf(v, at+"subaccount_role", in.SubaccountRole, AccountRoles...)
	}
	if in.Subaccounts != nil {
		a.Subaccounts = v.subaccounts(at+"subaccounts", *in.Subaccounts)
	}
	return a
}

func (v *validation) subaccounts(field string, in Subaccounts) Subaccounts {
	switch {
	case in.Reach == ReachAll:
		return Subaccounts{Reach: ReachAll}
	case in.Reach != ReachList && in.Reach != ReachExcept:
		v.fail(field, `must be "all", a list of ids, or {"except": a list of ids}`)
		return Subaccounts{Reach: ReachAll}
	case len(in.Organizations) > maxSubaccounts:
		v.fail(field, "must have at most %d ids", maxSubaccounts)
		return Subaccounts{Reach: in.Reach, Organizations: []string{}}
	}
	in.Organizations = slices.Compact(slices.Sorted(slices.Values(in.Organizations)))
	if in.Organizations == nil {
		in.Organizations = []string{}
	}
	return in
}

// requireSubaccounts refuses what is no organization below the root; below has those that were
// looked for before. It is one answer for what is not there and for what is another tree's
// what is in the tree its owner knows (D-10).
func (op *operation) requireSubaccounts(ctx context.Context, v *validation, field string, a Administrator, below map[string]bool) error {
	for _, id := range a.Subaccounts.Organizations {
		if _, known := below[id]; !known {
			o, err := op.snap.Organization(ctx, id)
			if err != nil && !errors.Is(err, ErrNoRow) {
				return err
			}
			below[id] = err == nil && o.isBelow(a.RootID)
		}
		if !below[id] {
			v.fail(field, "%q is no organization below %q", clip(id), a.RootID)
		}
	}
	return nil
}

// stageAdministrators refuses what can't be chosen for an owner, and stages what differs.
func (op *operation) stageAdministrators(ctx context.Context, o Organization, admins []Administrator) ([]Administrator, error) {
	delegated, err := op.snap.Delegated(ctx, o.ID)
	if err != nil {
		return nil, err
	}
	for i, admin := range admins {
		if err := op.requireOwnersRole(ctx, admin); err != nil {
			return nil, err
		}
		if admins[i], err = op.stageAdministrator(ctx, admin, delegated); err != nil {
			return nil, err
		}
	}
	if len(admins) > 0 {
		op.setAdministered(o, true)
	}
	return admins, nil
}

// requireOwnersRole is R-43: an owner of the account is owner of every subaccount.
func (op *operation) requireOwnersRole(ctx context.Context, a Administrator) error {
	if a.Role == AccountOwner && a.SubaccountRole == AccountOwner && a.Subaccounts.Reach == ReachAll {
		return nil
	}
	owns := a.Role == AccountOwner
	if !owns {
		var err error
		if owns, err = op.ownsRoot(ctx, a.RootID, a.UserID); err != nil {
			return err
		}
	}
	if owns {
		return refuse(CodeOwnerSubaccountRole, "An owner of the account is an owner of all its subaccounts; nothing else can be chosen for him.")
	}
	return nil
}

// ownsRoot reports whether an active user owns a root organization otherwise than as an
// administrator: directly, or by a group (D-4).
func (op *operation) ownsRoot(ctx context.Context, rootID, userID string) (bool, error) {
	_, err := op.snap.Owner(ctx, rootID, userID)
	if !errors.Is(err, ErrNoRow) {
		return err == nil, err
	}
	groups, err := op.snap.GroupsWith(ctx, userID, GroupMember)
	return slices.ContainsFunc(groups, func(g Group) bool {
		return g.OrganizationID == rootID && slices.Contains(g.Claims, ClaimOwner)
	}), err
}

// stageAdministrator stages one administrator, unless he is there as he is to be. He is what
// he is since it was last changed.
func (op *operation) stageAdministrator(ctx context.Context, after Administrator, delegated []string) (Administrator, error) {
	after.Since = op.now
	before, err := op.snap.Administrator(ctx, after.RootID, after.UserID)
	if errors.Is(err, ErrNoRow) {
		op.stage(nil, after)
		op.mentionReached(after, delegated)
		return after, nil
	}
	if err != nil {
		return Administrator{}, err
	}
	if before.sameRoles(after) {
		return before, nil
	}
	op.stage(before, after)
	op.mentionReached(before, delegated)
	op.mentionReached(after, delegated)
	return after, nil
}

func (a Administrator) sameRoles(b Administrator) bool {
	return a.Role == b.Role && a.SubaccountRole == b.SubaccountRole && a.Subaccounts.Reach == b.Subaccounts.Reach &&
		slices.Equal(a.Subaccounts.Organizations, b.Subaccounts.Organizations)
}

// noteAdministrator notes what one is given.
func (op *operation) noteAdministrator(a Administrator) {
	op.note("role", string(a.Role))
	op.note("subaccount_role", string(a.SubaccountRole))
	op.note("subaccounts", a.Subaccounts.text())
}

// text is how a trail tells of subaccounts.
func (s Subaccounts) text() string {
	return strings.Join(append([]string{string(s.Reach)}, s.Organizations...), " ")
}
