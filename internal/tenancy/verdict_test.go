package tenancy_test

import (
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// What the oracle says of each operation: the code of its refusal, or "" after it has
// carried it out in the model.

func (o *oracle) own(actor, organization, user string) tenancy.Code {
	switch {
	case o.retired[actor]:
		return tenancy.CodeUnauthenticated
	case !o.seesOrganization(actor, organization):
		return tenancy.CodeNotFound
	case !o.may(actor, "own", organization):
		return tenancy.CodeForbidden
	case o.retired[user]:
		return tenancy.CodeNotFound
	}
	o.owners[[2]string{organization, user}] = true
	return ""
}

func (o *oracle) disown(actor, organization, user string) tenancy.Code {
	row := [2]string{organization, user}
	switch {
	case o.retired[actor]:
		return tenancy.CodeUnauthenticated
	case !o.seesOrganization(actor, organization):
		return tenancy.CodeNotFound
	case !o.may(actor, "own", organization):
		return tenancy.CodeForbidden
	case !o.owners[row] && !o.retired[user] && (o.ownsByGroup(user, organization) || o.comesFromAccount(user, organization)):
		return tenancy.CodeManagedElsewhere
	case !o.owners[row] && o.isTenantUser(user, organization):
		return tenancy.CodeManagedElsewhere
	case !o.owners[row]:
		return tenancy.CodeNotFound
	case !o.retired[user] && o.active(o.owners.with(organization)) == 1:
		return tenancy.CodeLastOwner
	}
	delete(o.owners, row)
	return ""
}

func (o *oracle) ownsByGroup(user, organization string) bool {
	for group := range o.home {
		if o.people[groupMember][[2]string{group, user}] && o.works(group, organization) && slices.Contains(o.claims[group], "owner") {
			return true
		}
	}
	return false
}

func (o *oracle) give(actor, group string, role tenancy.GroupRole, user string) tenancy.Code {
	himself := role == groupOwner && actor == user && o.may(actor, "own", o.home[group])
	switch {
	case o.retired[actor]:
		return tenancy.CodeUnauthenticated
	case !o.seesGroup(actor, group):
		return tenancy.CodeNotFound
	case !o.ownsGroup(actor, group) && !himself:
		return tenancy.CodeForbidden
	case o.retired[user]:
		return tenancy.CodeNotFound
	}
	o.people[role][[2]string{group, user}] = true
	return ""
}

func (o *oracle) take(actor, group string, role tenancy.GroupRole, user string) tenancy.Code {
	row := [2]string{group, user}
	switch {
	case o.retired[actor]:
		return tenancy.CodeUnauthenticated
	case !o.seesGroup(actor, group):
		return tenancy.CodeNotFound
	case !o.ownsGroup(actor, group):
		return tenancy.CodeForbidden
	case !o.people[role][row]:
		return tenancy.CodeNotFound
	case role == groupOwner && !o.retired[user] && o.active(o.people[role].with(group)) == 1:
		return tenancy.CodeLastOwner
	}
	delete(o.people[role], row)
	return ""
}

func (o *oracle) setClaims(actor, group string, claims []tenancy.Claim) tenancy.Code {
	switch {
	case o.retired[actor]:
		return tenancy.CodeUnauthenticated
	case !o.seesGroup(actor, group):
		return tenancy.CodeNotFound
	case !o.managesGroups(actor, o.home[group], append(slices.Clone(claims), o.claims[group]...)):
		return tenancy.CodeForbidden
	}
	o.claims[group] = claims
	return ""
}

func (o *oracle) link(actor, organization, group string) tenancy.Code {
	switch {
	case o.retired[actor]:
		return tenancy.CodeUnauthenticated
	case !o.seesOrganization(actor, organization) || !o.seesGroup(actor, group):
		return tenancy.CodeNotFound
	case !o.may(actor, "own", organization) || !o.may(actor, "own", o.home[group]) || !o.ownsGroup(actor, group):
		return tenancy.CodeForbidden
	case !o.plan[o.root(o.home[group])]:
		return tenancy.CodeLicenseRequired
	case !o.above(o.home[group], organization):
		return tenancy.CodeNotDescendant
	}
	o.links[[2]string{group, organization}] = true
	return ""
}

func (o *oracle) unlink(actor, organization, group string) tenancy.Code {
	row := [2]string{group, organization}
	may := o.may(actor, "own", organization) || o.may(actor, "own", o.home[group]) || o.ownsGroup(actor, group)
	switch {
	case o.retired[actor]:
		return tenancy.CodeUnauthenticated
	case !o.links[row] || !may && !o.seesGroup(actor, group):
		return tenancy.CodeNotFound
	case !may:
		return tenancy.CodeForbidden
	}
	delete(o.links, row)
	return ""
}
