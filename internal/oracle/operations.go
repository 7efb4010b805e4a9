package oracle

import "strings"

// operation is one row of the API.
type operation struct {
	method, path, name string
	target             string // the type of what the operation is about
	status             int    // where it is done
	do                 func(*attempt)
}

// silent are the operations that leave no event when they are refused: questions are no
// attempts to change or to see a tenant's data.
func (o operation) silent() bool { return strings.HasPrefix(o.target, "-") }

// operationOf finds the row of the API that a request is for, and what stands in its path.
func operationOf(r Request) (operation, map[string]string, bool) {
	path, _, _ := strings.Cut(r.Path, "?")
	asked := strings.Split(path, "/")
	for i, op := range operations {
		if op.method != r.Method || len(paths[i]) != len(asked) {
			continue
		}
		values, fits := map[string]string{}, true
		for i, part := range paths[i] {
			if name, ok := strings.CutPrefix(part, ":"); ok {
				values[name] = asked[i]
			} else {
				fits = fits && part == asked[i]
			}
		}
		if fits {
			return op, values, true
		}
	}
	return operation{}, nil, false
}

// Operation is the name of what a request asks for.
func Operation(r Request) string {
	op, _, _ := operationOf(r)
	return op.name
}

// Operations are the names of all operations that the oracle knows.
func Operations() (names []string) {
	for _, op := range operations {
		names = append(names, op.name)
	}
	return names
}

// operations are the rows of the API. A target that begins with "-" is that of a question: it
// leaves no event.
var operations = []operation{
	{"PUT", "/v1/users/:user", "user.put", "user", 200, (*attempt).putUser},
	{"GET", "/v1/users/:user", "user.get", "user", 200, (*attempt).getUser},
	{"POST", "/v1/users/:user/erase", "user.erase", "user", 200, (*attempt).eraseUser},
	{"POST", "/v1/erasures", "address.erase", "address", 200, (*attempt).eraseAddress},

	{"POST", "/v1/organizations", "organization.create", "organization", 201, (*attempt).createOrganization},
	{"GET", "/v1/organizations", "organization.list", "organization", 200, (*attempt).listOrganizations},
	{"GET", "/v1/organizations/:id", "organization.get", "organization", 200, (*attempt).getOrganization},
	{"PATCH", "/v1/organizations/:id", "organization.patch", "organization", 200, (*attempt).patchOrganization},
	{"DELETE", "/v1/organizations/:id", "organization.delete", "organization", 204, (*attempt).deleteOrganization},
	{"GET", "/v1/organizations/:id/deletion-blockers", "organization.blockers", "organization", 200, (*attempt).getBlockers},
	{"POST", "/v1/organizations/:id/attach", "organization.attach", "organization", 200, (*attempt).attach},
	{"POST", "/v1/organizations/:id/detach", "organization.detach", "organization", 200, (*attempt).detach},
	{"GET", "/v1/organizations/:id/tree", "organization.tree", "organization", 200, (*attempt).tree},
	{"PUT", "/v1/organizations/:id/subscription", "subscription.put", "organization", 200, (*attempt).putSubscription},
	{"GET", "/v1/organizations/:id/audit", "audit.list", "organization", 200, (*attempt).listAudit},
	{"GET", "/v1/organizations/:id/audit/verify", "audit.verify", "organization", 200, (*attempt).listAudit},
	{"GET", "/v1/organizations/:id/audit/review", "audit.review", "organization", 200, (*attempt).listAudit},
	{"GET", "/v1/organizations/:id/roster", "roster.list", "organization", 200, (*attempt).roster},

	{"GET", "/v1/organizations/:id/owners", "owner.list", "organization", 200, (*attempt).listOwners},
	{"PUT", "/v1/organizations/:id/owners/:user", "owner.put", "organization", 200, (*attempt).putOwner},
	{"DELETE", "/v1/organizations/:id/owners/:user", "owner.remove", "organization", 204, (*attempt).removeOwner},

	{"GET", "/v1/organizations/:id/administrators", "administrator.list", "organization", 200, (*attempt).listAdministrators},
	{"PUT", "/v1/organizations/:id/administrators/:user", "administrator.put", "organization", 200, (*attempt).putAdministrator},
	{"DELETE", "/v1/organizations/:id/administrators/:user", "administrator.remove", "organization", 204, (*attempt).removeAdministrator},
	{"POST", "/v1/organizations/:id/administrators/batch", "administrator.batch", "organization", 200, (*attempt).putAdministrators},

	{"POST", "/v1/organizations/:id/groups", "group.create", "group", 201, (*attempt).createGroup},
	{"GET", "/v1/organizations/:id/groups", "group.list", "organization", 200, (*attempt).listGroups},
	{"GET", "/v1/groups/:gid", "group.get", "group", 200, (*attempt).getGroup},
	{"PATCH", "/v1/groups/:gid", "group.rename", "group", 200, (*attempt).renameGroup},
	{"DELETE", "/v1/groups/:gid", "group.delete", "group", 204, (*attempt).deleteGroup},
	{"PUT", "/v1/groups/:gid/claims", "group.claims", "group", 200, (*attempt).setClaims},

	{"GET", "/v1/groups/:gid/owners", "group.owner.list", "group", 200, listMembers("owner")},
	{"PUT", "/v1/groups/:gid/owners/:user", "group.owner.put", "group", 200, putMember("owner")},
	{"DELETE", "/v1/groups/:gid/owners/:user", "group.owner.remove", "group", 204, removeMember("owner")},
	{"GET", "/v1/groups/:gid/members", "group.member.list", "group", 200, listMembers("member")},
	{"PUT", "/v1/groups/:gid/members/:user", "group.member.put", "group", 200, putMember("member")},
	{"DELETE", "/v1/groups/:gid/members/:user", "group.member.remove", "group", 204, removeMember("member")},

	{"GET", "/v1/organizations/:id/links", "link.list", "organization", 200, (*attempt).listLinksInto},
	{"PUT", "/v1/organizations/:id/links/:gid", "link.put", "organization", 200, (*attempt).putLink},
	{"DELETE", "/v1/organizations/:id/links/:gid", "link.remove", "organization", 204, (*attempt).removeLink},
	{"POST", "/v1/groups/:gid/links/batch", "link.batch", "group", 200, (*attempt).putLinks},
	{"GET", "/v1/groups/:gid/links", "group.link.list", "group", 200, (*attempt).listLinksOf},

	{"POST", "/v1/organizations/:id/tenant-groups", "tenant_group.create", "tenant_group", 201, (*attempt).createTeam},
	{"GET", "/v1/organizations/:id/tenant-groups", "tenant_group.list", "organization", 200, (*attempt).listTeams},
	{"GET", "/v1/tenant-groups/:tg", "tenant_group.get", "tenant_group", 200, (*attempt).getTeam},
	{"PATCH", "/v1/tenant-groups/:tg", "tenant_group.rename", "tenant_group", 200, (*attempt).renameTeam},
	{"DELETE", "/v1/tenant-groups/:tg", "tenant_group.delete", "tenant_group", 204, (*attempt).deleteTeam},
	{"GET", "/v1/tenant-groups/:tg/tenants", "tenant_group.tenant.list", "tenant_group", 200, (*attempt).listPlaces},
	{"PUT", "/v1/tenant-groups/:tg/tenants/:id", "tenant_group.tenant.put", "tenant_group", 200, (*attempt).putPlace},
	{"DELETE", "/v1/tenant-groups/:tg/tenants/:id", "tenant_group.tenant.remove", "tenant_group", 204, (*attempt).removePlace},
	{"GET", "/v1/tenant-groups/:tg/users", "tenant_group.user.list", "tenant_group", 200, (*attempt).listTeamUsers},
	{"PUT", "/v1/tenant-groups/:tg/users/:user", "tenant_group.user.put", "tenant_group", 200, (*attempt).putTeamUser},
	{"DELETE", "/v1/tenant-groups/:tg/users/:user", "tenant_group.user.remove", "tenant_group", 204, (*attempt).removeTeamUser},
	{"GET", "/v1/tenant-groups/:tg/links", "tenant_group.link.list", "tenant_group", 200, (*attempt).listTeamLinks},
	{"PUT", "/v1/tenant-groups/:tg/links/:gid", "tenant_group.link.put", "tenant_group", 200, (*attempt).putTeamLink},
	{"DELETE", "/v1/tenant-groups/:tg/links/:gid", "tenant_group.link.remove", "tenant_group", 204, (*attempt).removeTeamLink},

	{"POST", "/v1/groups/:gid/invitations", "invitation.create", "group", 201, (*attempt).invite},
	{"GET", "/v1/organizations/:id/invitations", "invitation.list", "organization", 200, (*attempt).listInvitations},
	{"POST", "/v1/invitations/:invitation/resend", "invitation.resend", "invitation", 200, (*attempt).resend},
	{"DELETE", "/v1/invitations/:invitation", "invitation.revoke", "invitation", 204, (*attempt).revoke},
	{"POST", "/v1/invitations/accept", "invitation.accept", "invitation", 200, (*attempt).accept},
	{"POST", "/v1/invitations/decline", "invitation.decline", "invitation", 200, (*attempt).decline},

	{"GET", "/v1/organizations/:id/resources", "resource.list", "organization", 200, (*attempt).listResources},
	{"PUT", "/v1/organizations/:id/resources/:type/:rid", "resource.put", "resource", 200, (*attempt).putResource},
	{"DELETE", "/v1/organizations/:id/resources/:type/:rid", "resource.remove", "resource", 204, (*attempt).removeResource},

	{"GET", "/v1/organizations/:id/access-keys", "access_key.list", "organization", 200, (*attempt).listKeys},
	{"POST", "/v1/organizations/:id/access-keys", "access_key.create", "access_key", 201, (*attempt).createKey},
	{"POST", "/v1/organizations/:id/access-keys/:key/rotate", "access_key.rotate", "access_key", 201, (*attempt).rotateKey},
	{"DELETE", "/v1/organizations/:id/access-keys/:key", "access_key.revoke", "access_key", 204, (*attempt).revokeKey},

	{"POST", "/v1/notifications/audience", "notification.audience", "", 200, (*attempt).audience},

	{"POST", "/v1/self/check", "self.check", "-", 200, (*attempt).selfCheck},
	{"POST", "/v1/check", "check", "-", 200, (*attempt).check},
	{"POST", "/v1/explain", "explain", "-", 200, (*attempt).check},
	{"POST", "/v1/lookup/resources", "lookup.resources", "-", 200, (*attempt).lookupResources},
	{"POST", "/v1/lookup/subjects", "lookup.subjects", "-", 200, (*attempt).lookupSubjects},
}

// paths are theirs, in parts.
var paths = func() (paths [][]string) {
	for _, op := range operations {
		paths = append(paths, strings.Split(op.path, "/"))
	}
	return paths
}()
