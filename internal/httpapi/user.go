package httpapi

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

type userObject struct {
	ID            string            `json:"id"`
	Email         string            `json:"email"`
	EmailVerified bool              `json:"email_verified"`
	Name          string            `json:"name"`
	State         tenancy.UserState `json:"state"`
}

func showUser(u tenancy.User) userObject {
	return userObject{ID: u.ID, Email: u.Email, EmailVerified: u.EmailVerified, Name: u.Name, State: u.State}
}

// userInput is what is known of a user.
type userInput struct {
	Email         string            `json:"email"`
	EmailVerified bool              `json:"email_verified"`
	Name          string            `json:"name"`
	State         tenancy.UserState `json:"state"`
}

func putUser(ctx context.Context, c *call) (answer, error) {
	var in userInput
	if err := c.body(&in); err != nil {
		return answer{}, err
	}
	user, _, token, err := c.Service.PutUser(ctx, c.caller, c.path("id"), tenancy.UserInput(in))
	return changed(showUser(user), token), err
}

func getUser(ctx context.Context, c *call) (answer, error) {
	user, err := c.Service.User(ctx, c.caller, c.path("id"))
	return ok(showUser(user)), err
}

func eraseUser(ctx context.Context, c *call) (answer, error) {
	if err := c.optionalBody(&struct{}{}); err != nil {
		return answer{}, err
	}
	user, token, err := c.Service.EraseUser(ctx, c.caller, c.path("id"))
	return changed(showUser(user), token), err
}

// erasureInput is the address that is to be forgotten.
type erasureInput struct {
	Email string `json:"email" api:"required"`
}

// erasureObject tells how many invitations of the address there were.
type erasureObject struct {
	Invitations int `json:"invitations"`
}

func eraseAddress(ctx context.Context, c *call) (answer, error) {
	var in erasureInput
	if err := c.body(&in); err != nil {
		return answer{}, err
	}
	n, token, err := c.Service.EraseAddress(ctx, c.caller, in.Email)
	return changed(erasureObject{n}, token), err
}
