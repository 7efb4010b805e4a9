package relation

import "github.com/tenantry/tenantry/internal/tenancy"

// ofTenantGroup tells the group above of a subgroup too, as [ofTenantGroupPlace] does the group
// of an organization: so who owns one there sees the security groups that are linked above.
func ofTenantGroup(g tenancy.TenantGroup) []tenancy.Relationship {
	if g.Suspended {
		return nil
	}
	self := tenantGroup(g.ID)
	relationships := []tenancy.Relationship{{Resource: self, Relation: "root", Subject: organization(g.RootID)}}
	if g.ParentID != "" {
		relationships = append(relationships,
			tenancy.Relationship{Resource: self, Relation: "parent", Subject: tenantGroup(g.ParentID)},
			tenancy.Relationship{Resource: tenantGroup(g.ParentID), Relation: "subgroup", Subject: self})
	}
	for _, name := range g.Inherited {
		relationships = append(relationships, tenancy.Relationship{
			Resource: tenantModule(g.ID, name), Relation: "parent", Subject: tenantModule(g.ParentID, name),
		})
	}
	return relationships
}

func ofTenantGroupPlace(p tenancy.TenantGroupPlace) []tenancy.Relationship {
	if p.Suspended {
		return nil
	}
	self, here := tenantGroup(p.TenantGroupID), organization(p.OrganizationID)
	relationships := []tenancy.Relationship{
		{Resource: here, Relation: "tenant_group", Subject: self},
		{Resource: self, Relation: "tenant", Subject: here},
	}
	for _, name := range p.Modules {
		relationships = append(relationships, tenancy.Relationship{
			Resource: module(p.OrganizationID, name), Relation: "given_at", Subject: tenantModule(p.TenantGroupID, name),
		})
	}
	return relationships
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
	for _, name := range u.Modules {
		relationships = append(relationships,
			tenancy.Relationship{Resource: tenantModule(u.TenantGroupID, name), Relation: "user", Subject: person})
	}
	return relationships
}

func tenantGroup(id string) tenancy.Object { return tenancy.Object{Type: "tenant_group", ID: id} }

// tenantModule is a module as it is given at a tenant group, module as it is used in an
// organization.
func tenantModule(tenantGroupID, name string) tenancy.Object {
	return tenancy.Object{Type: "tenant_module", ID: tenantGroupID + "/" + name}
}

func module(organizationID, name string) tenancy.Object {
	return tenancy.Object{Type: "module", ID: organizationID + "/" + name}
}
