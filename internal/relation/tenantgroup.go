package relation

import "github.com/tenantry/tenantry/internal/tenancy"

func ofTenantGroup(g tenancy.TenantGroup) []tenancy.Relationship {
	if g.Suspended {
		return nil
	}
	self := tenantGroup(g.ID)
	relationships := []tenancy.Relationship{{Resource: self, Relation: "root", Subject: organization(g.RootID)}}
	if g.ParentID != "" {
		relationships = append(relationships,
			tenancy.Relationship{Resource: self, Relation: "parent", Subject: tenantGroup(g.ParentID)})
	}
	return relationships
}

func ofTenantGroupPlace(p tenancy.TenantGroupPlace) []tenancy.Relationship {
	if p.Suspended {
		return nil
	}
	return []tenancy.Relationship{
		{Resource: organization(p.OrganizationID), Relation: "tenant_group", Subject: tenantGroup(p.TenantGroupID)},
	}
}

// ofTenantGroupUser makes everybody in the group a user of what is in it, whatever he may do
// there besides.
func ofTenantGroupUser(u tenancy.TenantGroupUser) []tenancy.Relationship {
	if u.Inactive || u.Suspended {
		return nil
	}
	self, person := tenantGroup(u.TenantGroupID), user(u.UserID)
	relationships := []tenancy.Relationship{{Resource: self, Relation: "user", Subject: person}}
	if u.GroupAdministrator {
		relationships = append(relationships,
			tenancy.Relationship{Resource: self, Relation: "administrator", Subject: person})
	}
	if u.AllTenantPermissions {
		relationships = append(relationships,
			tenancy.Relationship{Resource: self, Relation: "all_tenants", Subject: person})
	}
	return relationships
}

func tenantGroup(id string) tenancy.Object { return tenancy.Object{Type: "tenant_group", ID: id} }
