package tenancy

import (
	"context"
	"errors"
	"net/mail"
	"reflect"
	"slices"
)

// UserInput is what a console tells of a person. What is left out is reset to its default:
// an empty text, not verified, active (D-29).
type UserInput struct {
	Email         string
	EmailVerified bool
	Name          string
	State         UserState
}

// PutUser creates or updates a user; created tells which. It is for the platform and for
// consoles as such, not on behalf of a user. Deactivating a person ends the force of all
// his ownerships and memberships, in every tree, also where he is the last owner (D-5);
// activating him again brings them back.
func (s *Service) PutUser(ctx context.Context, caller Caller, id string, in UserInput) (user User, created bool, token Token, err error) {
	a := attempt{caller, "user.put", Object{"user", id}}
	token, err = s.change(ctx, a, func(ctx context.Context, op *operation) error {
		if caller.UserID != "" {
			return errForbidden("Users are managed by the platform and by consoles, not on behalf of a user.")
		}
		if _, _, err := op.currentOrganization(ctx); err != nil {
			return err
		}
		before, err := op.user(ctx, id)
		created = errors.Is(err, ErrNoRow)
		if err != nil && !created {
			return err
		}
		user, err = in.user(id)
		if err != nil {
			return err
		}
		user.Version = before.Version
		return op.putUser(ctx, before, user, created)
	})
	return user, created, token, err
}

func (in UserInput) user(id string) (User, error) {
	var v validation
	if !ValidUserID(id) {
		v.fail("id", "must be 1 to 128 of the characters A-Z a-z 0-9 / _ | = + -")
	}
	if in.State == "" {
		in.State = UserActive
	}
	oneOf(&v, "state", in.State, UserActive, UserDeactivated)
	if in.Name != "" {
		in.Name = v.name("name", in.Name)
	}
	v.email("email", in.Email, in.EmailVerified)
	return User{ID: id, Email: in.Email, EmailVerified: in.EmailVerified, Name: in.Name, State: in.State}, v.err()
}

func (v *validation) email(field, email string, verified bool) {
	if email == "" {
		if verified {
			v.fail(field, "must be given if it is verified")
		}
		return
	}
	address, err := mail.ParseAddress(email)
	if err != nil || address.Address != email || len(email) > maxEmailLength {
		v.fail(field, "must be one e-mail address")
	}
}

func (op *operation) putUser(ctx context.Context, before, after User, created bool) error {
	if created {
		op.stage(nil, after)
		return nil
	}
	if before != after {
		op.stage(before, after)
	}
	return op.setForce(ctx, after)
}

// setForce makes the user's rows follow his state, in every tree in which he stands.
func (op *operation) setForce(ctx context.Context, user User) error {
	op.note("state", string(user.State))
	rows, err := op.snap.RowsOf(ctx, user.ID)
	if err != nil {
		return err
	}
	op.basis.Standing[user.ID] = treesOf(rows)
	for _, before := range rows {
		after := withForce(before, user.State == UserActive)
		if reflect.DeepEqual(after, before) {
			continue
		}
		if err := op.mentionPlace(ctx, before); err != nil {
			return err
		}
		op.stage(before, after)
	}
	return nil
}

// mentionPlace has the trail of an organization tell that a person's ownership of it, or
// place in a group homed there, gained or lost its force.
func (op *operation) mentionPlace(ctx context.Context, row Row) error {
	switch row := row.(type) {
	case Owner:
		op.mention(row.RootID, row.OrganizationID)
	case Membership:
		g, err := op.group(ctx, row.GroupID)
		if err != nil {
			return err
		}
		op.mention(g.RootID, g.OrganizationID)
	case Administrator:
		if err := op.mentionAccount(ctx, row); err != nil {
			return err
		}
	case TenantGroupUser:
		if err := op.mentionTenants(ctx, row.RootID, row.TenantGroupID); err != nil {
			return err
		}
	}
	return op.readTree(ctx, row.Tree())
}

// treesOf lists the trees of rows, each once, in ascending order.
func treesOf(rows []Row) []string {
	roots := make([]string, len(rows))
	for i, row := range rows {
		roots[i] = row.Tree()
	}
	slices.Sort(roots)
	return slices.Compact(roots)
}

// withForce returns the row of a person as it stands while he is active, or is not.
func withForce(row Row, active bool) Row {
	switch row := row.(type) {
	case Owner:
		row.Inactive = !active
		return row
	case Membership:
		row.Inactive = !active
		return row
	case TenantGroupUser:
		row.Inactive = !active
		return row
	case Administrator:
		row.Inactive = !active
		return row
	}
	return row
}

// User returns a user: to the platform and consoles, and to the user himself.
func (s *Service) User(ctx context.Context, caller Caller, id string) (user User, err error) {
	a := attempt{caller, "user.get", Object{"user", id}}
	err = s.read(ctx, a, func(ctx context.Context, op *operation) error {
		if caller.UserID != "" && caller.UserID != id {
			return errNotFound()
		}
		if _, _, err := op.currentOrganization(ctx); err != nil {
			return err
		}
		user, err = op.user(ctx, id)
		if errors.Is(err, ErrNoRow) {
			return errNotFound()
		}
		return err
	})
	return user, err
}
