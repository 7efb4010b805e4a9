package relation

import "github.com/tenantry/tenantry/internal/tenancy"

// ofAccount opens an organization to account roles: a root to those of its administrators, and
// a delegated one to those of its subaccount level and to the owners of the root.
// All others have no such edge, and pay for none.
func ofAccount(o tenancy.Organization) []tenancy.Relationship {
	self, role := organization(o.ID), accountRole(o.ID)
	enter := tenancy.Relationship{Resource: self, Relation: "account_role", Subject: role}
	switch {
	case o.IsRoot() && o.Administered:
		return []tenancy.Relationship{enter}
	case !o.IsRoot() && o.IsDelegated():
		return []tenancy.Relationship{
			enter,
			{Resource: role, Relation: "account", Subject: organization(o.RootID)},
			{Resource: role, Relation: "everywhere", Subject: everywhere(o.RootID)},
		}
	}
	return nil
}

// ofAdministrator gives him his role in the account, and the other one in the subaccounts that
// he reaches: at each of a list, or at the one place that all of them name. What is excepted
// names him.
func ofAdministrator(a tenancy.Administrator) []tenancy.Relationship {
	if a.Inactive || a.Suspended {
		return nil
	}
	he := user(a.UserID)
	relationships := []tenancy.Relationship{{Resource: accountRole(a.RootID), Relation: string(a.Role), Subject: he}}
	relation := string(a.SubaccountRole)
	if a.Subaccounts.Reach != tenancy.ReachList {
		relationships = append(relationships,
			tenancy.Relationship{Resource: everywhere(a.RootID), Relation: relation, Subject: he})
		relation = "except"
	}
	for _, id := range a.Subaccounts.Organizations {
		relationships = append(relationships,
			tenancy.Relationship{Resource: accountRole(id), Relation: relation, Subject: he})
	}
	return relationships
}

func accountRole(id string) tenancy.Object { return tenancy.Object{Type: "account_role", ID: id} }

// everywhere is the level of those who reach every subaccount. No organization has such an id.
func everywhere(rootID string) tenancy.Object { return accountRole(rootID + "/all") }
