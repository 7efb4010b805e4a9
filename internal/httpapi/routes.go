package httpapi

import (
	"github.com/tenantry/tenantry/internal/httpapi/authzen"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Questions are POSTs because they do not fit a query; they change nothing.
const (
	operationCheck          = "check"
	operationExplain        = "explain"
	operationCheckBatch     = "check.batch"
	operationResources      = "lookup.resources"
	operationSubjects       = "lookup.subjects"
	operationEvaluation     = "authzen.evaluation"
	operationEvaluations    = "authzen.evaluations"
	operationSearchSubject  = "authzen.search.subject"
	operationSearchResource = "authzen.search.resource"
	operationSearchAction   = "authzen.search.action"
	operationAuditCheck     = "audit.check"
	operationSelfCheck      = "self.check"
	operationSelfCheckBatch = "self.check.batch"
	operationAudience       = "notification.audience"
)

// operationNone is the operation of requests that reach none.
const operationNone = "none"

// paging are the parameters of every list.
var paging = []string{"limit", "cursor"}

// routes is the whole API. What is not here does not exist.
var routes = []Route{
	{Method: "GET", Path: "/healthz", Operation: "healthz", Public: true, handle: healthz},
	{Method: "GET", Path: "/readyz", Operation: "readyz", Public: true, handle: readyz},
	{Method: "GET", Path: "/openapi.json", Operation: "openapi", Public: true, handle: getDocument},
	{Method: "GET", Path: "/docs", Operation: "docs", Public: true, handle: getDocs},

	{Method: "PUT", Path: "/v1/users/{id}", Operation: "user.put", handle: putUser},
	{Method: "GET", Path: "/v1/users/{id}", Operation: "user.get", handle: getUser},
	{Method: "POST", Path: "/v1/users/{id}/erase", Operation: "user.erase", handle: eraseUser},
	{Method: "POST", Path: "/v1/erasures", Operation: "address.erase", handle: eraseAddress},

	{Method: "POST", Path: "/v1/organizations", Operation: "organization.create", handle: createOrganization},
	{Method: "GET", Path: "/v1/organizations", Operation: "organization.list", Query: append([]string{"q", "root_id", "parent_id"}, paging...), handle: listOrganizations},
	{Method: "GET", Path: "/v1/organizations/{id}", Operation: "organization.get", handle: getOrganization},
	{Method: "PATCH", Path: "/v1/organizations/{id}", Operation: "organization.patch", handle: patchOrganization},
	{Method: "DELETE", Path: "/v1/organizations/{id}", Operation: "organization.delete", handle: deleteOrganization},
	{Method: "GET", Path: "/v1/organizations/{id}/deletion-blockers", Operation: "organization.blockers", handle: getDeletionBlockers},
	{Method: "POST", Path: "/v1/organizations/{id}/attach", Operation: "organization.attach", handle: attachOrganization},
	{Method: "POST", Path: "/v1/organizations/{id}/detach", Operation: "organization.detach", handle: detachOrganization},
	{Method: "GET", Path: "/v1/organizations/{id}/tree", Operation: "organization.tree", handle: getTree},
	{Method: "PUT", Path: "/v1/organizations/{id}/subscription", Operation: "subscription.put", handle: putSubscription},
	{Method: "GET", Path: "/v1/organizations/{id}/audit", Operation: "audit.list", Query: append([]string{"after", "action", "actor"}, paging...), handle: listAudit},
	{Method: "GET", Path: "/v1/organizations/{id}/audit/verify", Operation: "audit.verify", handle: verifyAudit},
	{Method: "POST", Path: "/v1/organizations/{id}/audit/check", Operation: operationAuditCheck, handle: checkAt},
	{Method: "GET", Path: "/v1/organizations/{id}/audit/review", Operation: "audit.review", Query: append([]string{"at", "format"}, paging...), handle: getReview},
	{Method: "GET", Path: "/v1/organizations/{id}/roster", Operation: "roster.list", Query: append([]string{"q", "state", "via", "format"}, paging...), handle: getRoster},

	{Method: "GET", Path: "/v1/organizations/{id}/owners", Operation: "owner.list", Query: paging, handle: listOwners},
	{Method: "PUT", Path: "/v1/organizations/{id}/owners/{user}", Operation: "owner.put", handle: putOwner},
	{Method: "DELETE", Path: "/v1/organizations/{id}/owners/{user}", Operation: "owner.remove", handle: removeOwner},

	{Method: "GET", Path: "/v1/organizations/{id}/administrators", Operation: "administrator.list", Query: append([]string{"q", "role", "subaccount_role"}, paging...), handle: listAdministrators},
	{Method: "PUT", Path: "/v1/organizations/{id}/administrators/{user}", Operation: "administrator.put", handle: putAdministrator},
	{Method: "DELETE", Path: "/v1/organizations/{id}/administrators/{user}", Operation: "administrator.remove", handle: removeAdministrator},
	{Method: "POST", Path: "/v1/organizations/{id}/administrators/batch", Operation: "administrator.batch", handle: putAdministrators},

	{Method: "POST", Path: "/v1/organizations/{id}/groups", Operation: "group.create", handle: createGroup},
	{Method: "GET", Path: "/v1/organizations/{id}/groups", Operation: "group.list", Query: paging, handle: listGroups},
	{Method: "GET", Path: "/v1/groups/{gid}", Operation: "group.get", handle: getGroup},
	{Method: "PATCH", Path: "/v1/groups/{gid}", Operation: "group.rename", handle: patchGroup},
	{Method: "DELETE", Path: "/v1/groups/{gid}", Operation: "group.delete", handle: deleteGroup},
	{Method: "PUT", Path: "/v1/groups/{gid}/claims", Operation: "group.claims", handle: putClaims},

	{Method: "GET", Path: "/v1/groups/{gid}/owners", Operation: "group.owner.list", Query: paging, handle: listMemberships(tenancy.GroupOwner)},
	{Method: "PUT", Path: "/v1/groups/{gid}/owners/{user}", Operation: "group.owner.put", handle: putMembership(tenancy.GroupOwner)},
	{Method: "DELETE", Path: "/v1/groups/{gid}/owners/{user}", Operation: "group.owner.remove", handle: removeMembership(tenancy.GroupOwner)},
	{Method: "GET", Path: "/v1/groups/{gid}/members", Operation: "group.member.list", Query: paging, handle: listMemberships(tenancy.GroupMember)},
	{Method: "PUT", Path: "/v1/groups/{gid}/members/{user}", Operation: "group.member.put", handle: putMembership(tenancy.GroupMember)},
	{Method: "DELETE", Path: "/v1/groups/{gid}/members/{user}", Operation: "group.member.remove", handle: removeMembership(tenancy.GroupMember)},

	{Method: "GET", Path: "/v1/organizations/{id}/links", Operation: "link.list", Query: paging, handle: listLinksInto},
	{Method: "PUT", Path: "/v1/organizations/{id}/links/{gid}", Operation: "link.put", handle: putLink},
	{Method: "DELETE", Path: "/v1/organizations/{id}/links/{gid}", Operation: "link.remove", handle: removeLink},
	{Method: "POST", Path: "/v1/groups/{gid}/links/batch", Operation: "link.batch", handle: putLinks},
	{Method: "GET", Path: "/v1/groups/{gid}/links", Operation: "group.link.list", Query: paging, handle: listLinksOf},

	{Method: "POST", Path: "/v1/organizations/{id}/tenant-groups", Operation: "tenant_group.create", handle: createTenantGroup},
	{Method: "GET", Path: "/v1/organizations/{id}/tenant-groups", Operation: "tenant_group.list", Query: paging, handle: listTenantGroups},
	{Method: "GET", Path: "/v1/tenant-groups/{tg}", Operation: "tenant_group.get", handle: getTenantGroup},
	{Method: "PATCH", Path: "/v1/tenant-groups/{tg}", Operation: "tenant_group.rename", handle: patchTenantGroup},
	{Method: "DELETE", Path: "/v1/tenant-groups/{tg}", Operation: "tenant_group.delete", handle: deleteTenantGroup},
	{Method: "GET", Path: "/v1/tenant-groups/{tg}/tenants", Operation: "tenant_group.tenant.list", Query: paging, handle: listTenantGroupPlaces},
	{Method: "PUT", Path: "/v1/tenant-groups/{tg}/tenants/{id}", Operation: "tenant_group.tenant.put", handle: putTenantGroupPlace},
	{Method: "DELETE", Path: "/v1/tenant-groups/{tg}/tenants/{id}", Operation: "tenant_group.tenant.remove", handle: removeTenantGroupPlace},
	{Method: "GET", Path: "/v1/tenant-groups/{tg}/users", Operation: "tenant_group.user.list", Query: paging, handle: listTenantGroupUsers},
	{Method: "PUT", Path: "/v1/tenant-groups/{tg}/users/{user}", Operation: "tenant_group.user.put", handle: putTenantGroupUser},
	{Method: "DELETE", Path: "/v1/tenant-groups/{tg}/users/{user}", Operation: "tenant_group.user.remove", handle: removeTenantGroupUser},
	{Method: "GET", Path: "/v1/tenant-groups/{tg}/links", Operation: "tenant_group.link.list", Query: paging, handle: listTenantGroupLinks},
	{Method: "PUT", Path: "/v1/tenant-groups/{tg}/links/{gid}", Operation: "tenant_group.link.put", handle: putTenantGroupLink},
	{Method: "DELETE", Path: "/v1/tenant-groups/{tg}/links/{gid}", Operation: "tenant_group.link.remove", handle: removeTenantGroupLink},

	{Method: "POST", Path: "/v1/groups/{gid}/invitations", Operation: "invitation.create", handle: invite},
	{Method: "GET", Path: "/v1/organizations/{id}/invitations", Operation: "invitation.list", Query: append([]string{"state"}, paging...), handle: listInvitations},
	{Method: "POST", Path: "/v1/invitations/{id}/resend", Operation: "invitation.resend", handle: resendInvitation},
	{Method: "DELETE", Path: "/v1/invitations/{id}", Operation: "invitation.revoke", handle: revokeInvitation},
	{Method: "POST", Path: "/v1/invitations/accept", Operation: "invitation.accept", handle: answerInvitation((*tenancy.Service).AcceptInvitation)},
	{Method: "POST", Path: "/v1/invitations/decline", Operation: "invitation.decline", handle: answerInvitation((*tenancy.Service).DeclineInvitation)},

	{Method: "GET", Path: "/v1/organizations/{id}/resources", Operation: "resource.list", Query: append([]string{"type"}, paging...), handle: listResources},
	{Method: "PUT", Path: "/v1/organizations/{id}/resources/{type}/{rid}", Operation: "resource.put", handle: putResource},
	{Method: "DELETE", Path: "/v1/organizations/{id}/resources/{type}/{rid}", Operation: "resource.remove", handle: removeResource},

	{Method: "GET", Path: "/v1/organizations/{id}/access-keys", Operation: "access_key.list", Query: paging, handle: listAccessKeys},
	{Method: "POST", Path: "/v1/organizations/{id}/access-keys", Operation: "access_key.create", handle: createAccessKey},
	{Method: "POST", Path: "/v1/organizations/{id}/access-keys/{key}/rotate", Operation: "access_key.rotate", handle: rotateAccessKey},
	{Method: "DELETE", Path: "/v1/organizations/{id}/access-keys/{key}", Operation: "access_key.revoke", handle: revokeAccessKey},

	{Method: "POST", Path: "/v1/notifications/audience", Operation: operationAudience, handle: getAudience},

	{Method: "POST", Path: "/v1/self/check", Operation: operationSelfCheck, handle: selfCheck},
	{Method: "POST", Path: "/v1/self/check/batch", Operation: operationSelfCheckBatch, handle: selfCheckBatch},
	{Method: "POST", Path: "/v1/check", Operation: operationCheck, handle: check},
	{Method: "POST", Path: "/v1/explain", Operation: operationExplain, handle: explain},
	{Method: "POST", Path: "/v1/check/batch", Operation: operationCheckBatch, handle: checkBatch},
	{Method: "POST", Path: "/v1/lookup/resources", Operation: operationResources, handle: lookupResources},
	{Method: "POST", Path: "/v1/lookup/subjects", Operation: operationSubjects, handle: lookupSubjects},

	{Method: "GET", Path: authzen.PathConfiguration, Operation: "authzen.configuration", Public: true, handle: authzenConfiguration},
	{Method: "POST", Path: authzen.PathEvaluation, Operation: operationEvaluation, handle: authzenEvaluation},
	{Method: "POST", Path: authzen.PathEvaluations, Operation: operationEvaluations, handle: authzenEvaluations},
	{Method: "POST", Path: authzen.PathSearchSubjects, Operation: operationSearchSubject, handle: authzenSearch("subject", authzen.PDP.Subjects)},
	{Method: "POST", Path: authzen.PathSearchResources, Operation: operationSearchResource, handle: authzenSearch("resource", authzen.PDP.Resources)},
	{Method: "POST", Path: authzen.PathSearchActions, Operation: operationSearchAction, handle: authzenSearchActions},
}
