package tenancy_test

import (
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// admin is what the oracle knows of somebody in an account.
type admin struct {
	role, below tenancy.AccountRole
	reach       tenancy.Reach
	named       []string
}

// reaches is R-42.
func (a admin) reaches(organization string) bool {
	switch a.reach {
	case tenancy.ReachAll:
		return true
	case tenancy.ReachList:
		return slices.Contains(a.named, organization)
	}
	return !slices.Contains(a.named, organization)
}

// givenByRole is the table of roles (API, "Objects"), as far as a game asks.
var givenByRole = map[string][]tenancy.AccountRole{
	"own":           {"owner"},
	"access":        tenancy.AccountRoles,
	"view_roster":   {"owner", "administrator", "user_manager", "help_desk"},
	"manage_groups": {"owner", "administrator"},
	"view_agents":   {"owner", "administrator", "help_desk", "read_only"},
}

// mayByAccount is: in a root by the role there, in a delegated organization
// by the subaccount role or by owning the root.
func (o *oracle) mayByAccount(user, permission, organization string) bool {
	root := o.root(organization)
	a, is := o.admins[[2]string{root, user}]
	if root == organization {
		return is && slices.Contains(givenByRole[permission], a.role)
	}
	if !o.delegated[organization] {
		return false
	}
	return o.may(user, "own", root) || is && a.reaches(organization) && slices.Contains(givenByRole[permission], a.below)
}

// comesFromAccount is R-33: what he has there is changed in the account.
func (o *oracle) comesFromAccount(user, organization string) bool {
	return !o.suspended(organization) && o.mayByAccount(user, "access", organization)
}

func (o *oracle) delegate(actor, organization string, delegated bool) tenancy.Code {
	switch {
	case o.retired[actor]:
		return tenancy.CodeUnauthenticated
	case !o.seesOrganization(actor, organization):
		return tenancy.CodeNotFound
	case !o.may(actor, "own", organization):
		return tenancy.CodeForbidden
	case delegated && o.parent[organization] == "":
		return tenancy.CodeInvalid
	}
	o.delegated[organization] = delegated
	return ""
}

func (o *oracle) administrate(actor, root, user string, a admin) tenancy.Code {
	switch {
	case o.retired[actor]:
		return tenancy.CodeUnauthenticated
	case !o.seesOrganization(actor, root):
		return tenancy.CodeNotFound
	case !o.may(actor, "own", root):
		return tenancy.CodeForbidden
	case o.retired[user]:
		return tenancy.CodeNotFound
	case o.parent[root] != "":
		return tenancy.CodeInvalid
	}
	for _, organization := range a.named {
		if !o.above(root, organization) {
			return tenancy.CodeInvalid
		}
	}
	owner := a.role == "owner" || o.owners[[2]string{root, user}] || o.ownsByGroupAt(user, root)
	if owner && (a.role != "owner" || a.below != "owner" || a.reach != tenancy.ReachAll) {
		return tenancy.CodeOwnerSubaccountRole
	}
	o.admins[[2]string{root, user}] = a
	return ""
}

func (o *oracle) ownsByGroupAt(user, root string) bool {
	for group, home := range o.home {
		if home == root && o.people[groupMember][[2]string{group, user}] && slices.Contains(o.claims[group], "owner") {
			return true
		}
	}
	return false
}

func (o *oracle) dismiss(actor, root, user string) tenancy.Code {
	row := [2]string{root, user}
	_, is := o.admins[row]
	switch {
	case o.retired[actor]:
		return tenancy.CodeUnauthenticated
	case !o.seesOrganization(actor, root):
		return tenancy.CodeNotFound
	case !o.may(actor, "own", root):
		return tenancy.CodeForbidden
	case !is:
		return tenancy.CodeNotFound
	}
	delete(o.admins, row)
	return ""
}

// leave has organizations be no part of their account any more, and no account themselves.
func (o *oracle) leave(part map[string]bool) {
	for organization := range part {
		delete(o.delegated, organization)
	}
	for row, a := range o.admins {
		if part[row[0]] {
			delete(o.admins, row)
			continue
		}
		a.named = slices.DeleteFunc(slices.Clone(a.named), func(id string) bool { return part[id] })
		o.admins[row] = a
	}
}
