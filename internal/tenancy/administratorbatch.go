package tenancy

import (
	"context"
	"fmt"
	"strings"
)

// What a batch may hold: administrators, and subaccounts that they name together.
const (
	maxAdministratorBatch = 1000
	maxBatchNames         = 10_000
)

// PutAdministrators does to many what [Service.PutAdministrator] does to one: all or none
//
func (s *Service) PutAdministrators(ctx context.Context, caller Caller, rootID string, inputs []AdministratorInput) (admins []Administrator, token Token, err error) {
	a := attempt{caller, "administrator.batch", Object{"organization", rootID}}
	token, err = s.change(ctx, a, func(ctx context.Context, op *operation) error {
		o, err := op.targetOrganization(ctx, rootID, "own")
		if err != nil {
			return err
		}
		if err := boundBatch(inputs); err != nil {
			return err
		}
		admins, err = op.putAdministrators(ctx, o, inputs, func(i int) string { return fmt.Sprintf("administrators[%d].", i) })
		for _, admin := range admins {
			op.note(administratorKey+admin.UserID, fmt.Sprintf("%s %s %s", admin.Role, admin.SubaccountRole, admin.Subaccounts.text()))
		}
		return err
	})
	return admins, token, err
}

// boundBatch refuses a batch that is none, or asks for too much.
func boundBatch(inputs []AdministratorInput) error {
	var v validation
	names := 0
	for _, in := range inputs {
		if in.Subaccounts != nil {
			names += len(in.Subaccounts.Organizations)
		}
	}
	switch {
	case inputs == nil:
		v.fail("administrators", "must be given")
	case len(inputs) > maxAdministratorBatch:
		v.fail("administrators", "must have at most %d administrators", maxAdministratorBatch)
	case names > maxBatchNames:
		v.fail("administrators", "must name at most %d subaccounts in all", maxBatchNames)
	}
	return v.err()
}

// administratorKey begins the detail about one of a batch.
const administratorKey = "administrator:"

// dropAccount leaves of an event about administrators what concerns one subaccount: who they
// are there. What they are in the account, and which other subaccounts they reach, is none of
// its business: so of those who do not reach it any more nothing but that they changed.
// Of a text that was cut off nothing is known, and nothing is left.
func (e *Event) dropAccount(o Organization) {
	if told, ok := e.Detail["subaccounts"]; ok && !tellsOf(told, strings.Fields(told), o) {
		delete(e.Detail, "subaccount_role")
	}
	delete(e.Detail, "role")
	delete(e.Detail, "subaccounts")
	for key, value := range e.Detail {
		if !strings.HasPrefix(key, administratorKey) {
			continue
		}
		told := strings.Fields(value) // role, subaccount role, reach, and what is named
		if tellsOf(value, told[2:], o) {
			e.Detail[key] = told[1]
		} else {
			delete(e.Detail, key)
		}
	}
}

// tellsOf reports whether an event's text says that a subaccount is reached; see
// [Subaccounts.text].
func tellsOf(text string, told []string, o Organization) bool {
	reached := Subaccounts{Reach: Reach(told[0]), Organizations: told[1:]}
	return len(text) < maxEventText && reached.include(o.ID)
}
