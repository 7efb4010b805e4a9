package httpapi

import (
	"strconv"

	"github.com/tenantry/tenantry/internal/httpapi/authzen"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// description is what callers are told of an operation, beside what its route says.
type description struct {
	summary string // what it does, in a few words
	words   string // rules and limits that the rest does not tell; "" for none
	body    any    // a value of the type that is decoded, nil for none
	maybe   bool   // the body may be left out
	created bool   // it answers 201
	answer  any    // a value of the type that is encoded, nil for none
	codes   []tenancy.Code
}

// emptyInput is the body of an operation that is told everything by its path.
type emptyInput struct{}

// descriptions have one entry for each operation. Codes are those that an operation has
// beside the ones of all its kind (see codesOf).
var descriptions = map[string]description{
	"healthz":       {summary: "Does the process live?", answer: health{}},
	"readyz":        {summary: "Do the record and the engine answer?", words: "503 names what is missing.", answer: health{}},
	"openapi":       {summary: "This description"},
	"docs":          {summary: "This description, for people"},
	"user.put":      {summary: "Make a user known, or change what is known", words: "For the platform and consoles. What is left out is reset to its default. Only the platform deactivates.", body: userInput{}, answer: userObject{}, codes: []tenancy.Code{tenancy.CodeLastOwner}},
	"user.get":      {summary: "Show a user", answer: userObject{}},
	"user.erase":    {summary: "Forget who a user is", words: "For the platform. The name, the e-mail address and, in all trails, the network addresses are erased; the user stays, deactivated, under the id, and so does what was done under it. What was sent to the address is erased by POST /v1/erasures, before.", body: emptyInput{}, maybe: true, answer: userObject{}},
	"address.erase": {summary: "Forget an e-mail address that was invited", words: "For the platform. It is erased from all invitations, in all its spellings; those that are pending are revoked.", body: erasureInput{}, answer: erasureObject{}},

	"access_key.list":   {summary: "List the access keys of an organization", words: "Without their secrets.", answer: list[accessKeyObject]{}},
	"access_key.create": {summary: "Give a machine or agent an access key", words: "The secret is in this answer and nowhere else, also not in the answer to a repeat.", body: accessKeyInput{}, created: true, answer: accessKeyObject{}, codes: []tenancy.Code{tenancy.CodeIDUsed}},
	"access_key.rotate": {summary: "Replace an access key by a new one", words: "The old one lives on for the overlap.", body: rotationInput{}, maybe: true, created: true, answer: accessKeyObject{}},
	"access_key.revoke": {summary: "Revoke an access key", words: "It is refused on its next call."},

	"organization.create": {
		summary: "Create an organization",
		words:   "Below a parent whose owner the caller is, under Enterprise; or detached, as the root of a tree of its own. A user becomes its owner; the platform names one in owner_id.",
		body:    organizationInput{}, created: true, answer: organizationObject{},
		codes: []tenancy.Code{tenancy.CodeCurrentOrganizationRequired, tenancy.CodeLicenseRequired, tenancy.CodeIDUsed, tenancy.CodeDepthExceeded, tenancy.CodeDomainTaken, tenancy.CodeNotDescendant},
	},
	"organization.list":     {summary: "List the organizations to which the caller has access", answer: list[organizationView]{}},
	"organization.get":      {summary: "Show an organization", words: "Who only owns an organization above sees that it exists, and no more.", answer: organizationViews{}},
	"organization.patch":    {summary: "Change an organization", words: "The state is the platform's. The e-mail domain can't be changed.", body: organizationPatch{}, answer: organizationObject{}, codes: []tenancy.Code{tenancy.CodeImmutable}},
	"organization.delete":   {summary: "Delete an organization", words: "The caller operates from another one. Refused with all that blocks it.", codes: []tenancy.Code{tenancy.CodeCurrentOrganizationRequired, tenancy.CodeCurrentOrganization, tenancy.CodeDeletionBlocked}},
	"organization.blockers": {summary: "List what keeps an organization from being deleted", answer: blockersObject{}},
	"organization.attach": {
		summary: "Place a root organization, with all below it, below one of another tree",
		words:   "The caller owns both. The answer lists what ended by it, and which subtree links cover the moved ones now.",
		body:    attachInput{}, answer: moveObject{},
		codes: []tenancy.Code{tenancy.CodeLicenseRequired, tenancy.CodeSameTree, tenancy.CodeDepthExceeded, tenancy.CodeSubscriptionActive, tenancy.CodeDomainTaken, tenancy.CodeIDUsed},
	},
	"organization.detach": {summary: "Make an organization, with all below it, a tree of its own", words: "The answer lists what ended by it.", body: emptyInput{}, maybe: true, answer: moveObject{}},
	"organization.tree":   {summary: "Show an organization and all below it", answer: nodeObject{}},
	"subscription.put":    {summary: "Set the subscription of an organization", words: "For the platform. The licence of a tree is its root's active plan.", body: subscriptionObject{}, answer: subscriptionObject{}},
	"audit.list":          {summary: "Read the audit trail of an organization", words: "A root's holds the events of its whole tree. To follow a trail that grows, ask for what is after the last seq.", answer: list[eventObject]{}},
	"audit.verify":        {summary: "Verify the audit trail of an organization's tree", words: "Its events are a chain of hashes: the answer names the first that does not fit.", answer: verificationObject{}},
	"audit.check":         {summary: "Could a subject do something at an instant?", words: "Answered from the trail, about the organization and what belonged to it then, as far as it was in the tree that it is in now.", body: pastCheckInput{}, answer: pastDecision{}},
	"audit.review":        {summary: "List who could do what in an organization at an instant, and by which ways", words: "From the trail, as audit/check; names and addresses are today's. The ways are those of the roster of then; as in it, the owners of groups are there also without any permission, but who was invited is not. As CSV it is the whole review, without pages.", answer: list[reviewObject]{}},
	"roster.list":         {summary: "List who has, or is invited to have, access to an organization", words: "Each with every way that grants it. As CSV it is the whole roster, without pages.", answer: list[rosterObject]{}},

	"owner.list":   {summary: "List the owners of an organization", answer: list[holderObject]{}},
	"owner.put":    {summary: "Make a user an owner of an organization", body: emptyInput{}, maybe: true, answer: holderObject{}},
	"owner.remove": {summary: "End a user's ownership of an organization", words: "The last active owner stays.", codes: []tenancy.Code{tenancy.CodeLastOwner, tenancy.CodeManagedElsewhere}},

	"administrator.list":   {summary: "List the administrators of an account", words: "An account is a root organization. Its owners own it without being administrators.", answer: list[administratorObject]{}},
	"administrator.put":    {summary: "Give a user roles in an account and in its subaccounts, or change them", words: "By owners of the root. The subaccount role is the same as the role if it is left out, and all subaccounts are reached. An owner is an owner of all of them.", body: administratorInput{}, answer: administratorObject{}, codes: []tenancy.Code{tenancy.CodeOwnerSubaccountRole}},
	"administrator.remove": {summary: "End a user's roles in an account"},
	"administrator.batch":  {summary: "Give many users roles in an account", words: "All of them or none.", body: administratorsInput{}, answer: administratorsObject{}, codes: []tenancy.Code{tenancy.CodeOwnerSubaccountRole}},

	"group.create": {summary: "Create a security group", words: "The caller has every claim that he gives it, and becomes its owner.", body: groupInput{}, created: true, answer: groupObject{}, codes: []tenancy.Code{tenancy.CodeIDUsed}},
	"group.list":   {summary: "List the groups that are at home in an organization", answer: list[groupObject]{}},
	"group.get":    {summary: "Show a group", answer: groupObject{}},
	"group.rename": {summary: "Rename a group", body: groupPatch{}, answer: groupObject{}},
	"group.delete": {summary: "Delete a group", words: "With its links, memberships and invitations."},
	"group.claims": {summary: "Set the claims of a group", words: "They hold at once wherever it is active.", body: claimsInput{}, answer: groupObject{}},

	"group.owner.list":    {summary: "List the owners of a group", answer: list[holderObject]{}},
	"group.owner.put":     {summary: "Make a user an owner of a group", words: "That gives none of the group's claims.", body: membershipInput{}, maybe: true, answer: holderObject{}},
	"group.owner.remove":  {summary: "End a user's ownership of a group", words: "The last active owner stays.", codes: []tenancy.Code{tenancy.CodeLastOwner}},
	"group.member.list":   {summary: "List the members of a group", answer: list[holderObject]{}},
	"group.member.put":    {summary: "Make a user a member of a group", body: membershipInput{}, maybe: true, answer: holderObject{}},
	"group.member.remove": {summary: "End a user's membership in a group", codes: []tenancy.Code{tenancy.CodeManagedElsewhere}},

	"link.list":       {summary: "List every link that covers an organization", words: "Also subtree links that were made above it, and links to its tenant groups.", answer: list[linkObject]{}},
	"link.put":        {summary: "Link a group to an organization below its home", words: "The caller owns the group, its home and the organization, under Enterprise. What is left out is reset to its default.", body: linkInput{}, maybe: true, answer: linkObject{}, codes: []tenancy.Code{tenancy.CodeLicenseRequired, tenancy.CodeNotDescendant}},
	"link.remove":     {summary: "End a link", words: "Where it was made.", codes: []tenancy.Code{tenancy.CodeManagedElsewhere}},
	"link.batch":      {summary: "Link a group to many organizations", words: "All of them or none: those that are named, or all that are below one as it is now.", body: linkBatchInput{}, answer: linksObject{}, codes: []tenancy.Code{tenancy.CodeLicenseRequired, tenancy.CodeNotDescendant}},
	"group.link.list": {summary: "List the links of a group", answer: list[linkObject]{}},

	"invitation.create":  {summary: "Invite a person into a group", words: "One mail a cooldown for one mailbox and group. Without a mail server the answer has the token, this one time.", body: invitationInput{}, created: true, answer: invitationObject{}, codes: []tenancy.Code{tenancy.CodeLicenseRequired, tenancy.CodeDuplicateInvitation, tenancy.CodeAlreadyMember, tenancy.CodeEmailDomain, tenancy.CodeCooldown}},
	"invitation.list":    {summary: "List the invitations into an organization's groups", answer: list[invitationObject]{}},
	"invitation.resend":  {summary: "Send an invitation again", words: "With a new token, after the cooldown.", body: emptyInput{}, maybe: true, answer: invitationObject{}, codes: []tenancy.Code{tenancy.CodeLicenseRequired, tenancy.CodeInvitationClosed, tenancy.CodeCooldown}},
	"invitation.revoke":  {summary: "Revoke an invitation", codes: []tenancy.Code{tenancy.CodeInvitationClosed}},
	"invitation.accept":  {summary: "Accept an invitation", words: "By the user whose verified address is the invited one.", body: tokenInput{}, answer: invitationObject{}, codes: []tenancy.Code{tenancy.CodeEmailMismatch, tenancy.CodeInvitationClosed, tenancy.CodeInviterUnqualified, tenancy.CodeAlreadyMember, tenancy.CodeLicenseRequired}},
	"invitation.decline": {summary: "Decline an invitation", words: "By the user whose verified address is the invited one.", body: tokenInput{}, answer: invitationObject{}, codes: []tenancy.Code{tenancy.CodeEmailMismatch, tenancy.CodeInvitationClosed}},

	"resource.list":   {summary: "List the resources of an organization", words: "Those of types that the caller may view.", answer: list[resourceObject]{}},
	"resource.put":    {summary: "Register a resource, or change it", words: "What is left out is reset to its default.", body: resourceInput{}, answer: resourceObject{}, codes: []tenancy.Code{tenancy.CodeIDUsed}},
	"resource.remove": {summary: "Remove a resource", words: "With its access keys and assignments."},

	"tenant_group.create": {summary: "Create a tenant group, or a subgroup", words: "By an owner of the root; a subgroup also by a group administrator above it.", body: tenantGroupInput{}, created: true, answer: tenantGroupObject{}, codes: []tenancy.Code{tenancy.CodeIDUsed, tenancy.CodeDepthExceeded}},
	"tenant_group.list":   {summary: "List the tenant groups of a tree", words: "Those that the caller may see.", answer: list[tenantGroupObject]{}},
	"tenant_group.get":    {summary: "Show a tenant group", answer: tenantGroupObject{}},
	"tenant_group.rename": {summary: "Rename a tenant group", body: tenantGroupPatch{}, answer: tenantGroupObject{}},
	"tenant_group.delete": {summary: "Delete a tenant group", words: "One without subgroups, organizations and links.", codes: []tenancy.Code{tenancy.CodeDeletionBlocked}},

	"tenant_group.tenant.list":   {summary: "List the organizations in a tenant group", answer: list[tenantObject]{}},
	"tenant_group.tenant.put":    {summary: "Put an organization into a tenant group", words: "Its people and linked groups have at once what they have at the group.", body: emptyInput{}, maybe: true, answer: tenantObject{}, codes: []tenancy.Code{tenancy.CodeNotDescendant}},
	"tenant_group.tenant.remove": {summary: "Take an organization out of a tenant group"},
	"tenant_group.link.list":     {summary: "List the security groups that are linked to a tenant group", words: "For those who administer it, or all that is in it.", answer: list[linkObject]{}},
	"tenant_group.link.put":      {summary: "Link a security group to a tenant group", words: "Its members get its claims in every organization of the tenant group and of its subgroups, also of later ones. The caller administers the tenant group, and owns the group, its home, which stands above each of them, and all that is covered, under Enterprise. What is left out is reset to its default.", body: tenantGroupLinkInput{}, maybe: true, answer: linkObject{}, codes: []tenancy.Code{tenancy.CodeLicenseRequired, tenancy.CodeNotDescendant}},
	"tenant_group.link.remove":   {summary: "End a link to a tenant group"},
	"tenant_group.user.list":     {summary: "List the users of a tenant group", answer: list[tenantGroupUserObject]{}},
	"tenant_group.user.put":      {summary: "Make a person a user of a tenant group, or change what he may", words: "He is a user of every organization in it and in its subgroups, also of later ones. What is left out is reset to its default.", body: tenantGroupUserInput{}, maybe: true, answer: tenantGroupUserObject{}},
	"tenant_group.user.remove":   {summary: "End a person's place in a tenant group", codes: []tenancy.Code{tenancy.CodeManagedElsewhere}},

	"notification.audience": {summary: "Who would receive a notification?", words: "And is it suppressed by an organization's do-not-disturb times?", body: audienceInput{}, answer: audienceObject{}},

	"check":            {summary: "May a subject do something?", words: "Answered on the committed state of the resource's tree. What does not exist is not allowed; an unknown name is invalid.", body: checkInput{}, answer: decision{}},
	"explain":          {summary: "Why may a subject do something, or what does it lack?", words: "Every way that grants it, from the resource to the subject.", body: checkInput{}, answer: explanation{}},
	"check.batch":      {summary: "Many questions at once", words: "At most " + strconv.Itoa(tenancy.MaxChecks) + ". Each has an answer of its own, or a problem.", body: checkBatchInput{}, answer: decisions{}},
	"lookup.resources": {summary: "Which resources may a subject do something with?", words: "Complete over all pages.", body: resourceLookupInput{}, answer: lookedUp{}},
	"lookup.subjects":  {summary: "Who may do something with a resource?", words: "Complete over all pages.", body: subjectLookupInput{}, answer: lookedUp{}},
	"self.check":       {summary: "May the calling machine or agent do something?", body: selfQuestion{}, answer: verdict{}},
	"self.check.batch": {summary: "Many questions of one machine or agent", words: "At most " + strconv.Itoa(tenancy.MaxSelfChecks) + ". Each has an answer of its own, or a problem.", body: selfBatchInput{}, answer: selfResults{}},

	"authzen.configuration":   {summary: "Where the endpoints of AuthZEN are", words: "At --public-url, else at the address to which the request was sent.", answer: authzen.Configuration{}, codes: []tenancy.Code{tenancy.CodeMalformed}},
	"authzen.evaluation":      {summary: "AuthZEN: may a subject do something?", words: "What is not known is denied. Properties and context decide nothing.", body: authzen.EvaluationInput{}, answer: authzen.Decision{}},
	"authzen.evaluations":     {summary: "AuthZEN: many evaluations at once", words: "At most " + strconv.Itoa(tenancy.MaxChecks) + ". One that fails is denied, and says why. Without evaluations it is one.", body: authzen.EvaluationsInput{}, answer: evaluated{}},
	"authzen.search.subject":  {summary: "AuthZEN: who may do something with a resource?", words: "Complete over all pages.", body: authzen.SearchInput{}, answer: authzen.Results{}},
	"authzen.search.resource": {summary: "AuthZEN: which resources may a subject do something with?", words: "Complete over all pages.", body: authzen.SearchInput{}, answer: authzen.Results{}},
	"authzen.search.action":   {summary: "AuthZEN: what may a subject do with a resource?", body: authzen.SearchInput{}, answer: authzen.Results{}},
}
