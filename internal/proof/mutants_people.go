package proof

var (
	acceptance  = ofTenancy("acceptance.go")
	invitation  = ofTenancy("invitation.go")
	invited     = ofTenancy("invitationchange.go")
	addressing  = ofTenancy("address.go")
	user        = ofTenancy("user.go")
	accessKey   = ofTenancy("accesskey.go")
	self        = ofTenancy("self.go")
	check       = ofTenancy("check.go")
	tenantGroup = ofTenancy("tenantgroup.go")
	groupAccess = ofTenancy("tenantgroupaccess.go")
	groupLink   = ofTenancy("tenantgrouplink.go")
	groupPlace  = ofTenancy("tenantgroupplace.go")
	groupUser   = ofTenancy("tenantgroupuser.go")
	account     = ofTenancy("administrator.go")
	accountIn   = ofTenancy("administratorinput.go")
	accountAll  = ofTenancy("administratorbatch.go")
	resource    = ofTenancy("resource.go")
	resourceIn  = ofTenancy("resourceinput.go")
	notified    = ofTenancy("notification.go")
	explained   = ofTenancy("explainnames.go")
	audited     = ofTenancy("audit.go")
)

// inTenancyOfPeople are the guards of invitations, keys, questions, account roles, tenant
// groups and resources.
var inTenancyOfPeople = []Mutant{
	invitation.mutant("invite-nobody", "D-35", "authorizeInvitation", `op.caller.UserID == ""`, never, "TestR26WhoInvites"),
	invitation.mutant("invite-home", "R-26", "ownsGroupAndHome", `op.require(ctx, home, "own")`, unrefused, "TestR26WhoInvites"),
	invitation.mutant("invite-group", "R-26", "ownsGroupAndHome", `op.requireOnGroup(ctx, g, "manage_members")`, unrefused, "TestR26WhoInvites"),
	invitation.mutant("invite-licence", "R-26", "authorizeInvitation", "op.requireEnterprise(ctx, g.RootID)", unrefused, "TestR26InvitingNeedsEnterprise"),
	invitation.mutant("invite-domain", "R-30", "newInvitation", "!home.takesAddress(address)", never, "TestR30AnOrganizationInvitesItsOwnDomain"),
	invitation.mutant("invite-twice", "attack 22, R-28", "mayInvite", "invitedBefore && newest.State == InvitationPending", never, "TestR28OneMailboxIsInvitedOnce"),
	invitation.mutant("invite-member", "R-28", "mayInvite", "if member {", "if member && false {", "TestAlreadyMember"),
	invitation.mutant("invite-known", "attack 23, R-31", "mayInvite", "member, err := op.snap.HasVerified(", "if _, err := op.snap.RowsOf(ctx, i.Email); err != nil {\n\t\treturn err\n\t}\n\tmember, err := op.snap.HasVerified(", "TestR31AKnownAddressCostsNothing"),
	invitation.mutant("invite-cooldown", "attack 22, D-16", "mayInvite", "op.cooledDown(newest)", unrefused, "TestD16OneMailACooldown"),
	invitation.mutant("cooldown", "attack 22, R-28", "cooledDown", "left <= 0", always, "TestR28Resend", "TestD16OneMailACooldown"),
	invitation.mutant("invite-expires", "attack 19, R-29", "sendInvitation", "op.now.Add(op.service.options.InvitationTTL)", "op.now.Add(2 * op.service.options.InvitationTTL)", "TestR29TheTokenIsGoodUntilItsExpiry"),
	invitation.mutant("invite-token-shown", "attack 17, R-29", "sendInvitation", "op.service.options.MailInvitations", never, "TestWithAMailServerNobodyElseGetsTheToken"),
	invitation.mutant("invitations-listed", "D-21", "Invitations", `"view_roster"`, access, "TestD21WhoSeesInvitations"),
	addressing.mutant("mailbox-tags", "attack 22, R-28", "MailboxOf", `name != ""`, never, "TestR28OneMailboxIsInvitedOnce", "TestR26AnAddressIsOne"),
	addressing.mutant("mailbox-case", "attack 22, R-28", "MailboxOf", "norm.NFKC.String(cases.Fold().String(norm.NFKC.String(local)))", "norm.NFKC.String(local)", "TestR28OneMailboxIsInvitedOnce"),
	addressing.mutant("mailbox-form", "attack 6, R-28", "MailboxOf", "norm.NFKC.String(cases.Fold().String(norm.NFKC.String(local)))", "cases.Fold().String(local)", "TestR28OneMailboxIsInvitedOnce"),

	acceptance.mutant("accept-nobody", "R-29", "invitedBy", `op.caller.UserID == ""`, never, "TestR29WhoAccepts"),
	acceptance.mutant("accept-unverified", "attack 16, R-29", "invitedBy", "!user.EmailVerified || ", "", "TestR29WhoAccepts"),
	acceptance.mutant("accept-address", "attack 16, R-29", "invitedBy", " || ExactAddress(user.Email) != ExactAddress(i.Email)", "", "TestR29WhoAccepts", "TestD16TheExactAddressAccepts"),
	acceptance.mutant("accept-mailbox", "attack 16, D-16", "invitedBy", "ExactAddress(user.Email) != ExactAddress(i.Email)", "MailboxOf(user.Email) != MailboxOf(i.Email)", "TestD16TheExactAddressAccepts"),
	acceptance.mutant("accept-elsewhere", "attack 2, D-9", "invitedBy", "op.sameTreeAsCurrent(ctx, i.RootID)", unrefused, "TestR29WhoAccepts", "TestD9WhereTheCallerOperatesFrom"),
	acceptance.mutant("accept-licence", "attack 20, R-29", "acceptable", "op.requireEnterprise(ctx, i.RootID)", unrefused, "TestR29TheInviterStillQualifies"),
	acceptance.mutant("accept-closed", "attack 18, R-29", "acceptable", "requirePending(i)", unrefused, "TestFinalStatesStay", "TestR29TheTokenIsGoodUntilItsExpiry"),
	acceptance.mutant("accept-inviter", "attack 20, R-29", "acceptable", "op.requireInviter(ctx, i, g)", unrefused, "TestR29TheInviterStillQualifies"),
	acceptance.mutant("decline-closed", "R-27", "DeclineInvitation", "requirePending(i)", unrefused, "TestFinalStatesStay"),
	acceptance.mutant("accept-again", "attack 18, R-29", "join", "if err == nil {", "if err == nil && false {", "TestAlreadyMember"),
	invited.mutant("inviter-active", "attack 20, R-29", "requireInviter", "inviter.State == UserActive", always, "TestR29TheInviterStillQualifies").
		equivalent("a deactivated user owns nothing in the engine either; this only spares asking it"),
	invited.mutant("inviter-home", "attack 20, R-29", "requireInviter", `{"own", Object{"organization", i.OrganizationID}},`, "", "TestR29TheInviterStillQualifies"),
	invited.mutant("inviter-group", "attack 20, R-29", "requireInviter", `{"manage_members", Object{"group", g.ID}},`, "", "TestR29TheInviterStillQualifies"),
	invited.mutant("invitation-seen", "attack 21, D-21", "visibleInvitation", "err == nil && !visible", never, "TestWhoResendsAndRevokes", "TestD21WhoSeesInvitations"),
	invited.mutant("invitation-elsewhere", "attack 2, D-9", "visibleInvitation", "op.sameTreeAsCurrent(ctx, i.RootID)", unrefused, "TestWhoResendsAndRevokes", "TestD9WhereTheCallerOperatesFrom"),
	invited.mutant("invitation-owned", "attack 21, D-32", "ownInvitation", "return i, g, err", "return i, g, unrefused(err)", "TestWhoResendsAndRevokes"),
	invited.mutant("resend-licence", "R-26", "ResendInvitation", "op.requireEnterprise(ctx, i.RootID)", unrefused, "TestR28Resend", "TestWhoResendsAndRevokes", "TestR26InvitingNeedsEnterprise"),
	invited.mutant("resend-closed", "R-27", "ResendInvitation", "requirePending(i)", unrefused, "TestFinalStatesStay"),
	invited.mutant("resend-inviter", "R-29", "ResendInvitation", "op.requireInviter(ctx, i, g)", unrefused, "TestR28Resend", "TestWhoResendsAndRevokes", "TestR29TheInviterStillQualifies"),
	invited.mutant("resend-cooldown", "attack 22, R-28", "ResendInvitation", "op.cooledDown(i)", unrefused, "TestR28Resend"),
	invited.mutant("revoke-closed", "R-27", "RevokeInvitation", "requirePending(before)", unrefused, "TestFinalStatesStay"),

	user.mutant("user-put", "D-8", "PutUser", `caller.UserID != ""`, never, "TestUsersAreThePlatformsAndTheConsoles"),
	user.mutant("user-put-elsewhere", "D-9", "PutUser", "if _, _, err := op.currentOrganization(ctx); err != nil {", "if _, _, err := op.currentOrganization(ctx); err != nil && false {", "TestAccessIsNoOwnership"),
	user.mutant("user-seen", "attack 23, R-31", "User", `caller.UserID != "" && caller.UserID != id`, never, "TestUsersAreThePlatformsAndTheConsoles"),
	user.mutant("user-everywhere", "attack 25, D-8", "setForce", "op.basis.Standing[user.ID] = treesOf(rows)", "_ = treesOf(rows)", "TestDeactivationTakesAndActivationBringsBack", "TestNoGapBetweenDecisionAndChange"),
	user.mutant("user-inactive-owner", "attack 25, D-8", "withForce", "case Owner:\n\t\trow.Inactive = !active", "case Owner:", "TestDeactivationTakesAndActivationBringsBack"),
	user.mutant("user-inactive-member", "attack 25, D-8", "withForce", "case Membership:\n\t\trow.Inactive = !active", "case Membership:", "TestDeactivationTakesAndActivationBringsBack"),
	user.mutant("user-inactive-administrator", "attack 25, D-8", "withForce", "case Administrator:\n\t\trow.Inactive = !active", "case Administrator:", "TestD8DeactivatedAdministratorsHaveNoRole"),
	user.mutant("user-inactive-group-user", "attack 25, D-8", "withForce", "case TenantGroupUser:\n\t\trow.Inactive = !active", "case TenantGroupUser:", "TestD8ADeactivatedGroupUserHasNothing"),
	ofTenancy("erasure.go").mutant("erase-platform", "R-82", "requireEraser", "!op.caller.isPlatform()", never, "TestErasureIsThePlatforms"),

	accessKey.mutant("key-create", "R-70", "manageKeysOf", "op.require(ctx, o, string(t.managing()))", unrefused, "TestR70WhoGivesKeys"),
	accessKey.mutant("key-of-another", "attack 1, R-70", "CreateAccessKey", "op.seeResource(ctx, o.ID, in.Subject)", unrefused, "TestR70WhoGivesKeys"),
	accessKey.mutant("key-elsewhere", "attack 1, R-70", "managedKey", " || key.OrganizationID != o.ID", "", "TestR70WhoEndsKeys"),
	accessKey.mutant("key-ended", "R-70", "managedKey", " || key.ended(op.service.clock.Now())", "", "TestR70WhoEndsKeys", "TestR70ARevokedKeyIsRefusedAtOnce", "TestR70Rotation"),
	accessKey.mutant("key-managed", "R-70", "managedKey", "!managing[0] && !managing[1]", never, "TestR70WhoEndsKeys"),
	accessKey.mutant("key-list", "D-21", "AccessKeys", `"view_roster"`, access, "TestD21WhoListsKeys"),
	accessKey.mutant("key-rotated-at-once", "R-70", "endingIn", "case !end.After(now):", "case !end.After(now) && false:", "TestR70Rotation"),
	accessKey.mutant("key-rotated-longer", "R-70", "endingIn", "k.ExpiresAt.IsZero() || end.Before(k.ExpiresAt)", always, "TestR70Rotation"),

	self.mutant("self-machines", "R-71", "mayAskAboutItself", "caller.Kind == MachineKey", always, "TestR71NobodyElseAsksSo"),
	self.mutant("self-permissions", "R-71", "validSelfQuestion", "!slices.Contains(known, permission)", never, "TestR71AMachineAsksAboutItself", "TestSelfChecksAreAnsweredEach"),
	self.mutant("self-subject", "attack 26, R-71", "SelfCheck", "Question{caller.Subject, permission, resource}", "Question{Object{caller.Subject.Type, \"other\"}, permission, resource}", "TestR71AMachineAsksAboutItself"),
	self.mutant("self-tree", "R-1", "SelfCheck", "s.decisions.CheckWithin(ctx, caller.RootID, Question{caller.Subject, permission, resource})", "func() (bool, error) { allowed, _, err := s.decisions.CheckOne(ctx, Question{caller.Subject, permission, resource}); return allowed, err }()", "TestR1AMachineIsAnsweredWithinItsTree"),
	self.mutant("self-long", "attack 34", "SelfCheckEach", "len(questions) > MaxSelfChecks", never, "TestSelfChecksAreAnsweredEach"),

	check.mutant("ask-known", "D-8", "mayAskAtAll", "return s.known(ctx, caller)", "return nil", "TestD8ADeactivatedUserIsRefusedOnTheNextCall", "TestLookupsAreForWhoMayCheck"),
	check.mutant("ask-about-others", "R-83", "mayAskAbout", `caller.UserID != "" && q.Subject != (Object{"user", caller.UserID})`, never, "TestCheckAnswers", "TestLookupsAreForWhoMayCheck"),
	check.mutant("ask-machine", "attack 27, R-71", "mayAskAtAll", `caller.UserID == "" && caller.Kind != MachineKey`, `caller.UserID == ""`, "TestR71AMachineDoesNothingElse"),
	place{"internal/tenancy/check.go", "internal/httpapi"}.mutant("ask-state", "R-83", "checkOne", `caller.UserID != ""`, never, "TestAQuestionTellsAUserNoState"),
	check.mutant("ask-valid", "attack 7", "Check", "validQuestion(q)", unrefused, "TestCheckAnswers"),
	place{"internal/tenancy/checkeach.go", "internal/httpapi"}.mutant("ask-denied-state", "R-83", "forUser", "!a.Allowed", never, "TestAQuestionTellsAUserNoState"),
	ofTenancy("lookup.go").mutant("lookup-resources", "attack 4, R-83", "LookupResources", "s.mayAsk(ctx, caller, Question{Subject: l.Subject})", unrefused, "TestLookupsAreForWhoMayCheck"),
	ofTenancy("lookup.go").mutant("lookup-subjects", "attack 4, R-83", "LookupSubjects", "s.mayAsk(ctx, caller, Question{Resource: l.Resource})", unrefused, "TestLookupsAreForWhoMayCheck"),
	organized.mutant("organizations-all", "attack 4, R-1", "accessible", "return nil, nil\n\t}\n\tids", "return nil, nil\n\t}\n\treturn nil, nil\n\tids", "TestOrganizationsAreThoseWithAccess"),
	ofTenancy("id.go").mutant("id-marks", "attack 7", "hasForm", "strings.IndexByte(marks, c) < 0", "strings.IndexByte(marks+\"*:#@\", c) < 0", "TestIDsThatAreNone", "TestFormsOfIDs"),
	ofTenancy("id.go").mutant("id-unicode", "attack 6", "hasForm", "!letter && ", "!letter && c < 0x80 && ", "TestIDsThatAreNone", "TestFormsOfIDs"),

	tenantGroup.mutant("tenant-group-create", "D-19", "tenantGroupEnds", `op.require(ctx, root, "own")`, unrefused, "TestD19WhoCreatesATenantGroup"),
	tenantGroup.mutant("tenant-group-create-below", "D-19", "tenantGroupEnds", `op.requireOnTenantGroup(ctx, parent, "administer")`, unrefused, "TestD19WhoCreatesATenantGroup"),
	tenantGroup.mutant("tenant-group-depth", "attack 34", "CreateTenantGroup", "g.Depth > MaxTenantGroupDepth", never, "TestTenantGroupsAreNestedSoDeep"),
	tenantGroup.mutant("tenant-group-root", "R-50", "tenantGroup", "!root.IsRoot()", never, "TestD19WhoCreatesATenantGroup"),
	tenantGroup.mutant("tenant-group-parent", "attack 1, R-1", "tenantGroup", `parent.ID != "" && parent.RootID != root.RootID`, never, "TestD19WhoCreatesATenantGroup"),
	tenantGroup.mutant("tenant-group-list", "R-83", "TenantGroups", "case owns:", "case owns || true:", "TestTenantGroupsListed"),
	tenantGroup.mutant("tenant-group-delete", "D-32", "mayDeleteTenantGroup", `op.require(ctx, root, "own")`, unrefused, "TestD32WhoDeletesATenantGroup"),
	tenantGroup.mutant("tenant-group-delete-below", "D-32", "mayDeleteTenantGroup", `op.requireOnTenantGroup(ctx, above, "administer")`, unrefused, "TestD32WhoDeletesATenantGroup"),
	tenantGroup.mutant("tenant-group-delete-full", "D-32", "DeleteTenantGroup", "len(blockers) > 0", never, "TestD32AllThatIsInATenantGroupIsNamed"),
	groupAccess.mutant("tenant-group-seen", "attack 1, R-83", "visibleTenantGroup", "err == nil && !visible", never, "TestWhoSeesATenantGroup"),
	groupAccess.mutant("tenant-group-elsewhere", "attack 2, D-9", "visibleTenantGroup", "op.sameTreeAsCurrent(ctx, g.RootID)", unrefused, "TestWhoSeesATenantGroup", "TestD9WhereTheCallerOperatesFrom"),
	groupAccess.mutant("tenant-group-may", "R-52", "requireOnTenantGroup", "err == nil && !ok", never, "TestR52WhoManagesGroupUsers"),
	groupAccess.mutant("tenant-group-administered", "R-52", "administeredTenantGroup", `op.requireOnTenantGroup(ctx, g, "administer")`, unrefused, "TestR52WhoManagesGroupUsers", "TestWhoRenamesATenantGroup"),
	groupAccess.mutant("tenant-group-administrator-force", "D-25", "administersAny", "u.GroupAdministrator && u.hasForce()", "u.hasForce()", "TestD25AGroupAdministratorSeesThatTheRootExists"),
	groupAccess.mutant("tenant-group-parents", "R-83", "hideParents", "!answers[2*i] && !answers[2*i+1]", never, "TestWhoSeesATenantGroup", "TestTenantGroupsListed"),
	groupLink.mutant("team-link-administered", "R-54", "teamEnds", `op.requireOnTenantGroup(ctx, to, "administer")`, unrefused, "TestR54TheTenantGroupIsAdministered"),
	groupLink.mutant("team-link-owned", "R-54", "PutTenantGroupLink", "op.authorizeLink(ctx, g, covered)", unrefused, "TestR54WhoLinksToATenantGroup", "TestR54EverythingThatIsCoveredIsOwned"),
	groupLink.mutant("team-link-down", "attack 11, R-54", "PutTenantGroupLink", "!g.isAbove(to, covered)", never, "TestR20ALinkToATenantGroupGoesDown"),
	groupLink.mutant("team-link-tree", "attack 1, R-1", "isAbove", "g.RootID == to.RootID && ", "", "TestR20ALinkToATenantGroupGoesDown", "TestR54WhatIsNotSeenIsNotLinked"),
	groupLink.mutant("team-unlink", "D-32", "mayRemoveTeamLink", `errForbidden("A link is ended by an owner of its group or of that group's home, or by who manages or owns what it covers.")`, unrefused, "TestD32WhoRemovesALinkToATenantGroup"),
	groupLink.mutant("team-unlink-unseen", "R-83", "mayRemoveTeamLink", "err == nil && !sees", never, "TestD32WhoRemovesALinkToATenantGroup"),
	groupLink.mutant("team-unlink-elsewhere", "attack 2, D-9", "teamLink", "op.sameTreeAsCurrent(ctx, to.RootID)", unrefused, "TestD32WhoRemovesALinkToATenantGroup", "TestD9WhereTheCallerOperatesFrom"),
	groupLink.mutant("team-links-listed", "R-83", "TenantGroupLinks", "!rosters", never, "TestWhoListsTheLinksOfATenantGroup"),
	groupLink.mutant("team-accepts-claims", "D-1", "acceptLinks", "op.requireClaims(ctx, o, g.link.Gives(g.Group))", unrefused, "TestD1NobodyLetsInWhatHeDoesNotHave"),
	groupLink.mutant("team-joins", "D-19", "acceptLinks", "o.joins(linked)", unrefused, "TestD19WhatJoinsIsBelowEveryHome"),
	groupPlace.mutant("place-tree", "attack 1, R-1", "PutTenantGroupPlace", "o.RootID != g.RootID", never, "TestR1AnOrganizationOfAnotherTreeIsNotAdded"),
	groupPlace.mutant("place-administered", "D-19", "placeEnds", `op.requireOnTenantGroup(ctx, g, "administer")`, unrefused, "TestD19WhoAddsAnOrganization"),
	groupPlace.mutant("place-organization", "D-19", "placeEnds", `op.require(ctx, o, "manage_groups")`, unrefused, "TestD19WhoAddsAnOrganization"),
	groupPlace.mutant("place-remove", "D-32", "mayRemovePlace", `errForbidden("An organization is taken out of a tenant group by its owners, or by who administers the group.")`, unrefused, "TestD32WhoTakesAnOrganizationOut"),
	groupPlace.mutant("place-remove-unseen", "R-83", "mayRemovePlace", "if !sees {", "if !sees && false {", "TestD32WhoTakesAnOrganizationOut"),
	groupPlace.mutant("place-remove-elsewhere", "attack 2, D-9", "RemoveTenantGroupPlace", "op.sameTreeAsCurrent(ctx, g.RootID)", unrefused, "TestD32WhoTakesAnOrganizationOut", "TestD9WhereTheCallerOperatesFrom"),
	groupPlace.mutant("places-suspended", "D-25", "placesIn", "(suspendedToo || !p.Suspended)", always, "TestD7APlaceOfASuspendedOrganizationGivesNothing", "TestWhoSeesATenantGroup", "TestD19WhoAddsAnOrganization"),
	groupUser.mutant("group-user-rights", "D-1", "hasWhatHeGives", `op.requireOnTenantGroup(ctx, g, "administer_tenants")`, unrefused, "TestD1NobodyGivesMoreThanHeHasAtATenantGroup"),
	groupUser.mutant("group-user-modules", "D-1", "hasWhatHeGives", "!slices.Contains(before.Modules, name) && !slices.Contains(has, name)", never, "TestD1NobodyGivesMoreThanHeHasAtATenantGroup"),
	groupUser.mutant("group-user-force", "R-55, D-8", "placesAmong", "u.TenantGroupID == g.ID && u.hasForce()", "u.TenantGroupID == g.ID", "TestD8ADeactivatedGroupUserHasNothing"),
	groupUser.mutant("group-user-above-seen", "R-83", "placedAbove", "sees || err != nil", always, "TestR55GroupUsersAreChangedAtTheirGroup", "TestR52WhoManagesGroupUsers"),

	account.mutant("administrator-put", "R-44", "PutAdministrator", `"own"`, access, "TestR44WhoEditsRoles"),
	account.mutant("administrator-remove", "R-44", "RemoveAdministrator", `"own"`, access, "TestR44WhoEditsRoles"),
	account.mutant("administrator-list", "R-45", "Administrators", `"view_roster"`, access, "TestR44WhoEditsRoles", "TestR45Search"),
	account.mutant("administrator-root", "D-4", "isAccount", "!o.IsRoot()", never, "TestR44WhoEditsRoles", "TestR45Search"),
	accountAll.mutant("administrator-batch", "R-44", "PutAdministrators", `"own"`, access, "TestR44BatchesAreAllOrNothing", "TestR44WhoEditsRoles"),
	accountAll.mutant("administrator-batch-long", "attack 34", "boundBatch", "len(inputs) > maxAdministratorBatch", never, "TestR44WhatABatchRefuses"),
	accountIn.mutant("administrator-owner", "R-43", "requireOwnersRole", "if owns {", "if owns && false {", "TestR43NothingElseCanBeChosenForAnOwner"),
	accountIn.mutant("administrator-owner-by-group", "R-43", "ownsRoot", "g.OrganizationID == rootID && slices.Contains(g.Claims, ClaimOwner)", never, "TestR43NothingElseCanBeChosenForAnOwner", "TestBothWaysOfAnOwningGroup"),
	accountIn.mutant("administrator-same-role", "R-41", "administrator", "cmp.Or(in.SubaccountRole, in.Role)", "cmp.Or(in.SubaccountRole, AccountReadOnly)", "TestR41TheSubaccountRoleIsTheSameUnlessGiven"),
	accountIn.mutant("administrator-below", "attack 1, R-42", "requireSubaccounts", "o.isBelow(a.RootID)", always, "TestR44WhatABatchRefuses"),
	accountIn.mutant("administrator-twice", "attack 3, R-44", "readAdministrators", "if users[in.UserID] {", "if users[in.UserID] && false {", "TestR44WhatABatchRefuses"),

	resource.mutant("resource-manage", "D-31", "managedResources", "op.require(ctx, o, string(t.managing()))", unrefused, "TestD31WhoWritesResources"),
	resource.mutant("resource-elsewhere", "attack 1, D-12", "putResource", "before.OrganizationID != after.OrganizationID", never, "TestD12IDsOfResources"),
	resource.mutant("resource-released", "D-12", "putResource", "op.settleReleased(ctx, after)", unrefused, "TestD12TheOldOneIsGoneBeforeTheNewOne"),
	resource.mutant("resource-remove-elsewhere", "attack 1, D-31", "RemoveResource", " || err == nil && r.OrganizationID != o.ID", "", "TestD12IDsOfResources", "TestD31WhoWritesResources"),
	resource.mutant("resource-related", "attack 1, R-62", "PutResource", "op.seeRelated(ctx, r)", unrefused, "TestAssignments", "TestR62ApplicationTrees"),
	resource.mutant("resource-assigned-left", "attack 30, I-4", "removeSubject", "op.stage(before, before.without(r.Object()))", "_ = before", "TestI4RemovingAMachine"),
	resource.mutant("resource-keys-left", "attack 25, I-4", "removeSubject", "op.stage(key, nil)", "_ = key", "TestI4RemovingAMachine"),
	resourceIn.mutant("resource-cycle", "attack 14, R-62", "validParent", "above == r.ID", never, "TestR62ApplicationTrees", "TestTwoMovesMakeNoCycle"),
	resourceIn.mutant("resource-seen", "attack 1, R-62", "seeResource", "err == nil && found.OrganizationID != organizationID", never, "TestAssignments", "TestR62ApplicationTrees", "TestR70WhoGivesKeys"),
	resourceIn.mutant("resource-ids", "attack 6", "validResource", "!ValidID(r.ID)", never, "TestIDsOfResourcesThatAreNone"),
	ofTenancy("resourcelist.go").mutant("resource-list-one", "D-31", "viewableTypes", "op.require(ctx, o, string(only.viewing()))", unrefused, "TestD31ListsShowWhatMayBeViewed"),
	ofTenancy("resourcelist.go").mutant("resource-list-all", "attack 4, D-31", "viewableTypes", "if allowed[i] {", "if allowed[i] || true {", "TestD31ListsShowWhatMayBeViewed"),

	notified.mutant("audience-organization", "R-61", "peopleOf", `"view_roster"`, access, "TestR61WhoAsksForAnAudience"),
	notified.mutant("audience-role", "R-61", "holdersOf", `"view_roster"`, access, "TestR61WhoAsksForAnAudience"),
	notified.mutant("audience-group", "R-61", "membersOf", `"view_roster"`, access, "TestR61WhoAsksForAnAudience"),
	notified.mutant("audience-user", "R-61", "oneUser", `op.require(ctx, o, "view_roster")`, unrefused, "TestR61WhoAsksForAnAudience"),
	notified.mutant("audience-of-owners-of-groups", "D-28", "enters", `a.GroupID == "" || a.Role == string(GroupMember)`, always, "TestR61OnlyOrganizationsAreNotDisturbed"),
	notified.mutant("audience-of-all-owners", "R-14", "gives", "slices.Contains(a.Claims, ClaimOwner)", "a.Via == ViaOwner && slices.Contains(a.Claims, ClaimOwner)", "TestR61OnlyOrganizationsAreNotDisturbed"),
	notified.mutant("audience-unknown", "attack 23, R-31", "ifActive", "!mayKnow || ", "", "TestR61WhoAsksForAnAudience"),
	explained.mutant("explain-names", "R-83", "given", "err != nil || !sees", "err != nil || !sees && false", "TestExplainNamesWhatMayBeSeen"),
	explained.mutant("explain-tree", "attack 1, R-1", "given", "err != nil || rootID != t.rootID", "err != nil || rootID != t.rootID && false", "TestExplainNamesWhatMayBeSeen", "TestExplainTellsOfTheAccount", "TestExplainSteps").
		equivalent("what stands on a way is of the tree (I-1), and who may not see it is not told its name"),
	audited.mutant("audit-roster", "D-21", "audited", `"view_roster"`, access, "TestAccessIsNoOwnership"),
	audited.mutant("audit-narrow", "R-2", "narrow", "events[i].Organizations = []string{o.ID}", "", "TestR2ARefusalTellsCustomersNothingOfEachOther", "TestR2CustomersOfOneProviderDoNotLearnOfEachOther", "TestD21TheTrailOfAnOrganization"),
	audited.mutant("audit-named", "R-2", "dropNamed", "delete(e.Detail, key)", "_ = key", "TestR2ARefusalTellsCustomersNothingOfEachOther"),
	ofTenancy("roster.go").mutant("roster-locked", "R-33, D-28", "Locked", "way.Via.Inside() || way.here", never, "TestR32EveryWayOfEverybody"),
	ofTenancy("roster.go").mutant("roster-unlocked", "R-33, D-28", "Locked", "way.Via.Inside() || way.here", always, "TestD17OwnersOfGroupsStandInTheRoster", "TestR32WaysOfLinks"),
	ofTenancy("rosterways.go").mutant("roster-force", "R-32", "activeGroups", "!link.hasForce() || ", "", "TestRosterOmitsWhatHasNoForce"),
	ofTenancy("rosterways.go").mutant("roster-at-home", "D-34", "activeGroups", "g.OrganizationID != o.ID", always, "TestR32WaysOfLinks"),
	ofTenancy("rosterpage.go").mutant("roster-by-way", "R-34, D-36", "active", "r.snap.People(ctx, r.places(r.query.Via), r.query.Text, page)", `r.snap.People(ctx, r.places(""), r.query.Text, page)`, "TestR34SearchedAndFiltered"),
	ofTenancy("rosterpage.go").mutant("roster", "R-32", "roster", `"view_roster"`, access, "TestR83SeeingAndDoing", "TestR32EveryWayOfEverybody"),
	ofTenancy("tree.go").mutant("tree-of-existence", "attack 4, R-2", "OrganizationTree", `op.targetOrganization(ctx, id, "access")`, "op.visibleOrganization(ctx, id)", "TestR2ExistenceOnly", "TestR83SeeingAndDoing"),
	ofTenancy("resourcelist.go").mutant("resource-list-of-existence", "attack 4, R-2", "Resources", `op.targetOrganization(ctx, organizationID, "access")`, "op.visibleOrganization(ctx, organizationID)", "TestD31ListsShowWhatMayBeViewed", "TestR2ExistenceOnly"),
	ofTenancy("explain.go").mutant("explain-asked", "R-83", "Explain", "s.mayAsk(ctx, caller, q)", unrefused, "TestExplainIsForWhoMayCheck"),
	ofTenancy("repeat.go").mutant("repeat-of-another", "R-82", "recall", "!bytes.Equal(kept.Digest, u.terms.Digest)", never, "TestRepeatThatIsOvertakenByItsFirst", "TestAnswersAreKeptForATime"),
	ofTenancy("explain.go").mutant("explain-bears-answer", "R-81", "explain", "ways.Allowed != allowed", never, "TestAnExplanationBearsItsAnswer"),
}
