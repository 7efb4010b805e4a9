package tenancy

import (
	"context"
	"errors"
)

// PutAdministrator gives an active user a role in an account, the one that he has in its
// subaccounts, and which of these he reaches. The caller owns the root
// organization. What is left out is reset: the subaccount role is the same as the role,
// and all subaccounts are reached.
func (s *Service) PutAdministrator(ctx context.Context, caller Caller, rootID, userID string, in AdministratorInput) (admin Administrator, token Token, err error) {
	a := attempt{caller, "administrator.put", Object{"organization", rootID}}
	token, err = s.change(ctx, a, func(ctx context.Context, op *operation) error {
		op.note("user_id", userID)
		o, err := op.targetOrganization(ctx, rootID, "own")
		if err != nil {
			return err
		}
		in.UserID = userID
		admins, err := op.putAdministrators(ctx, o, []AdministratorInput{in}, func(int) string { return "" })
		if err != nil {
			return err
		}
		admin = admins[0]
		op.noteAdministrator(admin)
		return nil
	})
	return admin, token, err
}

// RemoveAdministrator takes somebody's roles in an account from him. The caller owns the root
// organization, which has owners of its own: so the last administrator may go.
func (s *Service) RemoveAdministrator(ctx context.Context, caller Caller, rootID, userID string) (Token, error) {
	a := attempt{caller, "administrator.remove", Object{"organization", rootID}}
	return s.change(ctx, a, func(ctx context.Context, op *operation) error {
		op.note("user_id", userID)
		o, err := op.targetOrganization(ctx, rootID, "own")
		if err != nil {
			return err
		}
		admin, err := op.snap.Administrator(ctx, o.ID, userID)
		if errors.Is(err, ErrNoRow) {
			return errNotFound()
		}
		if err != nil {
			return err
		}
		op.stage(admin, nil)
		if err := op.mentionAccount(ctx, admin); err != nil {
			return err
		}
		left, err := op.snap.Administrators(ctx, AdministratorFilter{RootID: o.ID}, Page{Limit: 2})
		if err == nil && len(left) == 1 {
			op.setAdministered(o, false)
		}
		return err
	})
}

// setAdministered has the root say whether it has administrators.
func (op *operation) setAdministered(before Organization, administered bool) {
	after := before
	after.Administered = administered
	op.restage(before, after)
}

// AdministratorQuery selects administrators; empty fields select all.
type AdministratorQuery struct {
	// Text is a part of the id, the e-mail address or the name, whatever its case.
	Text                 string
	Role, SubaccountRole AccountRole
}

func (q AdministratorQuery) validate() error {
	var v validation
	if q.Role != "" {
		oneOf(&v, "role", q.Role, AccountRoles...)
	}
	if q.SubaccountRole != "" {
		oneOf(&v, "subaccount_role", q.SubaccountRole, AccountRoles...)
	}
	return v.err()
}

// Administrators lists the administrators of an account, by user id, also those who are
// deactivated: to those who see the root's roster. The owners of the root own the
// account without being administrators (D-4).
func (s *Service) Administrators(ctx context.Context, caller Caller, rootID string, query AdministratorQuery, page Page) (admins []Administrator, err error) {
	a := attempt{caller, "administrator.list", Object{"organization", rootID}}
	err = s.read(ctx, a, func(ctx context.Context, op *operation) error {
		o, err := op.targetOrganization(ctx, rootID, "view_roster")
		if err != nil {
			return err
		}
		if err := query.validate(); err != nil {
			return err
		}
		if err := o.isAccount(); err != nil {
			return err
		}
		filter := AdministratorFilter{RootID: o.ID, Text: query.Text, Role: query.Role, SubaccountRole: query.SubaccountRole}
		admins, err = op.snap.Administrators(ctx, filter, page)
		return err
	})
	return admins, err
}

// isAccount refuses a sub-organization: it has no administrators of its own.
func (o Organization) isAccount() error {
	var v validation
	if !o.IsRoot() {
		v.fail("id", "must be a root organization: the account is the root of the tree")
	}
	return v.err()
}
