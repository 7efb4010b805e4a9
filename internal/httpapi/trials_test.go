package httpapi_test

import "github.com/tenantry/tenantry/internal/tenancy"

// The outcomes for everybody, in the order of actors: the platform, a console for nobody,
// alice (owner of the root), bob (owner of the sub-organization and of the group), gina
// (owner of the group alone), max (member of the group), sid (owner of another tree).
var (
	// listsOfS are for those who see its roster.
	listsOfS = [7]outcome{read, noActor, forbidden, read, hidden, forbidden, hidden}
	// ofOwners changes S; ofGroupViewers shows G.
	ofOwners       = [7]outcome{done, noActor, forbidden, done, hidden, forbidden, hidden}
	ofOwnersGone   = [7]outcome{gone, noActor, forbidden, gone, hidden, forbidden, hidden}
	ofOwnersNew    = [7]outcome{created, noActor, forbidden, created, hidden, forbidden, hidden}
	ofGroupViewers = [7]outcome{read, noActor, hidden, read, read, read, hidden}
	// ofManagers changes G as a group; ofGroupOwners changes who is in it.
	ofManagers        = [7]outcome{done, noActor, hidden, done, forbidden, forbidden, hidden}
	ofManagersGone    = [7]outcome{gone, noActor, hidden, gone, forbidden, forbidden, hidden}
	ofGroupOwners     = [7]outcome{done, noActor, hidden, done, done, forbidden, hidden}
	ofGroupOwnersGone = [7]outcome{gone, noActor, hidden, gone, gone, forbidden, hidden}
	// ofRootOwners changes R, or a tenant group of it.
	ofRootOwners     = [7]outcome{done, noActor, done, hidden, hidden, hidden, hidden}
	ofRootOwnersNew  = [7]outcome{created, noActor, created, hidden, hidden, hidden, hidden}
	ofRootOwnersGone = [7]outcome{gone, noActor, gone, hidden, hidden, hidden, hidden}
	ofRootOwnersRead = [7]outcome{read, noActor, read, hidden, hidden, hidden, hidden}
)

// mismatch is the answer to who has a token that is for another one.
var mismatch = refused(403, tenancy.CodeEmailMismatch)

// askForOthers is the refusal of questions that are not the caller's; they leave no event.
var askForOthers = outcome{403, tenancy.CodeForbidden, ""}

// ofMachines is asked by a machine or agent, with its key.
var ofMachines = [7]outcome{askForOthers, askForOthers, askForOthers, askForOthers, askForOthers, askForOthers, askForOthers}

// questions are answered to everybody who is known; ofNobody are about others than the user
// who asks.
var (
	questions = [7]outcome{read, read, read, read, read, read, read}
	ofNobody  = [7]outcome{read, read, askForOthers, askForOthers, askForOthers, askForOthers, askForOthers}
)

// notAsked is the refusal of what is no question; it leaves no event.
var notAsked = outcome{422, tenancy.CodeInvalid, ""}

// userDone is a change of a user, who belongs to no tree.
var userDone = outcome{200, "", "service"}

// trials have one entry for each operation.
var trials = map[string]trial{
	"user.put":      {"PUT", "/v1/users/{eve}", `{"name":"Eve"}`, [7]outcome{userDone, userDone, noActor, noActor, noActor, noActor, noActor}},
	"user.erase":    {"POST", "/v1/users/{eve}/erase", "", [7]outcome{userDone, noActor, noActor, noActor, noActor, noActor, noActor}},
	"address.erase": {"POST", "/v1/erasures", `{"email":"{max}@example.com"}`, [7]outcome{done, noActor, noActor, noActor, noActor, noActor, noActor}},
	"user.get":      {"GET", "/v1/users/{eve}", "", [7]outcome{read, read, absent, absent, absent, absent, absent}},

	"organization.create":   {"POST", "/v1/organizations", `{{founder}"parent_id":"{S}","name":"N"}`, ofOwnersNew},
	"organization.list":     {"GET", "/v1/organizations", "", [7]outcome{read, noActor, read, read, read, read, read}},
	"organization.get":      {"GET", "/v1/organizations/{S}", "", [7]outcome{read, noActor, read, read, hidden, read, hidden}},
	"organization.patch":    {"PATCH", "/v1/organizations/{S}", `{"name":"New"}`, ofOwners},
	"organization.delete":   {"DELETE", "/v1/organizations/{L}", "", [7]outcome{gone, noActor, hidden, gone, hidden, hidden, hidden}},
	"organization.blockers": {"GET", "/v1/organizations/{S}/deletion-blockers", "", [7]outcome{read, noActor, forbidden, read, hidden, forbidden, hidden}},
	"organization.attach":   {"POST", "/v1/organizations/{F}/attach", `{"parent_id":"{S}"}`, [7]outcome{done, noActor, hiddenThird, done, hiddenThird, hiddenThird, hiddenThird}},
	"organization.detach":   {"POST", "/v1/organizations/{M}/detach", `{}`, ofOwners},
	"organization.tree":     {"GET", "/v1/organizations/{S}/tree", "", [7]outcome{read, noActor, forbidden, read, hidden, read, hidden}},
	"subscription.put":      {"PUT", "/v1/organizations/{S}/subscription", `{"plan":"pro","status":"active"}`, [7]outcome{done, noActor, forbidden, forbidden, hidden, forbidden, hidden}},
	"audit.list":            {"GET", "/v1/organizations/{S}/audit", "", listsOfS},
	"audit.check":           {"POST", "/v1/organizations/{S}/audit/check", `{"subject":{"type":"user","id":"{bob}"},"permission":"own","resource":{"type":"organization","id":"{S}"},"at":"2020-01-02T03:04:05Z"}`, listsOfS},
	"audit.review":          {"GET", "/v1/organizations/{S}/audit/review", "", listsOfS},
	"audit.verify":          {"GET", "/v1/organizations/{S}/audit/verify", "", listsOfS},
	"roster.list":           {"GET", "/v1/organizations/{S}/roster", "", listsOfS},

	"owner.list":   {"GET", "/v1/organizations/{S}/owners", "", listsOfS},
	"owner.put":    {"PUT", "/v1/organizations/{S}/owners/{eve}", "", ofOwners},
	"owner.remove": {"DELETE", "/v1/organizations/{S}/owners/{olga}", "", ofOwnersGone},

	"administrator.list":   {"GET", "/v1/organizations/{R}/administrators", "", ofRootOwnersRead},
	"administrator.put":    {"PUT", "/v1/organizations/{R}/administrators/{eve}", `{"role":"help_desk"}`, ofRootOwners},
	"administrator.remove": {"DELETE", "/v1/organizations/{R}/administrators/{ada}", "", ofRootOwnersGone},
	"administrator.batch":  {"POST", "/v1/organizations/{R}/administrators/batch", `{"administrators":[{"user_id":"{eve}","role":"billing"}]}`, ofRootOwners},

	"group.create": {"POST", "/v1/organizations/{S}/groups", `{{founder}"name":"N","claims":["view_agents"]}`, ofOwnersNew},
	"group.list":   {"GET", "/v1/organizations/{S}/groups", "", listsOfS},
	"group.get":    {"GET", "/v1/groups/{G}", "", ofGroupViewers},
	"group.rename": {"PATCH", "/v1/groups/{G}", `{"name":"New"}`, ofManagers},
	"group.delete": {"DELETE", "/v1/groups/{G}", "", ofManagersGone},
	"group.claims": {"PUT", "/v1/groups/{G}/claims", `{"claims":["manage_agents"]}`, ofManagers},

	"group.owner.list":    {"GET", "/v1/groups/{G}/owners", "", ofGroupViewers},
	"group.owner.put":     {"PUT", "/v1/groups/{G}/owners/{eve}", "", ofGroupOwners},
	"group.owner.remove":  {"DELETE", "/v1/groups/{G}/owners/{gina}", "", ofGroupOwnersGone},
	"group.member.list":   {"GET", "/v1/groups/{G}/members", "", ofGroupViewers},
	"group.member.put":    {"PUT", "/v1/groups/{G}/members/{eve}", `{}`, ofGroupOwners},
	"group.member.remove": {"DELETE", "/v1/groups/{G}/members/{max}", "", ofGroupOwnersGone},

	"link.list":       {"GET", "/v1/organizations/{S}/links", "", listsOfS},
	"link.put":        {"PUT", "/v1/organizations/{L}/links/{G}", `{}`, [7]outcome{done, noActor, hidden, done, hidden, hidden, hidden}},
	"link.remove":     {"DELETE", "/v1/organizations/{M}/links/{G}", "", [7]outcome{gone, noActor, hidden, gone, gone, forbidden, hidden}},
	"link.batch":      {"POST", "/v1/groups/{G}/links/batch", `{"organization_ids":["{L}"]}`, [7]outcome{done, noActor, hidden, done, hidden, hidden, hidden}},
	"group.link.list": {"GET", "/v1/groups/{G}/links", "", ofGroupViewers},

	"tenant_group.create":        {"POST", "/v1/organizations/{R}/tenant-groups", `{"name":"N"}`, ofRootOwnersNew},
	"tenant_group.list":          {"GET", "/v1/organizations/{R}/tenant-groups", "", ofRootOwnersRead},
	"tenant_group.get":           {"GET", "/v1/tenant-groups/{T}", "", ofRootOwnersRead},
	"tenant_group.rename":        {"PATCH", "/v1/tenant-groups/{T}", `{"name":"New"}`, ofRootOwners},
	"tenant_group.delete":        {"DELETE", "/v1/tenant-groups/{TE}", "", ofRootOwnersGone},
	"tenant_group.tenant.list":   {"GET", "/v1/tenant-groups/{T}/tenants", "", ofRootOwnersRead},
	"tenant_group.tenant.put":    {"PUT", "/v1/tenant-groups/{T}/tenants/{L}", `{}`, [7]outcome{done, noActor, forbidden, hidden, hidden, hidden, hidden}},
	"tenant_group.tenant.remove": {"DELETE", "/v1/tenant-groups/{T}/tenants/{M}", "", [7]outcome{gone, noActor, gone, gone, hidden, hidden, hidden}},
	"tenant_group.link.list":     {"GET", "/v1/tenant-groups/{U}/links", "", ofRootOwnersRead},
	"tenant_group.link.put":      {"PUT", "/v1/tenant-groups/{T}/links/{G}", `{}`, [7]outcome{done, noActor, hidden, hidden, hidden, hidden, hidden}},
	"tenant_group.link.remove":   {"DELETE", "/v1/tenant-groups/{U}/links/{H}", "", [7]outcome{gone, noActor, gone, gone, gone, hidden, hidden}},
	"tenant_group.user.list":     {"GET", "/v1/tenant-groups/{T}/users", "", ofRootOwnersRead},
	"tenant_group.user.put":      {"PUT", "/v1/tenant-groups/{T}/users/{eve}", `{}`, ofRootOwners},
	"tenant_group.user.remove":   {"DELETE", "/v1/tenant-groups/{T}/users/{tom}", "", ofRootOwnersGone},

	"invitation.create": {"POST", "/v1/groups/{G}/invitations", `{"email":"new@example.com","role":"member"}`, [7]outcome{forbidden, noActor, hidden, created, forbidden, forbidden, hidden}},
	"invitation.list":   {"GET", "/v1/organizations/{S}/invitations", "", listsOfS},
	"invitation.resend": {"POST", "/v1/invitations/{I}/resend", "", [7]outcome{done, noActor, hidden, done, hidden, hidden, hidden}},
	"invitation.revoke": {"DELETE", "/v1/invitations/{I}", "", [7]outcome{gone, noActor, hidden, gone, hidden, hidden, hidden}},
	// For whom they are says the address; that the token is good is told to whoever has it.
	"invitation.accept":  {"POST", "/v1/invitations/accept", `{"token":"{IT}"}`, [7]outcome{noActor, noActor, mismatch, mismatch, mismatch, done, mismatch}},
	"invitation.decline": {"POST", "/v1/invitations/decline", `{"token":"{IT}"}`, [7]outcome{noActor, noActor, mismatch, mismatch, mismatch, done, mismatch}},

	"resource.list":   {"GET", "/v1/organizations/{S}/resources", "", [7]outcome{read, noActor, forbidden, read, hidden, read, hidden}},
	"resource.put":    {"PUT", "/v1/organizations/{S}/resources/machine/{new}", `{"name":"New"}`, ofOwners},
	"resource.remove": {"DELETE", "/v1/organizations/{S}/resources/machine/{pc}", "", ofOwnersGone},

	"access_key.list":   {"GET", "/v1/organizations/{S}/access-keys", "", listsOfS},
	"access_key.create": {"POST", "/v1/organizations/{S}/access-keys", `{"subject":{"type":"machine","id":"{pc}"},"name":"N"}`, ofOwnersNew},
	"access_key.rotate": {"POST", "/v1/organizations/{S}/access-keys/{K}/rotate", `{}`, ofOwnersNew},
	"access_key.revoke": {"DELETE", "/v1/organizations/{S}/access-keys/{K}", "", ofOwnersGone},

	"notification.audience": {"POST", "/v1/notifications/audience", `{"target":{"type":"organization","id":"{S}"}}`, listsOfS},

	"self.check":       {"POST", "/v1/self/check", `{"permission":"read","resource":{"type":"backup_config","id":"{nightly}"}}`, ofMachines},
	"self.check.batch": {"POST", "/v1/self/check/batch", `{"checks":[{"permission":"read","resource":{"type":"backup_config","id":"{nightly}"}}]}`, ofMachines},

	"check": {"POST", "/v1/check", `{"subject":{"type":"user","id":"{me}"},"permission":"access","resource":{"type":"organization","id":"{S}"}}`, questions},

	"check.batch":      {"POST", "/v1/check/batch", `{"checks":[{"subject":{"type":"user","id":"{me}"},"permission":"access","resource":{"type":"organization","id":"{S}"}}]}`, questions},
	"lookup.resources": {"POST", "/v1/lookup/resources", `{"subject":{"type":"user","id":"{me}"},"permission":"access","resource_type":"organization"}`, questions},
	"lookup.subjects":  {"POST", "/v1/lookup/subjects", `{"resource":{"type":"organization","id":"{S}"},"permission":"access","subject_type":"user"}`, ofNobody},

	"authzen.evaluation":      {"POST", "/access/v1/evaluation", `{"subject":{"type":"user","id":"{me}"},"action":{"name":"access"},"resource":{"type":"organization","id":"{S}"}}`, questions},
	"authzen.evaluations":     {"POST", "/access/v1/evaluations", `{"subject":{"type":"user","id":"{me}"},"action":{"name":"access"},"evaluations":[{"resource":{"type":"organization","id":"{S}"}}]}`, questions},
	"authzen.search.subject":  {"POST", "/access/v1/search/subject", `{"subject":{"type":"user"},"action":{"name":"access"},"resource":{"type":"organization","id":"{S}"}}`, ofNobody},
	"authzen.search.resource": {"POST", "/access/v1/search/resource", `{"subject":{"type":"user","id":"{me}"},"action":{"name":"access"},"resource":{"type":"organization"}}`, questions},
	"authzen.search.action":   {"POST", "/access/v1/search/action", `{"subject":{"type":"user","id":"{me}"},"resource":{"type":"organization","id":"{S}"}}`, questions},
	"explain":                 {"POST", "/v1/explain", `{"subject":{"type":"user","id":"{me}"},"permission":"access","resource":{"type":"organization","id":"{S}"}}`, questions},
}

// singles are further outcomes, by operation.
var singles = map[string][]single{
	"audit.check": {
		{"in the future", "bob", "POST", "/v1/organizations/{S}/audit/check", `{"subject":{"type":"user","id":"{bob}"},"permission":"own","resource":{"type":"organization","id":"{S}"},"at":"2999-01-02T03:04:05Z"}`, invalid},
		{"at no time", "bob", "POST", "/v1/organizations/{S}/audit/check", `{"subject":{"type":"user","id":"{bob}"},"permission":"own","resource":{"type":"organization","id":"{S}"},"at":"now"}`, invalid},
		{"no permission", "bob", "POST", "/v1/organizations/{S}/audit/check", `{"subject":{"type":"user","id":"{bob}"},"permission":"fly","resource":{"type":"organization","id":"{S}"},"at":"2020-01-02T03:04:05Z"}`, invalid},
	},
	"audit.review": {
		{"in the future", "bob", "GET", "/v1/organizations/{S}/audit/review?at=2999-01-02T03:04:05Z", "", invalid},
		{"at no time", "bob", "GET", "/v1/organizations/{S}/audit/review?at=now", "", invalid},
	},
	"user.erase": {
		{"nobody known", "platform", "POST", "/v1/users/{never}/erase", "", absent},
		{"himself", "bob", "POST", "/v1/users/{me}/erase", "", noActor},
	},
	"address.erase": {
		{"in another spelling", "platform", "POST", "/v1/erasures", `{"email":"{max}+x@EXAMPLE.com"}`, done},
		{"that is none", "platform", "POST", "/v1/erasures", `{"email":"x"}`, outcome{422, tenancy.CodeInvalid, "service"}},
	},
	"user.put": {
		{"as it is", "platform", "PUT", "/v1/users/{eve}", `{}`, unchanged},
		{"a new one", "console", "PUT", "/v1/users/{new}", `{}`, userDone},
		{"no address", "platform", "PUT", "/v1/users/{eve}", `{"email":"x"}`, outcome{422, tenancy.CodeInvalid, "service"}},
		{"no state", "platform", "PUT", "/v1/users/{eve}", `{"state":"x"}`, outcome{422, tenancy.CodeInvalid, "service"}},
		{"himself", "bob", "PUT", "/v1/users/{me}", `{}`, noActor},
	},
	"user.get": {
		{"himself", "bob", "GET", "/v1/users/{me}", "", read},
		{"no such user", "platform", "GET", "/v1/users/{neverwas}", "", absent},
	},
	"organization.create": {
		{"no parent, no current organization", "bob", "POST", "/v1/organizations", `{"name":"N"}`, outcome{400, tenancy.CodeCurrentOrganizationRequired, "service"}},
		{"no such parent", "bob", "POST", "/v1/organizations", `{"name":"N","parent_id":"{never}"}`, absent},
		{"a fourth level", "bob", "POST", "/v1/organizations", `{"name":"N","parent_id":"{L}"}`, refused(409, tenancy.CodeDepthExceeded)},
		{"a fourth level by the platform", "platform", "POST", "/v1/organizations", `{"name":"N","parent_id":"{L}","owner_id":"{bob}"}`, refused(409, tenancy.CodeDepthExceeded)},
		{"a used id", "bob", "POST", "/v1/organizations", `{"id":"{L}","name":"N","parent_id":"{S}"}`, refused(409, tenancy.CodeIDUsed)},
		{"an id used in another tree", "bob", "POST", "/v1/organizations", `{"id":"{BS}","name":"N","parent_id":"{S}"}`, refused(409, tenancy.CodeIDUsed)},
		{"another root's id", "platform", "POST", "/v1/organizations", `{"id":"{B}","name":"N","detached":true,"owner_id":"{eve}"}`, outcome{409, tenancy.CodeIDUsed, "other tree"}},
		{"a used id for a root", "platform", "POST", "/v1/organizations", `{"id":"{L}","name":"N","detached":true,"owner_id":"{eve}"}`, outcome{409, tenancy.CodeIDUsed, "service"}},
		{"detached below a parent", "platform", "POST", "/v1/organizations", `{"name":"N","detached":true,"parent_id":"{S}","owner_id":"{eve}"}`, outcome{422, tenancy.CodeInvalid, "service"}},
		{"detached from nowhere", "bob", "POST", "/v1/organizations", `{"name":"N","detached":true}`, outcome{400, tenancy.CodeCurrentOrganizationRequired, "service"}},
		{"no name", "bob", "POST", "/v1/organizations", `{"parent_id":"{S}"}`, invalid},
		{"delegated", "bob", "POST", "/v1/organizations", `{"name":"N","parent_id":"{S}","isolation":"delegated"}`, created},
		{"an isolation that there is not", "bob", "POST", "/v1/organizations", `{"name":"N","parent_id":"{S}","isolation":"x"}`, invalid},
		{"a delegated root", "platform", "POST", "/v1/organizations", `{"name":"N","detached":true,"owner_id":"{eve}","isolation":"delegated"}`, outcome{422, tenancy.CodeInvalid, "service"}},
		{"an owner named by a user", "bob", "POST", "/v1/organizations", `{"name":"N","parent_id":"{S}","owner_id":"{eve}"}`, invalid},
		{"no owner named by the platform", "platform", "POST", "/v1/organizations", `{"name":"N","parent_id":"{S}"}`, invalid},
		{"in a tenant group, by its administrator", "tess", "POST", "/v1/organizations", `{"name":"N","tenant_group_id":"{T}"}`, created},
		{"in a tenant group, below what he does not own", "tess", "POST", "/v1/organizations", `{"name":"N","tenant_group_id":"{T}","parent_id":"{M}"}`, forbidden},
		{"in a tenant group, by its user", "tom", "POST", "/v1/organizations", `{"name":"N","tenant_group_id":"{T}"}`, forbidden},
		{"in another tree's tenant group", "alice", "POST", "/v1/organizations", `{"name":"N","tenant_group_id":"{BT}"}`, outcome{404, tenancy.CodeNotFound, "other tree"}},
		{"in another tree's tenant group, by the platform", "platform", "POST", "/v1/organizations", `{"name":"N","tenant_group_id":"{BT}","parent_id":"{S}","owner_id":"{bob}"}`, outcome{409, tenancy.CodeNotDescendant, "other tree"}},
		{"detached in a tenant group", "platform", "POST", "/v1/organizations", `{"name":"N","detached":true,"tenant_group_id":"{T}","owner_id":"{eve}"}`, outcome{422, tenancy.CodeInvalid, "service"}},
		{"an unknown owner", "platform", "POST", "/v1/organizations", `{"name":"N","parent_id":"{S}","owner_id":"{neverwas}"}`, hidden},
		{"a deactivated owner", "platform", "POST", "/v1/organizations", `{"name":"N","parent_id":"{S}","owner_id":"{dan}"}`, hidden},
	},
	"organization.get": {
		{"no such organization", "platform", "GET", "/v1/organizations/{never}", "", absent},
		{"no such organization, for a user", "bob", "GET", "/v1/organizations/{never}", "", absent},
		{"by a link", "max", "GET", "/v1/organizations/{M}", "", read},
		{"not linked", "max", "GET", "/v1/organizations/{L}", "", hidden},
		{"above", "bob", "GET", "/v1/organizations/{R}", "", hidden},
	},
	"organization.patch": {
		{"as it is", "bob", "PATCH", "/v1/organizations/{S}", `{}`, unchanged},
		{"an empty name", "bob", "PATCH", "/v1/organizations/{S}", `{"name":" "}`, invalid},
		{"delegated by its owner", "bob", "PATCH", "/v1/organizations/{S}", `{"isolation":"delegated"}`, done},
		{"delegated by the root's owner", "alice", "PATCH", "/v1/organizations/{S}", `{"isolation":"delegated"}`, forbidden},
		{"an isolation that there is not", "bob", "PATCH", "/v1/organizations/{S}", `{"isolation":"x"}`, invalid},
		{"a root, delegated", "alice", "PATCH", "/v1/organizations/{R}", `{"isolation":"delegated"}`, invalid},
		{"a root, isolated as it is", "alice", "PATCH", "/v1/organizations/{R}", `{"isolation":"isolated"}`, unchanged},
		{"the state, by its owner", "bob", "PATCH", "/v1/organizations/{S}", `{"state":"suspended"}`, forbidden},
		{"a state that there is not", "platform", "PATCH", "/v1/organizations/{S}", `{"state":"asleep"}`, invalid},
		{"quiet nights", "bob", "PATCH", "/v1/organizations/{S}", `{"do_not_disturb":{"from":"22:00","to":"06:00","time_zone":"Europe/Berlin"}}`, done},
		{"no quiet nights, where none are", "bob", "PATCH", "/v1/organizations/{S}", `{"do_not_disturb":null}`, unchanged},
		{"a night without an end", "bob", "PATCH", "/v1/organizations/{S}", `{"do_not_disturb":{"from":"22:00","to":"22:00","time_zone":"Europe/Berlin"}}`, invalid},
		{"a night of nothing", "bob", "PATCH", "/v1/organizations/{S}", `{"do_not_disturb":{}}`, invalid},
		{"a night of something else", "bob", "PATCH", "/v1/organizations/{S}", `{"do_not_disturb":{"days":"all"}}`, outcome{400, tenancy.CodeMalformed, ""}},
		{"quiet nights, by the owner above", "alice", "PATCH", "/v1/organizations/{S}", `{"do_not_disturb":null}`, forbidden},
		{"suspended by the platform", "platform", "PATCH", "/v1/organizations/{S}", `{"state":"suspended"}`, done},
	},
	"notification.audience": {
		{"of what is not", "platform", "POST", "/v1/notifications/audience", `{"target":{"type":"organization","id":"{never}"}}`, absent},
		{"a group, by its owner", "gina", "POST", "/v1/notifications/audience", `{"target":{"type":"group","id":"{G}"}}`, read},
		{"a group, by a stranger", "sid", "POST", "/v1/notifications/audience", `{"target":{"type":"group","id":"{G}"}}`, hidden},
		{"another tree's group", "bob", "POST", "/v1/notifications/audience", `{"target":{"type":"group","id":"{BG}"}}`, outcome{404, tenancy.CodeNotFound, "other tree"}},
		{"a role", "bob", "POST", "/v1/notifications/audience", `{"target":{"type":"role","id":"owner","organization_id":"{S}"}}`, read},
		{"a role of another tree", "bob", "POST", "/v1/notifications/audience", `{"target":{"type":"role","id":"owner","organization_id":"{B}"}}`, outcome{404, tenancy.CodeNotFound, "other tree"}},
		{"a role of nothing", "bob", "POST", "/v1/notifications/audience", `{"target":{"type":"role","id":"owner"}}`, outcome{422, tenancy.CodeInvalid, "service"}},
		{"a role that there is not", "bob", "POST", "/v1/notifications/audience", `{"target":{"type":"role","id":"king","organization_id":"{S}"}}`, invalid},
		{"himself", "eve", "POST", "/v1/notifications/audience", `{"target":{"type":"user","id":"{me}"}}`, read},
		{"another one", "bob", "POST", "/v1/notifications/audience", `{"target":{"type":"user","id":"{max}"}}`, absent},
		{"one of his", "bob", "POST", "/v1/notifications/audience", `{"target":{"type":"user","id":"{max}","organization_id":"{S}"}}`, read},
		{"one of others", "bob", "POST", "/v1/notifications/audience", `{"target":{"type":"user","id":"{sid}","organization_id":"{S}"}}`, hidden},
		{"nobody", "bob", "POST", "/v1/notifications/audience", `{"target":{"type":"user","id":"{neverwas}","organization_id":"{S}"}}`, hidden},
		{"a target that there is not", "bob", "POST", "/v1/notifications/audience", `{"target":{"type":"planet","id":"{S}"}}`, outcome{422, tenancy.CodeInvalid, "service"}},
		{"at no time", "bob", "POST", "/v1/notifications/audience", `{"target":{"type":"organization","id":"{S}"},"at":"soon"}`, invalid},
		{"a field more", "bob", "POST", "/v1/notifications/audience", `{"target":{"type":"organization","id":"{S}","user_id":"{max}"}}`, outcome{400, tenancy.CodeMalformed, ""}},
	},
	"organization.delete": {
		{"what has children", "platform", "DELETE", "/v1/organizations/{S}", "", refused(409, tenancy.CodeDeletionBlocked)},
		{"what has a subscription", "platform", "DELETE", "/v1/organizations/{R}", "", refused(409, tenancy.CodeDeletionBlocked)},
		{"the organization that he operates from", "bob", "DELETE", "/v1/organizations/{S}", "", refused(409, tenancy.CodeCurrentOrganization)},
		{"no such organization", "bob", "DELETE", "/v1/organizations/{never}", "", absent},
	},
	"organization.attach": {
		{"without a parent", "bob", "POST", "/v1/organizations/{F}/attach", `{}`, outcome{422, tenancy.CodeInvalid, "third tree"}},
		{"to another tree's organization", "bob", "POST", "/v1/organizations/{F}/attach", `{"parent_id":"{B}"}`, outcome{404, tenancy.CodeNotFound, "third tree"}},
		{"too deep", "bob", "POST", "/v1/organizations/{F}/attach", `{"parent_id":"{L}"}`, outcome{409, tenancy.CodeDepthExceeded, "third tree"}},
		{"within a tree", "bob", "POST", "/v1/organizations/{M}/attach", `{"parent_id":"{S}"}`, refused(409, tenancy.CodeSameTree)},
		{"what is no root", "platform", "POST", "/v1/organizations/{BS}/attach", `{"parent_id":"{S}"}`, outcome{422, tenancy.CodeInvalid, "other tree"}},
		{"what pays for itself", "platform", "POST", "/v1/organizations/{B}/attach", `{"parent_id":"{R}"}`, outcome{409, tenancy.CodeSubscriptionActive, "other tree"}},
	},
	"organization.detach": {
		{"a root", "platform", "POST", "/v1/organizations/{R}/detach", "", invalid},
	},
	"subscription.put": {
		{"no plan", "platform", "PUT", "/v1/organizations/{S}/subscription", `{"plan":"gold","status":"active"}`, invalid},
		{"as it is", "platform", "PUT", "/v1/organizations/{R}/subscription", `{"plan":"enterprise","status":"active"}`, unchanged},
		{"links lose their licence", "platform", "PUT", "/v1/organizations/{R}/subscription", `{"plan":"free","status":"active"}`, done},
	},
	"roster.list": {
		{"no state", "bob", "GET", "/v1/organizations/{S}/roster?state=x", "", invalid},
		{"no way", "bob", "GET", "/v1/organizations/{S}/roster?via=x", "", invalid},
		{"no format", "bob", "GET", "/v1/organizations/{S}/roster?format=xml", "", outcome{400, tenancy.CodeMalformed, ""}},
		{"a page of the whole", "bob", "GET", "/v1/organizations/{S}/roster?format=csv&limit=1", "", outcome{400, tenancy.CodeMalformed, ""}},
		{"the whole, to a stranger", "sid", "GET", "/v1/organizations/{S}/roster?format=csv", "", hidden},
		{"the whole, with nothing in it", "max", "GET", "/v1/organizations/{S}/roster?format=csv&q=nobody", "", forbidden},
	},
	"owner.put": {
		{"as it is", "bob", "PUT", "/v1/organizations/{S}/owners/{olga}", "", unchanged},
		{"an unknown user", "bob", "PUT", "/v1/organizations/{S}/owners/{neverwas}", "", hidden},
		{"a deactivated user", "bob", "PUT", "/v1/organizations/{S}/owners/{dan}", "", hidden},
	},
	"owner.remove": {
		{"the last one", "bob", "DELETE", "/v1/organizations/{L}/owners/{bob}", "", refused(409, tenancy.CodeLastOwner)},
		{"the last one by the platform", "platform", "DELETE", "/v1/organizations/{L}/owners/{bob}", "", refused(409, tenancy.CodeLastOwner)},
		{"the last active one", "alice", "DELETE", "/v1/organizations/{R}/owners/{alice}", "", refused(409, tenancy.CodeLastOwner)},
		{"an inactive one", "alice", "DELETE", "/v1/organizations/{R}/owners/{dan}", "", gone},
		{"himself", "bob", "DELETE", "/v1/organizations/{S}/owners/{bob}", "", gone},
		{"no owner", "bob", "DELETE", "/v1/organizations/{S}/owners/{eve}", "", hidden},
	},
	"administrator.list": {
		{"by roles", "alice", "GET", "/v1/organizations/{R}/administrators?q=ada&role=help_desk&subaccount_role=billing", "", read},
		{"by no role", "alice", "GET", "/v1/organizations/{R}/administrators?role=x", "", invalid},
		{"by no subaccount role", "alice", "GET", "/v1/organizations/{R}/administrators?subaccount_role=x", "", invalid},
		{"to who sees the roster", "ada", "GET", "/v1/organizations/{R}/administrators", "", read},
		{"of what is no account", "bob", "GET", "/v1/organizations/{S}/administrators", "", invalid},
	},
	"administrator.put": {
		{"as it is", "alice", "PUT", "/v1/organizations/{R}/administrators/{ada}", `{"role":"help_desk","subaccount_role":"billing","subaccounts":["{S}"]}`, unchanged},
		{"another reach", "alice", "PUT", "/v1/organizations/{R}/administrators/{ada}", `{"role":"help_desk","subaccount_role":"billing","subaccounts":{"except":["{S}"]}}`, done},
		{"an owner", "alice", "PUT", "/v1/organizations/{R}/administrators/{eve}", `{"role":"owner","subaccount_role":"owner","subaccounts":"all"}`, done},
		{"an owner of less", "alice", "PUT", "/v1/organizations/{R}/administrators/{eve}", `{"role":"owner","subaccount_role":"billing"}`, refused(422, tenancy.CodeOwnerSubaccountRole)},
		{"an owner of a list", "alice", "PUT", "/v1/organizations/{R}/administrators/{eve}", `{"role":"owner","subaccounts":["{S}"]}`, refused(422, tenancy.CodeOwnerSubaccountRole)},
		{"an owner of the root", "alice", "PUT", "/v1/organizations/{R}/administrators/{alice}", `{"role":"help_desk"}`, refused(422, tenancy.CodeOwnerSubaccountRole)},
		{"no role", "alice", "PUT", "/v1/organizations/{R}/administrators/{eve}", `{}`, invalid},
		{"a role that there is not", "alice", "PUT", "/v1/organizations/{R}/administrators/{eve}", `{"role":"king"}`, invalid},
		{"a subaccount role that there is not", "alice", "PUT", "/v1/organizations/{R}/administrators/{eve}", `{"role":"billing","subaccount_role":"king"}`, invalid},
		{"no reach", "alice", "PUT", "/v1/organizations/{R}/administrators/{eve}", `{"role":"billing","subaccounts":"some"}`, invalid},
		{"a list by its name", "alice", "PUT", "/v1/organizations/{R}/administrators/{eve}", `{"role":"billing","subaccounts":"list"}`, invalid},
		{"an empty exception", "alice", "PUT", "/v1/organizations/{R}/administrators/{eve}", `{"role":"billing","subaccounts":{}}`, invalid},
		{"a number for a reach", "alice", "PUT", "/v1/organizations/{R}/administrators/{eve}", `{"role":"billing","subaccounts":7}`, outcome{400, tenancy.CodeMalformed, ""}},
		{"another field in the exception", "alice", "PUT", "/v1/organizations/{R}/administrators/{eve}", `{"role":"billing","subaccounts":{"all":true}}`, outcome{400, tenancy.CodeMalformed, ""}},
		{"the root among the subaccounts", "alice", "PUT", "/v1/organizations/{R}/administrators/{eve}", `{"role":"billing","subaccounts":["{R}"]}`, invalid},
		{"another tree's subaccount", "alice", "PUT", "/v1/organizations/{R}/administrators/{eve}", `{"role":"billing","subaccounts":["{S}","{BS}"]}`, invalid},
		{"an unknown subaccount", "alice", "PUT", "/v1/organizations/{R}/administrators/{eve}", `{"role":"billing","subaccounts":{"except":["{never}"]}}`, invalid},
		{"an unknown user", "alice", "PUT", "/v1/organizations/{R}/administrators/{neverwas}", `{"role":"billing"}`, hidden},
		{"a deactivated user", "alice", "PUT", "/v1/organizations/{R}/administrators/{dan}", `{"role":"billing"}`, hidden},
		{"by an administrator", "ada", "PUT", "/v1/organizations/{R}/administrators/{ada}", `{"role":"owner"}`, forbidden},
		{"of what is no account", "bob", "PUT", "/v1/organizations/{S}/administrators/{eve}", `{"role":"billing"}`, invalid},
	},
	"administrator.remove": {
		{"no administrator", "alice", "DELETE", "/v1/organizations/{R}/administrators/{eve}", "", hidden},
		{"the owner of the root", "alice", "DELETE", "/v1/organizations/{R}/administrators/{alice}", "", hidden},
		{"by himself", "ada", "DELETE", "/v1/organizations/{R}/administrators/{ada}", "", forbidden},
		{"of what is no account", "bob", "DELETE", "/v1/organizations/{S}/administrators/{ada}", "", hidden},
	},
	"administrator.batch": {
		{"as they are", "alice", "POST", "/v1/organizations/{R}/administrators/batch", `{"administrators":[{"user_id":"{ada}","role":"help_desk","subaccount_role":"billing","subaccounts":["{S}"]}]}`, unchanged},
		{"of nobody", "alice", "POST", "/v1/organizations/{R}/administrators/batch", `{"administrators":[]}`, unchanged},
		{"of nothing", "alice", "POST", "/v1/organizations/{R}/administrators/batch", `{}`, invalid},
		{"one bad among good ones", "alice", "POST", "/v1/organizations/{R}/administrators/batch", `{"administrators":[{"user_id":"{eve}","role":"billing"},{"user_id":"{ada}","role":"king"}]}`, invalid},
		{"one unknown among good ones", "alice", "POST", "/v1/organizations/{R}/administrators/batch", `{"administrators":[{"user_id":"{eve}","role":"billing"},{"user_id":"{neverwas}","role":"billing"}]}`, hidden},
		{"one owner of less among good ones", "alice", "POST", "/v1/organizations/{R}/administrators/batch", `{"administrators":[{"user_id":"{eve}","role":"billing"},{"user_id":"{ada}","role":"owner","subaccount_role":"billing"}]}`, refused(422, tenancy.CodeOwnerSubaccountRole)},
		{"one twice", "alice", "POST", "/v1/organizations/{R}/administrators/batch", `{"administrators":[{"user_id":"{eve}","role":"billing"},{"user_id":"{eve}","role":"billing"}]}`, invalid},
		{"by an administrator", "ada", "POST", "/v1/organizations/{R}/administrators/batch", `{"administrators":[]}`, forbidden},
		{"of what is no account", "bob", "POST", "/v1/organizations/{S}/administrators/batch", `{"administrators":[]}`, invalid},
	},
	"group.create": {
		{"no claim", "bob", "POST", "/v1/organizations/{S}/groups", `{"name":"N","claims":["fly"]}`, invalid},
		{"a used id", "bob", "POST", "/v1/organizations/{S}/groups", `{"id":"{G}","name":"N"}`, refused(409, tenancy.CodeIDUsed)},
		{"an organization's id", "bob", "POST", "/v1/organizations/{S}/groups", `{"id":"{S}","name":"N"}`, created},
	},
	"group.rename": {
		{"as it is", "bob", "PATCH", "/v1/groups/{G}", `{"name":"G"}`, unchanged},
		{"nothing", "bob", "PATCH", "/v1/groups/{G}", `{}`, unchanged},
		{"an empty name", "bob", "PATCH", "/v1/groups/{G}", `{"name":" "}`, invalid},
		{"no such group", "bob", "PATCH", "/v1/groups/{never}", `{"name":"N"}`, absent},
	},
	"group.claims": {
		{"as it is", "bob", "PUT", "/v1/groups/{G}/claims", `{"claims":["view_agents","view_agents"]}`, unchanged},
		{"no claim", "bob", "PUT", "/v1/groups/{G}/claims", `{"claims":["fly"]}`, invalid},
		{"none", "bob", "PUT", "/v1/groups/{G}/claims", `{}`, done},
	},
	"group.owner.put": {
		{"as it is", "gina", "PUT", "/v1/groups/{G}/owners/{bob}", "", unchanged},
		{"a deactivated user", "gina", "PUT", "/v1/groups/{G}/owners/{dan}", "", hidden},
		{"himself, owning the home", "bob", "PUT", "/v1/groups/{H}/owners/{me}", "", done},
		{"somebody else, owning the home", "bob", "PUT", "/v1/groups/{H}/owners/{eve}", "", forbidden},
		{"himself, as a member", "max", "PUT", "/v1/groups/{G}/owners/{me}", "", forbidden},
	},
	"group.owner.remove": {
		{"the last one", "gina", "DELETE", "/v1/groups/{H}/owners/{gina}", "", refused(409, tenancy.CodeLastOwner)},
		{"himself", "gina", "DELETE", "/v1/groups/{G}/owners/{me}", "", gone},
		{"no owner", "gina", "DELETE", "/v1/groups/{G}/owners/{max}", "", hidden},
	},
	"group.member.put": {
		{"as it is", "gina", "PUT", "/v1/groups/{G}/members/{max}", "", unchanged},
		{"with an end", "gina", "PUT", "/v1/groups/{G}/members/{max}", `{"expires_at":"2100-01-01T00:00:00Z"}`, done},
		{"past", "gina", "PUT", "/v1/groups/{G}/members/{eve}", `{"expires_at":"2020-01-01T00:00:00Z"}`, invalid},
		{"himself", "gina", "PUT", "/v1/groups/{G}/members/{me}", "", done},
		{"himself, owning the home only", "bob", "PUT", "/v1/groups/{H}/members/{me}", "", forbidden},
		{"an unknown user", "gina", "PUT", "/v1/groups/{G}/members/{neverwas}", "", hidden},
	},
	"group.member.remove": {
		{"no member", "gina", "DELETE", "/v1/groups/{G}/members/{eve}", "", hidden},
		{"himself", "max", "DELETE", "/v1/groups/{G}/members/{me}", "", forbidden},
	},
	"link.put": {
		{"as it is", "bob", "PUT", "/v1/organizations/{M}/links/{G}", "", unchanged},
		{"altered", "bob", "PUT", "/v1/organizations/{M}/links/{G}", `{"scope":"subtree","claims":["view_agents"],"expires_at":"2100-01-01T00:00:00Z"}`, done},
		{"narrowed to nothing", "bob", "PUT", "/v1/organizations/{M}/links/{G}", `{"claims":[]}`, done},
		{"all below its home", "bob", "PUT", "/v1/organizations/{S}/links/{G}", `{"scope":"subtree"}`, done},
		{"all below another's", "bob", "PUT", "/v1/organizations/{S}/links/{H}", `{"scope":"subtree"}`, forbidden},
		{"a claim that the group lacks", "bob", "PUT", "/v1/organizations/{L}/links/{G}", `{"claims":["view_gateways"]}`, invalid},
		{"no claim", "bob", "PUT", "/v1/organizations/{L}/links/{G}", `{"claims":["fly"]}`, invalid},
		{"no scope", "bob", "PUT", "/v1/organizations/{L}/links/{G}", `{"scope":"tree"}`, invalid},
		{"past", "bob", "PUT", "/v1/organizations/{L}/links/{G}", `{"expires_at":"2020-01-01T00:00:00Z"}`, invalid},
		{"no time", "bob", "PUT", "/v1/organizations/{L}/links/{G}", `{"expires_at":"tomorrow"}`, invalid},
		{"to its home", "bob", "PUT", "/v1/organizations/{S}/links/{G}", "", refused(409, tenancy.CodeNotDescendant)},
		{"upward", "platform", "PUT", "/v1/organizations/{R}/links/{G}", "", refused(409, tenancy.CodeNotDescendant)},
		{"to another tree", "platform", "PUT", "/v1/organizations/{BS}/links/{G}", "", outcome{409, tenancy.CodeNotDescendant, "other tree"}},
		{"a group of others", "bob", "PUT", "/v1/organizations/{L}/links/{H}", "", forbidden},
		{"no such group", "bob", "PUT", "/v1/organizations/{L}/links/{never}", "", hidden},
	},
	"link.batch": {
		{"all below", "bob", "POST", "/v1/groups/{G}/links/batch", `{"descendants_of":"{S}"}`, done},
		{"nothing below", "bob", "POST", "/v1/groups/{G}/links/batch", `{"descendants_of":"{L}"}`, unchanged},
		{"as it is", "bob", "POST", "/v1/groups/{G}/links/batch", `{"organization_ids":["{M}"]}`, unchanged},
		{"none", "bob", "POST", "/v1/groups/{G}/links/batch", `{"organization_ids":[]}`, unchanged},
		{"one of another tree", "bob", "POST", "/v1/groups/{G}/links/batch", `{"organization_ids":["{L}","{BS}"]}`, hidden},
		{"one of another tree by the platform", "platform", "POST", "/v1/groups/{G}/links/batch", `{"organization_ids":["{L}","{BS}"]}`, refused(409, tenancy.CodeNotDescendant)},
		{"its home among them", "bob", "POST", "/v1/groups/{G}/links/batch", `{"organization_ids":["{L}","{S}"]}`, refused(409, tenancy.CodeNotDescendant)},
		{"both forms", "bob", "POST", "/v1/groups/{G}/links/batch", `{"organization_ids":["{L}"],"descendants_of":"{S}"}`, invalid},
		{"neither form", "bob", "POST", "/v1/groups/{G}/links/batch", `{}`, invalid},
		{"past", "bob", "POST", "/v1/groups/{G}/links/batch", `{"organization_ids":["{L}"],"expires_at":"2020-01-01T00:00:00Z"}`, invalid},
	},
	"link.remove": {
		{"no link", "bob", "DELETE", "/v1/organizations/{L}/links/{G}", "", hidden},
		{"no such group", "bob", "DELETE", "/v1/organizations/{L}/links/{never}", "", hidden},
		{"no such organization", "bob", "DELETE", "/v1/organizations/{never}/links/{G}", "", absent},
	},
	"tenant_group.create": {
		{"a subgroup by a group administrator", "tess", "POST", "/v1/organizations/{R}/tenant-groups", `{"name":"N","parent_id":"{T}"}`, created},
		{"by a group administrator", "tess", "POST", "/v1/organizations/{R}/tenant-groups", `{"name":"N"}`, forbidden},
		{"a subgroup by a group user", "tom", "POST", "/v1/organizations/{R}/tenant-groups", `{"name":"N","parent_id":"{T}"}`, hidden},
		{"no name", "alice", "POST", "/v1/organizations/{R}/tenant-groups", `{}`, invalid},
		{"a used id", "alice", "POST", "/v1/organizations/{R}/tenant-groups", `{"id":"{BT}","name":"N"}`, refused(409, tenancy.CodeIDUsed)},
		{"a strange id", "alice", "POST", "/v1/organizations/{R}/tenant-groups", `{"id":"a:b","name":"N"}`, invalid},
		{"below another tree's", "alice", "POST", "/v1/organizations/{R}/tenant-groups", `{"name":"N","parent_id":"{BT}"}`, hidden},
		{"in a sub-organization", "bob", "POST", "/v1/organizations/{S}/tenant-groups", `{"name":"N"}`, invalid},
	},
	"tenant_group.list": {
		{"a group administrator", "tess", "GET", "/v1/organizations/{R}/tenant-groups", "", read},
		{"a group user", "tom", "GET", "/v1/organizations/{R}/tenant-groups", "", hidden},
		{"of a sub-organization", "bob", "GET", "/v1/organizations/{S}/tenant-groups", "", read},
	},
	"tenant_group.get": {
		{"a group user", "tom", "GET", "/v1/tenant-groups/{TE}", "", read},
	},
	"tenant_group.rename": {
		{"a group administrator", "tess", "PATCH", "/v1/tenant-groups/{TE}", `{"name":"New"}`, done},
		{"a group user", "tom", "PATCH", "/v1/tenant-groups/{T}", `{"name":"New"}`, forbidden},
		{"as it is", "alice", "PATCH", "/v1/tenant-groups/{T}", `{"name":"T"}`, unchanged},
		{"an empty name", "alice", "PATCH", "/v1/tenant-groups/{T}", `{"name":" "}`, invalid},
	},
	"tenant_group.delete": {
		{"a subgroup by a group administrator", "tess", "DELETE", "/v1/tenant-groups/{TE}", "", gone},
		{"his own by a group administrator", "tess", "DELETE", "/v1/tenant-groups/{T}", "", forbidden},
		{"a group user", "tom", "DELETE", "/v1/tenant-groups/{TE}", "", forbidden},
		{"with something in it", "alice", "DELETE", "/v1/tenant-groups/{T}", "", refused(409, tenancy.CodeDeletionBlocked)},
	},
	"tenant_group.tenant.put": {
		{"as it is", "platform", "PUT", "/v1/tenant-groups/{T}/tenants/{M}", "", unchanged},
		{"the root", "alice", "PUT", "/v1/tenant-groups/{T}/tenants/{R}", "", done},
		{"a user of it, by a group administrator", "tess", "PUT", "/v1/tenant-groups/{TE}/tenants/{M}", "", forbidden},
		{"another tree's", "alice", "PUT", "/v1/tenant-groups/{T}/tenants/{B}", "", hidden},
		{"another tree's, by the platform", "platform", "PUT", "/v1/tenant-groups/{T}/tenants/{B}", "", refused(409, tenancy.CodeNotDescendant)},
	},
	"tenant_group.tenant.remove": {
		{"a group administrator", "tess", "DELETE", "/v1/tenant-groups/{T}/tenants/{M}", "", gone},
		{"a group user", "tom", "DELETE", "/v1/tenant-groups/{T}/tenants/{M}", "", forbidden},
		{"what is not in it", "bob", "DELETE", "/v1/tenant-groups/{T}/tenants/{L}", "", hidden},
	},
	"tenant_group.link.list": {
		{"a group administrator", "tess", "GET", "/v1/tenant-groups/{T}/links", "", read},
		{"a group user", "tom", "GET", "/v1/tenant-groups/{T}/links", "", forbidden},
	},
	"tenant_group.link.put": {
		{"as it is", "platform", "PUT", "/v1/tenant-groups/{U}/links/{H}", "", unchanged},
		{"altered", "platform", "PUT", "/v1/tenant-groups/{U}/links/{H}", `{"claims":[],"expires_at":"2100-01-01T00:00:00Z"}`, done},
		{"a group that he does not see", "tess", "PUT", "/v1/tenant-groups/{T}/links/{G}", "", hidden},
		{"a claim that the group lacks", "platform", "PUT", "/v1/tenant-groups/{T}/links/{G}", `{"claims":["view_gateways"]}`, invalid},
		{"past", "platform", "PUT", "/v1/tenant-groups/{T}/links/{G}", `{"expires_at":"2020-01-01T00:00:00Z"}`, invalid},
		{"another tree's group", "platform", "PUT", "/v1/tenant-groups/{T}/links/{BG}", "", refused(409, tenancy.CodeNotDescendant)},
		{"no such group", "platform", "PUT", "/v1/tenant-groups/{T}/links/{never}", "", hidden},
	},
	"tenant_group.link.remove": {
		{"no link", "alice", "DELETE", "/v1/tenant-groups/{T}/links/{H}", "", hidden},
		{"no such tenant group", "alice", "DELETE", "/v1/tenant-groups/{never}/links/{H}", "", absent},
	},
	"tenant_group.user.put": {
		{"a group administrator", "tess", "PUT", "/v1/tenant-groups/{T}/users/{eve}", `{"group_administrator":true}`, done},
		{"what he does not have", "tess", "PUT", "/v1/tenant-groups/{T}/users/{eve}", `{"all_tenant_permissions":true}`, forbidden},
		{"a module that he does not have", "tess", "PUT", "/v1/tenant-groups/{T}/users/{eve}", `{"modules":["invoicing"]}`, forbidden},
		{"a group user", "tom", "PUT", "/v1/tenant-groups/{T}/users/{eve}", `{}`, forbidden},
		{"everything, by an owner of the root", "alice", "PUT", "/v1/tenant-groups/{T}/users/{tom}", `{"group_administrator":true,"all_tenant_permissions":true,"modules":["invoicing","payroll"]}`, done},
		{"as it is", "alice", "PUT", "/v1/tenant-groups/{T}/users/{tom}", "", unchanged},
		{"what is no module", "alice", "PUT", "/v1/tenant-groups/{T}/users/{tom}", `{"modules":["a b"]}`, invalid},
		{"an unknown user", "alice", "PUT", "/v1/tenant-groups/{T}/users/{neverwas}", `{}`, hidden},
		{"a deactivated user", "alice", "PUT", "/v1/tenant-groups/{T}/users/{dan}", `{}`, hidden},
	},
	"tenant_group.user.remove": {
		{"a group administrator", "tess", "DELETE", "/v1/tenant-groups/{T}/users/{tom}", "", gone},
		{"a group user", "tom", "DELETE", "/v1/tenant-groups/{T}/users/{me}", "", forbidden},
		{"nobody there", "alice", "DELETE", "/v1/tenant-groups/{T}/users/{eve}", "", hidden},
		{"below his place", "alice", "DELETE", "/v1/tenant-groups/{TE}/users/{tom}", "", refused(409, tenancy.CodeManagedElsewhere)},
	},
	"invitation.create": {
		{"as an owner", "bob", "POST", "/v1/groups/{G}/invitations", `{"email":"new@example.com","role":"owner"}`, created},
		{"no address", "bob", "POST", "/v1/groups/{G}/invitations", `{"email":"new","role":"member"}`, invalid},
		{"no role", "bob", "POST", "/v1/groups/{G}/invitations", `{"email":"new@example.com"}`, invalid},
		{"another spelling of who is invited", "bob", "POST", "/v1/groups/{G}/invitations", `{"email":"{max}+x@EXAMPLE.com","role":"member"}`, refused(409, tenancy.CodeDuplicateInvitation)},
		{"who is invited in another role", "bob", "POST", "/v1/groups/{G}/invitations", `{"email":"{max}@example.com","role":"member"}`, refused(409, tenancy.CodeDuplicateInvitation)},
		{"a group of others, owning its home", "bob", "POST", "/v1/groups/{H}/invitations", `{"email":"new@example.com","role":"member"}`, forbidden},
		{"no such group", "bob", "POST", "/v1/groups/{never}/invitations", `{"email":"new@example.com","role":"member"}`, absent},
	},
	"invitation.list": {
		{"pending ones", "bob", "GET", "/v1/organizations/{S}/invitations?state=pending", "", read},
		{"of no state", "bob", "GET", "/v1/organizations/{S}/invitations?state=lost", "", invalid},
	},
	"invitation.resend": {
		{"an owner of the home, not of the group", "olga", "POST", "/v1/invitations/{I}/resend", "", forbidden},
		{"no such invitation", "bob", "POST", "/v1/invitations/{never}/resend", "", absent},
	},
	"invitation.revoke": {
		{"an owner of the home, not of the group", "olga", "DELETE", "/v1/invitations/{I}", "", forbidden},
		{"no such invitation", "bob", "DELETE", "/v1/invitations/{never}", "", absent},
	},
	"invitation.accept": {
		{"no such token", "max", "POST", "/v1/invitations/accept", `{"token":"{never}"}`, absent},
		{"no token", "max", "POST", "/v1/invitations/accept", `{}`, absent},
		{"the id for the token", "max", "POST", "/v1/invitations/accept", `{"token":"{I}"}`, absent},
	},
	"invitation.decline": {
		{"no such token", "max", "POST", "/v1/invitations/decline", `{"token":"{never}"}`, absent},
	},
	"resource.list": {
		{"of a type that he views", "max", "GET", "/v1/organizations/{S}/resources?type=agent", "", read},
		{"of a type that he does not view", "max", "GET", "/v1/organizations/{S}/resources?type=machine", "", forbidden},
		{"of no type", "bob", "GET", "/v1/organizations/{S}/resources?type=house", "", invalid},
	},
	"resource.put": {
		{"as it is", "bob", "PUT", "/v1/organizations/{S}/resources/machine/{pc}", `{"name":"PC"}`, unchanged},
		{"renamed", "bob", "PUT", "/v1/organizations/{S}/resources/machine/{pc}", `{"name":"New"}`, done},
		{"assigned to nobody any more", "bob", "PUT", "/v1/organizations/{S}/resources/backup_config/{nightly}", `{"name":"Nightly"}`, done},
		{"assigned to nobody known", "bob", "PUT", "/v1/organizations/{S}/resources/backup_config/{nightly}", `{"name":"N","assigned_to":[{"type":"machine","id":"{never}"}]}`, hidden},
		{"assigned to another tree's", "bob", "PUT", "/v1/organizations/{S}/resources/backup_config/{nightly}", `{"name":"N","assigned_to":[{"type":"machine","id":"{far}"}]}`, hidden},
		{"assigned to a person", "bob", "PUT", "/v1/organizations/{S}/resources/backup_config/{nightly}", `{"name":"N","assigned_to":[{"type":"user","id":"{bob}"}]}`, invalid},
		{"of no type", "bob", "PUT", "/v1/organizations/{S}/resources/machines/{new}", `{"name":"N"}`, invalid},
		{"no name", "bob", "PUT", "/v1/organizations/{S}/resources/machine/{new}", `{}`, invalid},
		{"another tree's id", "bob", "PUT", "/v1/organizations/{S}/resources/machine/{far}", `{"name":"N"}`, refused(409, tenancy.CodeIDUsed)},
		{"another tree's id, by the platform", "platform", "PUT", "/v1/organizations/{S}/resources/machine/{far}", `{"name":"N"}`, refused(409, tenancy.CodeIDUsed)},
	},
	"resource.remove": {
		{"no such machine", "bob", "DELETE", "/v1/organizations/{S}/resources/machine/{never}", "", hidden},
		{"another tree's", "bob", "DELETE", "/v1/organizations/{S}/resources/machine/{far}", "", hidden},
		{"of no type", "bob", "DELETE", "/v1/organizations/{S}/resources/house/{pc}", "", invalid},
	},
	"access_key.create": {
		{"with an end", "bob", "POST", "/v1/organizations/{S}/access-keys", `{"subject":{"type":"machine","id":"{pc}"},"name":"N","expires_at":"2999-01-02T03:04:05+01:00"}`, created},
		{"that is past", "bob", "POST", "/v1/organizations/{S}/access-keys", `{"subject":{"type":"machine","id":"{pc}"},"name":"N","expires_at":"2020-01-02T03:04:05Z"}`, invalid},
		{"an end that is no time", "bob", "POST", "/v1/organizations/{S}/access-keys", `{"subject":{"type":"machine","id":"{pc}"},"name":"N","expires_at":"soon"}`, invalid},
		{"to nobody known", "bob", "POST", "/v1/organizations/{S}/access-keys", `{"subject":{"type":"machine","id":"{never}"},"name":"N"}`, hidden},
		{"to another tree's", "bob", "POST", "/v1/organizations/{S}/access-keys", `{"subject":{"type":"machine","id":"{far}"},"name":"N"}`, hidden},
		{"to a user", "bob", "POST", "/v1/organizations/{S}/access-keys", `{"subject":{"type":"user","id":"{bob}"},"name":"N"}`, invalid},
		{"no name", "bob", "POST", "/v1/organizations/{S}/access-keys", `{"subject":{"type":"machine","id":"{pc}"}}`, invalid},
	},
	"access_key.rotate": {
		{"with an overlap", "bob", "POST", "/v1/organizations/{S}/access-keys/{K}/rotate", `{"overlap":"1h"}`, created},
		{"without a body", "bob", "POST", "/v1/organizations/{S}/access-keys/{K}/rotate", ``, created},
		{"an overlap that is none", "bob", "POST", "/v1/organizations/{S}/access-keys/{K}/rotate", `{"overlap":"1 hour"}`, invalid},
		{"no such key", "bob", "POST", "/v1/organizations/{S}/access-keys/{never}/rotate", `{}`, hidden},
		{"another tree's", "bob", "POST", "/v1/organizations/{S}/access-keys/{BK}/rotate", `{}`, hidden},
	},
	"access_key.revoke": {
		{"no such key", "bob", "DELETE", "/v1/organizations/{S}/access-keys/{never}", "", hidden},
		{"another tree's", "bob", "DELETE", "/v1/organizations/{S}/access-keys/{BK}", "", hidden},
	},
	"self.check": {
		{"the machine", "machine", "POST", "/v1/self/check", `{"permission":"read","resource":{"type":"backup_config","id":"{nightly}"}}`, read},
		{"what is not there", "machine", "POST", "/v1/self/check", `{"permission":"read","resource":{"type":"backup_config","id":"{never}"}}`, read},
		{"what people hold", "machine", "POST", "/v1/self/check", `{"permission":"view","resource":{"type":"backup_config","id":"{nightly}"}}`, outcome{422, tenancy.CodeInvalid, ""}},
		{"another type", "machine", "POST", "/v1/self/check", `{"permission":"access","resource":{"type":"organization","id":"{S}"}}`, outcome{422, tenancy.CodeInvalid, ""}},
	},
	"self.check.batch": {
		{"the machine", "machine", "POST", "/v1/self/check/batch", `{"checks":[]}`, read},
	},
	"check": {
		{"about another", "bob", "POST", "/v1/check", `{"subject":{"type":"user","id":"{max}"},"permission":"access","resource":{"type":"organization","id":"{S}"}}`, outcome{403, tenancy.CodeForbidden, ""}},
		{"no such resource", "platform", "POST", "/v1/check", `{"subject":{"type":"user","id":"{max}"},"permission":"access","resource":{"type":"organization","id":"{never}"}}`, read},
		{"no such permission", "platform", "POST", "/v1/check", `{"subject":{"type":"user","id":"{max}"},"permission":"fly","resource":{"type":"organization","id":"{S}"}}`, outcome{422, tenancy.CodeInvalid, ""}},
		{"no such type", "platform", "POST", "/v1/check", `{"subject":{"type":"group","id":"{G}"},"permission":"view","resource":{"type":"house","id":"{S}"}}`, outcome{422, tenancy.CodeInvalid, ""}},
		{"everybody", "platform", "POST", "/v1/check", `{"subject":{"type":"user","id":"*"},"permission":"access","resource":{"type":"organization","id":"{S}"}}`, outcome{422, tenancy.CodeInvalid, ""}},
		{"everything", "platform", "POST", "/v1/check", `{"subject":{"type":"user","id":"{max}"},"permission":"access","resource":{"type":"organization","id":"*"}}`, outcome{422, tenancy.CodeInvalid, ""}},
	},
	"explain": {
		{"about another", "bob", "POST", "/v1/explain", `{"subject":{"type":"user","id":"{max}"},"permission":"access","resource":{"type":"organization","id":"{S}"}}`, outcome{403, tenancy.CodeForbidden, ""}},
		{"no such resource", "platform", "POST", "/v1/explain", `{"subject":{"type":"user","id":"{max}"},"permission":"access","resource":{"type":"organization","id":"{never}"}}`, read},
		{"no such permission", "platform", "POST", "/v1/explain", `{"subject":{"type":"user","id":"{max}"},"permission":"fly","resource":{"type":"organization","id":"{S}"}}`, outcome{422, tenancy.CodeInvalid, ""}},
		{"no such type", "platform", "POST", "/v1/explain", `{"subject":{"type":"group","id":"{G}"},"permission":"view","resource":{"type":"house","id":"{S}"}}`, outcome{422, tenancy.CodeInvalid, ""}},
		{"everybody", "platform", "POST", "/v1/explain", `{"subject":{"type":"user","id":"*"},"permission":"access","resource":{"type":"organization","id":"{S}"}}`, outcome{422, tenancy.CodeInvalid, ""}},
		{"everything", "platform", "POST", "/v1/explain", `{"subject":{"type":"user","id":"{max}"},"permission":"access","resource":{"type":"organization","id":"*"}}`, outcome{422, tenancy.CodeInvalid, ""}},
	},
	"check.batch": {
		{"none", "platform", "POST", "/v1/check/batch", `{"checks":[]}`, read},
		{"about another", "bob", "POST", "/v1/check/batch", `{"checks":[{"subject":{"type":"user","id":"{max}"},"permission":"access","resource":{"type":"organization","id":"{S}"}}]}`, read},
	},
	"lookup.resources": {
		{"about another", "bob", "POST", "/v1/lookup/resources", `{"subject":{"type":"user","id":"{max}"},"permission":"access","resource_type":"organization"}`, askForOthers},
		{"about a machine", "console", "POST", "/v1/lookup/resources", `{"subject":{"type":"machine","id":"{pc}"},"permission":"read","resource_type":"backup_config"}`, read},
		{"no such permission", "platform", "POST", "/v1/lookup/resources", `{"subject":{"type":"user","id":"{max}"},"permission":"fly","resource_type":"organization"}`, notAsked},
		{"no such type", "platform", "POST", "/v1/lookup/resources", `{"subject":{"type":"user","id":"{max}"},"permission":"access","resource_type":"house"}`, notAsked},
		{"everybody", "platform", "POST", "/v1/lookup/resources", `{"subject":{"type":"user","id":"*"},"permission":"access","resource_type":"organization"}`, notAsked},
		{"every tree", "platform", "POST", "/v1/lookup/resources", `{"subject":{"type":"user","id":"{max}"},"permission":"access","resource_type":"organization","root_id":"*"}`, notAsked},
		{"a page too long", "platform", "POST", "/v1/lookup/resources", `{"subject":{"type":"user","id":"{max}"},"permission":"access","resource_type":"organization","limit":501}`, outcome{400, tenancy.CodeMalformed, ""}},
		{"a broken state", "platform", "POST", "/v1/lookup/resources", `{"subject":{"type":"user","id":"{max}"},"permission":"access","resource_type":"organization","at_least":"x"}`, outcome{400, tenancy.CodeMalformed, ""}},
	},
	"lookup.subjects": {
		{"about himself", "bob", "POST", "/v1/lookup/subjects", `{"resource":{"type":"organization","id":"{S}"},"permission":"own","subject_type":"user"}`, askForOthers},
		{"no such resource", "platform", "POST", "/v1/lookup/subjects", `{"resource":{"type":"organization","id":"{never}"},"permission":"own","subject_type":"user"}`, read},
		{"no such permission", "platform", "POST", "/v1/lookup/subjects", `{"resource":{"type":"organization","id":"{S}"},"permission":"fly","subject_type":"user"}`, notAsked},
		{"no such type", "platform", "POST", "/v1/lookup/subjects", `{"resource":{"type":"organization","id":"{S}"},"permission":"own","subject_type":"group"}`, notAsked},
		{"everything", "platform", "POST", "/v1/lookup/subjects", `{"resource":{"type":"organization","id":"*"},"permission":"own","subject_type":"user"}`, notAsked},
	},
	"authzen.evaluation": {
		{"about another", "bob", "POST", "/access/v1/evaluation", `{"subject":{"type":"user","id":"{max}"},"action":{"name":"access"},"resource":{"type":"organization","id":"{S}"}}`, askForOthers},
		{"about another, of no type", "bob", "POST", "/access/v1/evaluation", `{"subject":{"type":"ship","id":"{max}"},"action":{"name":"access"},"resource":{"type":"organization","id":"{S}"}}`, askForOthers},
		{"no such type", "platform", "POST", "/access/v1/evaluation", `{"subject":{"type":"user","id":"{max}"},"action":{"name":"access"},"resource":{"type":"house","id":"{S}"}}`, read},
	},
	"authzen.evaluations": {
		{"about another", "bob", "POST", "/access/v1/evaluations", `{"subject":{"type":"user","id":"{max}"},"action":{"name":"access"},"evaluations":[{"resource":{"type":"organization","id":"{S}"}}]}`, read},
	},
	"authzen.search.resource": {
		{"about another", "bob", "POST", "/access/v1/search/resource", `{"subject":{"type":"user","id":"{max}"},"action":{"name":"access"},"resource":{"type":"organization"}}`, askForOthers},
	},
	"authzen.search.action": {
		{"about another", "bob", "POST", "/access/v1/search/action", `{"subject":{"type":"user","id":"{max}"},"resource":{"type":"organization","id":"{S}"}}`, askForOthers},
		{"about another, of no type", "bob", "POST", "/access/v1/search/action", `{"subject":{"type":"user","id":"{max}"},"resource":{"type":"house","id":"{S}"}}`, askForOthers},
	},
}
