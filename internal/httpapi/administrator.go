package httpapi

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// administratorObject is an administrator of an account.
type administratorObject struct {
	UserID         string              `json:"user_id"`
	Role           tenancy.AccountRole `json:"role"`
	SubaccountRole tenancy.AccountRole `json:"subaccount_role"`
	Subaccounts    subaccountsView     `json:"subaccounts"`
}

// subaccountsView is everySubaccount, a list of ids, or an exceptObject.
type subaccountsView any

// everySubaccount is "all".
type everySubaccount string

type exceptObject struct {
	Except []string `json:"except"`
}

// exceptInput tells what is left out; it must be there.
type exceptInput struct {
	Except *[]string `json:"except" api:"required"`
}

// administratorsObject is all the administrators of a batch.
type administratorsObject struct {
	Items []administratorObject `json:"items"`
}

func showAdministrator(a tenancy.Administrator) administratorObject {
	object := administratorObject{UserID: a.UserID, Role: a.Role, SubaccountRole: a.SubaccountRole, Subaccounts: everySubaccount(tenancy.ReachAll)}
	switch a.Subaccounts.Reach {
	case tenancy.ReachList:
		object.Subaccounts = orEmpty(a.Subaccounts.Organizations)
	case tenancy.ReachExcept:
		object.Subaccounts = exceptObject{orEmpty(a.Subaccounts.Organizations)}
	}
	return object
}

// administratorInput is what an administrator is to be.
type administratorInput struct {
	Role           tenancy.AccountRole `json:"role" api:"required"`
	SubaccountRole tenancy.AccountRole `json:"subaccount_role"`
	Subaccounts    subaccountsInput    `json:"subaccounts"`
}

func (b administratorInput) of(userID string) tenancy.AdministratorInput {
	return tenancy.AdministratorInput{UserID: userID, Role: b.Role, SubaccountRole: b.SubaccountRole, Subaccounts: b.Subaccounts.given}
}

// subaccountsInput reads the three forms in which subaccounts are told.
type subaccountsInput struct{ given *tenancy.Subaccounts }

// read takes another text than "all" for a reach that there is not, which the domain refuses.
func (s *subaccountsInput) read(read func(into any) error, first byte) error {
	s.given = &tenancy.Subaccounts{}
	switch first {
	case '"':
		var text string
		if err := read(&text); err != nil {
			return err
		}
		if text == string(tenancy.ReachAll) {
			s.given.Reach = tenancy.ReachAll
		}
		return nil
	case '[':
		s.given.Reach = tenancy.ReachList
		return read(&s.given.Organizations)
	}
	var except exceptInput
	err := read(&except)
	if except.Except != nil {
		*s.given = tenancy.Subaccounts{Reach: tenancy.ReachExcept, Organizations: *except.Except}
	}
	return err
}

func putAdministrator(ctx context.Context, c *call) (answer, error) {
	var in administratorInput
	if err := c.body(&in); err != nil {
		return answer{}, err
	}
	admin, token, err := c.Service.PutAdministrator(ctx, c.caller, c.path("id"), c.path("user"), in.of(c.path("user")))
	return changed(showAdministrator(admin), token), err
}

// administratorsInput is what many administrators are to be.
type administratorsInput struct {
	Administrators []namedAdministratorInput `json:"administrators" api:"required"`
}

type namedAdministratorInput struct {
	UserID         string              `json:"user_id" api:"required"`
	Role           tenancy.AccountRole `json:"role" api:"required"`
	SubaccountRole tenancy.AccountRole `json:"subaccount_role"`
	Subaccounts    subaccountsInput    `json:"subaccounts"`
}

func putAdministrators(ctx context.Context, c *call) (answer, error) {
	var in administratorsInput
	if err := c.body(&in); err != nil {
		return answer{}, err
	}
	var inputs []tenancy.AdministratorInput
	if in.Administrators != nil {
		inputs = []tenancy.AdministratorInput{}
	}
	for _, a := range in.Administrators {
		inputs = append(inputs, administratorInput{a.Role, a.SubaccountRole, a.Subaccounts}.of(a.UserID))
	}
	admins, token, err := c.Service.PutAdministrators(ctx, c.caller, c.path("id"), inputs)
	items := make([]administratorObject, len(admins))
	for i, admin := range admins {
		items[i] = showAdministrator(admin)
	}
	return changed(administratorsObject{items}, token), err
}

func removeAdministrator(ctx context.Context, c *call) (answer, error) {
	token, err := c.Service.RemoveAdministrator(ctx, c.caller, c.path("id"), c.path("user"))
	return removed(token), err
}

func listAdministrators(ctx context.Context, c *call) (answer, error) {
	query := tenancy.AdministratorQuery{
		Text:           c.query.Get("q"),
		Role:           tenancy.AccountRole(c.query.Get("role")),
		SubaccountRole: tenancy.AccountRole(c.query.Get("subaccount_role")),
	}
	key := func(a tenancy.Administrator) string { return a.UserID }
	return answerPage(c, key, showAdministrator, func(page tenancy.Page) ([]tenancy.Administrator, error) {
		return c.Service.Administrators(ctx, c.caller, c.path("id"), query, page)
	})
}
