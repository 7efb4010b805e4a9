package proof

// The files of the domain, each with the tests beside it.
var (
	authorize  = ofTenancy("authorize.go")
	operation  = ofTenancy("operation.go")
	questions  = ofTenancy("question.go")
	link       = ofTenancy("link.go")
	linkTerms  = ofTenancy("linkterms.go")
	linkBatch  = ofTenancy("linkbatch.go")
	linkList   = ofTenancy("linklist.go")
	group      = ofTenancy("group.go")
	membership = ofTenancy("membership.go")
	owner      = ofTenancy("owner.go")
	attach     = ofTenancy("attach.go")
	moved      = ofTenancy("move.go")
	creation   = ofTenancy("creation.go")
	deletion   = ofTenancy("deletion.go")
	organized  = ofTenancy("organization.go")
	settings   = ofTenancy("settings.go")
	licence    = ofTenancy("subscription.go")
)

func ofTenancy(file string) place { return place{"internal/tenancy/" + file, "internal/tenancy"} }

// What a permission is that everybody has who may see the thing, so that it is as if none
// were asked for.
const access = `"access"`

// inTenancy are the guards of what the domain lets be seen and done in organizations.
var inTenancy = []Mutant{
	authorize.mutant("seen-organization", "attack 1, R-83", "knownOrganization", "err == nil && !visible", never, "TestR83SeeingAndDoing", "TestR2ExistenceOnly"),
	authorize.mutant("seen-organization-by-nobody", "R-83", "knownOrganization", "op.requireActor()", unrefused, "TestD11WhoDelegates"),
	authorize.mutant("seen-organization-elsewhere", "attack 2, D-9", "visibleOrganization", "op.sameTreeAsCurrent(ctx, o.RootID)", unrefused, "TestD9WhereTheCallerOperatesFrom"),
	authorize.mutant("seen-from-above", "R-2, D-10", "seesOrganization", `"own"`, access, "TestR2ExistenceOnly", "TestR83SeeingAndDoing"),
	authorize.mutant("may", "R-83", "require", "err == nil && !ok", never, "TestR83SeeingAndDoing", "TestR10WhoDeletesAnOrganization"),
	authorize.mutant("may-target", "R-83", "targetOrganization", "op.require(ctx, o, permission)", unrefused, "TestR83SeeingAndDoing", "TestR4WhoCreatesASubOrganization"),
	authorize.mutant("may-on-all", "attack 3, R-25", "requireOnAll", "i >= 0", "i == 0", "TestR25ABatchIsAllOrNothing", "TestR25AllThatASubtreeLinkCoversIsOwned"),
	authorize.mutant("seen-group", "attack 1, D-17", "visibleGroup", "err == nil && !visible", never, "TestR83SeeingAndDoing", "TestR17WhoCreatesAGroup", "TestR15WhoChangesAGroupsPeople", "TestR2TheTrailOfAnEndTellsEachItsOwn", "TestR21AllThreeAreOwned"),
	authorize.mutant("seen-group-elsewhere", "attack 2, D-9", "visibleGroup", "op.sameTreeAsCurrent(ctx, g.RootID)", unrefused, "TestD9WhereTheCallerOperatesFrom"),
	authorize.mutant("may-group", "attack 9, R-15", "requireOnGroup", "err == nil && !ok", never, "TestR15WhoChangesAGroupsPeople", "TestR26WhoInvites"),
	authorize.mutant("current-organization", "attack 2, D-9", "currentOrganization", "err == nil && !access", never, "TestD9WhereTheCallerOperatesFrom"),
	authorize.mutant("current-tree", "attack 2, D-9", "sameTreeAsCurrent", "named && current.RootID != rootID", never, "TestD9WhereTheCallerOperatesFrom"),
	authorize.mutant("enterprise", "R-4, R-9", "requireEnterprise", "err == nil && !licensed", never, "TestR4NeedsEnterpriseOfTheRoot"),
	authorize.mutant("enterprise-of-the-platform", "D-6, R-4", "requireEnterprise", "err == nil && !licensed", "err == nil && !licensed && !op.caller.isPlatform()", "TestR4NeedsEnterpriseOfTheRoot"),
	authorize.mutant("enterprise-canceled", "R-8", "licensed", "sub.EffectivePlan()", "sub.Plan", "TestR8ACanceledPlanIsNone"),
	authorize.mutant("active-user", "D-8", "activeUser", "err == nil && user.State != UserActive", never, "TestNoGapBetweenDecisionAndChange"),

	operation.mutant("machine-does-nothing", "attack 27, R-71", "authenticate", "op.caller.Kind == MachineKey", never, "TestR71AMachineDoesNothingElse"),
	operation.mutant("deactivated-user", "attack 25, D-8", "authenticate", "err == nil && user.State != UserActive", never, "TestD8ADeactivatedUserIsRefusedOnTheNextCall"),
	operation.mutant("unknown-user", "D-8", "authenticate", "errors.Is(err, ErrNoRow) || err", "err", "TestD8ADeactivatedUserIsRefusedOnTheNextCall"),
	operation.mutant("nobody-acts", "D-35", "requireActor", "!op.caller.isPlatform()", never, "TestR83SeeingAndDoing", "TestR4WhoCreatesASubOrganization", "TestOrganizationsAreThoseWithAccess"),
	operation.mutant("decided-when-over", "attack 19, R-24", "readTree", "tree.Over()", never, "TestR29TheTokenIsGoodUntilItsExpiry", "TestEndsToTheMillisecond"),
	operation.mutant("basis-of-users", "I-3", "user", "op.basis.Users[id] = u.Version", "_ = u.Version", "TestD8ADeactivatedUserIsRefusedOnTheNextCall", "TestNoGapBetweenDecisionAndChange"),
	operation.mutant("foreign-note", "attack 1, R-1", "forgetForeign", "rootID != op.trail", never, "TestR1AnOrganizationOfAnotherTreeIsNotAdded", "TestR20ADetachedOrganizationIsAnotherTree", "TestR1NoTrailTellsOfAnotherTree", "TestR20LinksGoDown"),
	operation.mutant("refusal-beside", "R-2, D-27", "aboutRefusal", "!slices.Contains(op.line, id)", never, "TestR2ARefusalTellsCustomersNothingOfEachOther", "TestD27TheStrangersOwnTrailIsSilent"),
	questions.mutant("asked-by-tree", "R-1", "askedAbout", "a := op.asked[rootID]", `rootID = ""; a := op.asked[rootID]`, "TestWhatIsForeseenIsAskedAlong"),
	questions.mutant("asked-once", "attack 34", "missing", "!known && ", "(!known || true) && ", "TestWhatIsForeseenIsAskedAlong"),
	questions.mutant("asked-in-place", "attack 26", "ask", "a.answers[q] = answers[i]", "a.answers[q] = answers[i-i]", "TestWhatIsForeseenDecidesNothing"),
	questions.mutant("foreseen-asked", "attack 34", "missing", "add(a.foreseen)", "_ = a.foreseen", "TestWhatIsForeseenIsAskedAlong"),
	questions.mutant("foreseen-granted", "R-81", "foresee", "a.foreseen = append(a.foreseen, op.service.foresight(q)...)", "for _, q := range op.service.foresight(q) { a.answers[q] = true }", "TestWhatIsForeseenDecidesNothing"),
	ofTenancy("service.go").mutant("refusal-untold", "R-82", "refused", "op == nil || !refusal.Code.isRefusal()", always, "TestR82WhatAnEventTells", "TestR83SeeingAndDoing", "TestD27TheStrangersOwnTrailIsSilent"),

	link.mutant("link-target", "attack 10, R-21", "authorizeLink", `op.requireOnAll(ctx, covered, "own")`, unrefused, "TestR21AllThreeAreOwned"),
	link.mutant("link-source", "attack 10, R-21", "authorizeLink", `op.require(ctx, home, "own")`, unrefused, "TestR21AllThreeAreOwned"),
	link.mutant("link-group", "attack 10, R-21", "authorizeLink", `op.requireOnGroup(ctx, g, "manage_members")`, unrefused, "TestR21AllThreeAreOwned"),
	link.mutant("link-licence", "R-22", "authorizeLink", "op.requireEnterprise(ctx, g.RootID)", unrefused, "TestR22LinksNeedEnterprise"),
	link.mutant("link-down", "attack 11, R-20", "PutLink", "!terms.goesDown(g, target)", never, "TestR20LinksGoDown"),
	linkTerms.mutant("link-to-itself", "attack 11, R-20", "goesDown", "target.ID == g.OrganizationID && t.scope == ScopeSubtree", "target.ID == g.OrganizationID", "TestR20LinksGoDown"),
	linkTerms.mutant("link-sideways", "attack 11, R-20", "isBelow", "slices.Contains(o.Above(), id)", "o.Depth > 1", "TestR20LinksGoDown"),
	link.mutant("link-covers", "R-25", "covered", "scope != ScopeSubtree", always, "TestR25AllThatASubtreeLinkCoversIsOwned"),
	link.mutant("unlink", "D-32", "mayRemoveLink", `errForbidden("A link is ended by an owner of its target, of its source or of its group.")`, unrefused, "TestD32WhoRemovesALink"),
	link.mutant("unlink-unseen", "attack 1, R-2", "mayRemoveLink", "if !sees {", "if !sees && false {", "TestR2ALinkElsewhereIsNotThere", "TestD32WhoRemovesALink"),
	link.mutant("unlink-elsewhere", "attack 2, D-9", "RemoveLink", "op.sameTreeAsCurrent(ctx, g.RootID)", unrefused, "TestD9WhereTheCallerOperatesFrom", "TestD32WhoRemovesALink"),
	link.mutant("unlink-managed-elsewhere", "R-33", "RemoveLink", `link.OrganizationID != targetID || link.TenantGroupID != ""`, never, "TestR33ALinkFromElsewhereIsManagedThere", "TestR25ASubtreeLinkCoversWhatIsBelow"),
	link.mutant("unlink-takes-away", "attack 15, R-23", "RemoveLink", "op.stage(link, nil)", "_ = link", "TestUnlinkLeavesTheOtherWays"),
	ofTenancy("input.go").mutant("ends-in-the-past", "attack 19, D-29", "end", "!at.After(now)", never, "TestLinksThatAreInvalid"),
	linkTerms.mutant("narrowed-wider", "attack 12, D-14", "terms", "!slices.Contains(implied, c)", never, "TestLinksThatAreInvalid", "TestD14WhatALinkGives"),
	linkTerms.mutant("narrowed-told", "R-24, D-14", "Gives", "!slices.Contains(through, c)", never, "TestD14WhatALinkGives", "TestR32WaysOfLinks", "TestR24ANarrowedLinkGivesWhatIsInBoth"),
	linkBatch.mutant("batch-down", "attack 3, R-20", "putLinks", "!terms.goesDown(g, target)", never, "TestR25ABatchIsAllOrNothing"),
	linkBatch.mutant("batch-owned", "attack 3, R-21", "linkTargets", "op.authorizeLink(ctx, g, targets)", unrefused, "TestR25ABatchIsAllOrNothing", "TestR25ABatchNamesOneOrTheOther"),
	linkBatch.mutant("batch-below-owned", "D-15", "linkDescendants", "op.authorizeLink(ctx, g, covered)", unrefused, "TestD15TheOrganizationThatIsNamedIsOwnedToo"),
	linkBatch.mutant("batch-below-home", "attack 11, R-20", "linkDescendants", "top.ID != g.OrganizationID && !top.isBelow(g.OrganizationID)", never, "TestD15TheOrganizationThatIsNamedIsOwnedToo", "TestR25ABatchIsAllOrNothing"),
	linkBatch.mutant("batch-long", "attack 34", "linkTargets", "len(in.OrganizationIDs) > maxLinkBatch", never, "TestR25ABatchIsAllOrNothing"),
	linkList.mutant("links-into", "R-83, D-18", "LinksInto", `"view_roster"`, access, "TestR83SeeingAndDoing"),
	linkList.mutant("links-of-all", "R-2", "seesAllLinks", `"view_roster"`, access, "TestR2AccessToTheHomeShowsNoOtherLinks"),

	group.mutant("group-create", "R-17, D-2", "CreateGroup", `"manage_groups"`, access, "TestR17WhoCreatesAGroup"),
	group.mutant("group-create-claims", "D-1", "CreateGroup", "op.requireClaims(ctx, home, in.Claims)", unrefused, "TestD2AGroupOutOfReach"),
	group.mutant("group-manage", "attack 12, R-17", "managedGroup", `op.require(ctx, home, "manage_groups")`, unrefused, "TestR17TheGroupsOwnersAsSuchChangeNothingOfIt"),
	group.mutant("group-out-of-reach", "D-2", "managedGroup", "op.requireClaims(ctx, home, g.Claims)", unrefused, "TestD2AGroupOutOfReach"),
	group.mutant("group-claims", "attack 12, D-1", "SetClaims", "op.requireClaims(ctx, home, claims)", unrefused, "TestD2AGroupOutOfReach"),
	group.mutant("group-claim-held", "D-1", "requireClaims", "!ok", never, "TestD2AGroupOutOfReach"),
	group.mutant("group-list", "R-83", "Groups", `"view_roster"`, access, "TestR83SeeingAndDoing"),
	group.mutant("group-delete-links", "R-12", "DeleteGroup", "op.stage(link, nil)", "_ = link", "TestDeletingAGroupTakesAllOfIt"),
	group.mutant("group-delete-members", "attack 30, I-4", "DeleteGroup", "op.stage(m, nil)", "_ = m", "TestDeletingAGroupTakesAllOfIt"),

	membership.mutant("member-give", "attack 9, R-15", "mayGive", `errForbidden("The owners of a group choose its owners and members.")`, unrefused, "TestR15WhoChangesAGroupsPeople"),
	membership.mutant("member-give-home-owner", "attack 9, D-24", "mayGive", "role == GroupOwner && userID == op.caller.UserID", always, "TestD24AnOwnerOfHomeIsNoOwnerOfTheGroup"),
	membership.mutant("member-give-home", "attack 8, D-24", "mayGive", `"own"`, access, "TestD24AnOwnerOfHomeIsNoOwnerOfTheGroup", "TestR15WhoChangesAGroupsPeople"),
	membership.mutant("member-remove", "attack 9, R-15", "RemoveMembership", `op.requireOnGroup(ctx, g, "manage_members")`, unrefused, "TestR15WhoChangesAGroupsPeople"),
	membership.mutant("member-last", "attack 13, R-18", "RemoveMembership", "role == GroupOwner && !m.Inactive", never, "TestR18TheLastOwnerStays"),
	membership.mutant("member-self-grant", "R-19", "given", "m.SelfGrant = m.UserID == giverID", "m.SelfGrant = false", "TestR19ASelfGrantIsRecorded"),
	membership.mutant("member-self-grant-forbidden", "R-19", "given", "m.Role == GroupMember && op.service.options.ForbidSelfGrants", never, "TestR19ADeploymentForbidsSelfGrants"),
	membership.mutant("member-owner-ends", "R-18", "membershipEnd", "role == GroupOwner && text != nil", never, "TestOwnersOfGroupsHaveNoEnd"),
	membership.mutant("member-active", "D-8", "PutMembership", "op.activeUser(ctx, userID)", "op.user(ctx, userID)", "TestR15WhoChangesAGroupsPeople", "TestD33OnlyActiveOwnersCount", "TestR83SeeingAndDoing"),

	owner.mutant("owner-put", "R-10", "PutOwner", `"own"`, access, "TestOwnersMakeOwners", "TestR83SeeingAndDoing"),
	owner.mutant("owner-remove", "R-18", "RemoveOwner", `"own"`, access, "TestAccessIsNoOwnership"),
	owner.mutant("owner-last", "attack 13, R-18", "keepsOne", "activeOwners <= 1", "activeOwners <= 0", "TestR18TheLastOwnerStays", "TestR18TwoOwnersRemoveEachOther"),
	owner.mutant("owner-active", "D-8", "PutOwner", "op.activeUser(ctx, userID)", "op.user(ctx, userID)", "TestOwnersMakeOwners"),
	owner.mutant("owner-list", "R-83", "Owners", `"view_roster"`, access, "TestR83SeeingAndDoing"),
	owner.mutant("owner-inactive-counts", "D-33", "RemoveOwner", "!owner.Inactive", never, "TestR18TheLastOwnerStays"),

	attach.mutant("attach-moved", "R-6", "attachEnds", `op.require(ctx, o, "own")`, unrefused, "TestAccessIsNoOwnership"),
	attach.mutant("attach-nowhere", "R-6", "missingParent", `op.require(ctx, o, "own")`, unrefused, "TestAccessIsNoOwnership"),
	attach.mutant("attach-place", "R-6", "attachEnds", `op.require(ctx, parent, "own")`, unrefused, "TestR6WhoAttaches"),
	attach.mutant("attach-licence", "R-6", "attachEnds", "op.requireEnterprise(ctx, parent.RootID)", unrefused, "TestR6AttachNeedsTheLicenceOfTheNewRoot"),
	attach.mutant("attach-same-tree", "attack 14, R-6", "placeable", "o.RootID == parent.RootID", never, "TestR6WhoAttaches", "TestR6AnOrganizationIsAttachedOnce", "TestR3ATreeHasThreeLevels"),
	attach.mutant("attach-no-root", "R-6", "placeable", "!o.IsRoot()", never, "TestR6WhoAttaches", "TestR6AllOfTheTreeHasTheNewRoot", "TestR1NothingOfTheFormerTreeIsTold"),
	attach.mutant("attach-paying", "R-6", "attachableTo", "ok && s.EffectivePlan() != PlanFree", "ok && s.EffectivePlan() != PlanFree && false", "TestR6AttachNeedsTheEndOfTheSubscription"),
	attach.mutant("attach-depth", "attack 14, R-3", "attachableTo", "parent.Depth+p.depth() > MaxDepth", never, "TestR3ATreeHasThreeLevels", "TestR3NoFourthLevelByTwoAttaches"),
	moved.mutant("attach-isolates", "D-11", "moveBelow", "p.organizations[i] = p.organizations[i].isolated()", "_ = i", "TestD11AttachEndsTheAccount"),
	moved.mutant("attach-ends-tenant-groups", "D-34", "moveRows", "case TenantGroup, TenantGroupUser:", "case TenantGroupUser:", "TestD34TheTenantGroupsOfARootEndWhenItIsAttached"),
	attach.mutant("detach-own", "D-11", "DetachOrganization", `"own"`, access, "TestAccessIsNoOwnership"),
	attach.mutant("detach-parent", "D-11", "requireParent", `op.require(ctx, parent, "own")`, unrefused, "TestD11WhoDetaches"),

	creation.mutant("create-depth", "attack 14, R-3", "CreateOrganization", "o.Depth > MaxDepth", never, "TestR3ATreeHasThreeLevels"),
	creation.mutant("create-parent", "R-4", "creationParent", `"own"`, access, "TestR4WhoCreatesASubOrganization"),
	creation.mutant("create-licence", "R-4", "creationParent", "op.requireEnterprise(ctx, parent.RootID)", unrefused, "TestR4NeedsEnterpriseOfTheRoot"),
	creation.mutant("create-detached", "R-5", "authorizeDetached", `"own"`, access, "TestR5Detached"),
	creation.mutant("create-detached-licence", "R-5", "authorizeDetached", "op.requireEnterprise(ctx, current.RootID)", unrefused, "TestR4NeedsEnterpriseOfTheRoot"),
	creation.mutant("create-owner-named", "D-35", "founder", `} else if named != "" {`, `} else if named != "" && false {`, "TestD35ThePlatformNamesTheOwner", "TestR4WhoCreatesASubOrganization"),
	creation.mutant("create-in-group", "D-19", "creationPlace", `op.requireOnTenantGroup(ctx, g, "administer")`, unrefused, "TestD19WhoCreatesInAGroup"),
	creation.mutant("create-in-group-below", "D-19", "creationPlace", `op.require(ctx, parent, "own")`, unrefused, "TestD19WhoCreatesInAGroup"),
	creation.mutant("create-in-group-licence", "R-4", "creationPlace", "op.requireEnterprise(ctx, g.RootID)", unrefused, "TestD19WhoCreatesInAGroup"),
	creation.mutant("create-in-group-tree", "attack 1, R-1", "CreateOrganization", `g.ID != "" && o.RootID != g.RootID`, never, "TestD19WhoCreatesInAGroup", "TestR1AnOrganizationOfAnotherTreeIsNotAdded"),
	creation.mutant("create-in-group-links", "D-19", "createInGroup", "o.joins(linked)", unrefused, "TestD19WhatJoinsIsBelowEveryHome"),

	deletion.mutant("delete-own", "R-10", "deletable", `op.require(ctx, o, "own")`, unrefused, "TestR10WhoDeletesAnOrganization"),
	deletion.mutant("delete-current", "R-10", "deletable", "current.ID == o.ID", never, "TestR10WhoDeletesAnOrganization"),
	deletion.mutant("delete-from-another-tree", "attack 2, D-9", "deletable", `current.ID != "" && current.RootID != o.RootID && !o.IsRoot()`, never, "TestAccessIsNoOwnership"),
	deletion.mutant("delete-from-nowhere", "R-10", "deletable", `!op.caller.isPlatform() && op.caller.CurrentOrganization == ""`, never, "TestR10WhoDeletesAnOrganization"),
	deletion.mutant("delete-blocked", "R-11", "DeleteOrganization", "len(blockers) > 0", never, "TestR11AllBlockersAreNamed"),
	deletion.mutant("delete-children", "R-11", "blockers", "len(children) > 0", never, "TestR11AllBlockersAreNamed"),
	deletion.mutant("delete-paying", "R-11", "blockers", "subscription != nil && subscription.EffectivePlan() != PlanFree", never, "TestR11AllBlockersAreNamed"),
	deletion.mutant("delete-free", "D-26", "blockers", "subscription != nil && subscription.EffectivePlan() != PlanFree", "subscription != nil", "TestR11AllBlockersAreNamed"),
	deletion.mutant("delete-paying-itself", "D-13", "blockers", "op.subscription(ctx, o.ID)", "op.subscription(ctx, o.RootID)", "TestR11AllBlockersAreNamed"),
	deletion.mutant("delete-resources", "R-11", "blockers", "n > 0", "n > 0 && t != Agent", "TestR11ResourcesBlockTheDeletion"),
	deletion.mutant("delete-blockers-told", "R-83", "DeletionBlockers", `"own"`, access, "TestAccessIsNoOwnership"),
	deletion.mutant("delete-leaves-rows", "attack 30, I-4", "deleteOrganization", "op.stage(row, removedWith(row, o))", "if _, ok := row.(Owner); !ok { op.stage(row, removedWith(row, o)) }", "TestI4NothingNamesWhatWasDeleted"),

	organized.mutant("existence-only", "R-2", "Organization", "!access", never, "TestR2ExistenceOnly"),
	settings.mutant("settings-own", "R-60", "PatchOrganization", `"own"`, access, "TestR83SeeingAndDoing", "TestR60WhoSetsDoNotDisturb"),
	settings.mutant("delegated-root", "R-40", "isolation", `o.ParentID == ""`, never, "TestD11WhoDelegates", "TestR40CreatedDelegated"),
	settings.mutant("suspend", "D-7", "PatchOrganization", "patch.State != nil && !caller.isPlatform()", never, "TestD7ThePlatformSuspends"),
	settings.mutant("domain-immutable", "R-30", "apply", "p.EmailDomain != nil && !o.hasDomain(*p.EmailDomain)", never, "TestR30ADomainNeverChanges"),
	licence.mutant("subscription-platform", "R-8", "SetSubscription", "!caller.isPlatform()", never, "TestR8ThePlatformSetsSubscriptions"),
}
