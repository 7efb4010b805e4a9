package proof

var (
	decide    = place{"internal/delivery/decide.go", "internal/delivery"}
	deliver   = place{"internal/delivery/delivery.go", "internal/delivery"}
	inBatch   = place{"internal/delivery/batch.go", "internal/delivery"}
	lookup    = place{"internal/delivery/lookup.go", "internal/delivery"}
	inspected = place{"internal/delivery/inspect.go", "internal/delivery"}
	caught    = place{"internal/delivery/caught.go", "internal/delivery"}

	fence  = place{"internal/engine/fence.go", "internal/engine"}
	front  = place{"internal/engine/front.go", "internal/engine"}
	apply  = place{"internal/engine/apply.go", "internal/engine"}
	asking = place{"internal/engine/check.go", "internal/engine"}
)

// inDelivery are the conditions under which a decision is fresh, and a delivery in order.
var inDelivery = []Mutant{
	decide.mutant("check-settled", "attack 29, R-80", "checkNow", "d.settleForQuestion(ctx, d.tree(tree.RootID), tree.Version)", unrefused, "TestNoAnswerFromAnEngineBehind", "TestAnotherNodeDelivers", "TestAStateThatIsNotCommittedIsNotFresh"),
	decide.mutant("check-whole", "attack 29, I-5", "Check", "whole || err != nil", always, "TestNoAnswerFromHalfADelivery", "TestNoAnswerFromAPartOfAnotherNodesDelivery", "TestNoAnswerFromHalfAMove"),
	decide.mutant("check-at-unmoved", "attack 29, I-5", "CheckAt", "d.unmoved(ctx, at.Token())", unrefused, "TestAnAnswerAtAVersion"),
	decide.mutant("unmoved", "attack 29, I-5", "unmoved", "now.Token() != at", never, "TestAnAnswerAtAVersion", "TestAnExplanationAtAVersion"),
	decide.mutant("explain-unmoved", "attack 29, I-5", "ExplainAt", "d.unmoved(ctx, tenancy.Token{RootID: rootID, Version: version})", unrefused, "TestAnExplanationAtAVersion"),
	decide.mutant("explain-settled", "attack 29, R-80", "ExplainAt", "d.settleForQuestion(ctx, d.tree(rootID), version)", unrefused, "TestAnExplanationAtAVersion"),
	decide.mutant("whole-joined", "attack 29, I-5", "wholeSince", "len(delivery.With) > 0 || ", "", "TestNoAnswerFromHalfAMove", "TestNoAnswerFromATreeThatWasLeftMeanwhile", "TestNoAnswerWhileTheOtherTreeIsBehind", "TestALookupFindsWhatIsMovedMeanwhile", "TestALookupFindsWhatIsMovedElsewhere", "TestAMovedResourceIsAskedAboutInItsNewTree"),
	decide.mutant("whole-parts", "attack 29, I-5", "wholeSince", "!d.engine.AppliesAtOnce(delivery)", never, "TestNoAnswerFromHalfADelivery", "TestNoAnswerFromAPartOfAnotherNodesDelivery"),
	decide.mutant("whole-many", "attack 29, I-5", "wholeSince", "len(since) < batch", always, "TestManyVersionsMeanwhileAreNotReadThrough"),
	decide.mutant("within-tree", "attack 26, R-1", "find", `rootID != "" && tree.RootID != rootID`, never, "TestAnAnswerWithinATree"),
	decide.mutant("within-no-tree", "R-1", "CheckWithin", `rootID == ""`, never, "TestAnAnswerWithinATree"),
	decide.mutant("find-again", "attack 29, I-5", "find", "if good {", "if good || true {", "TestNoAnswerFromHalfADelivery", "TestNoAnswerFromATreeThatWasLeftMeanwhile"),
	decide.mutant("find-at-least", "R-80", "committed", "tree.Token().AtLeast(atLeast)", unrefused, "TestAStateThatIsNotCommittedIsNotFresh"),
	decide.mutant("find-kept", "attack 25, I-5", "findAt", "now.Token() == key.at", always, "TestAnAnswerIsKeptUnderItsOwnVersionOnly"),
	decide.mutant("find-left", "attack 29, I-5", "findAt", "now.RootID != tree.RootID", never, "TestAMovedResourceIsAskedAboutInItsNewTree"),
	place{"internal/delivery/memory.go", "internal/delivery"}.mutant("memory-question", "attack 26", "recall", "m.answers.GetIfPresent(key)", "m.answers.GetIfPresent(asked{at: key.at, question: tenancy.Question{Permission: key.question.Permission, Resource: key.question.Resource}})", "TestARepeatedQuestionIsAnsweredFromMemory"),
	place{"internal/delivery/memory.go", "internal/delivery"}.mutant("memory-bounded", "attack 34", "newMemory", "MaximumWeight: bytes,", "MaximumWeight: 1000 * bytes,", "TestTheCacheIsBounded"),
	inBatch.mutant("batch-moved", "attack 29, I-5", "answerPart", "err == nil && !good", never, "TestAMovedResourceIsAskedAboutInItsNewTree", "TestABatchIsOfOneVersion"),
	inBatch.mutant("batch-kept", "attack 29, I-5", "evaluateEach", "if same {\n\t\t\t\td.memory", "if same || true {\n\t\t\t\td.memory", "TestABatchSharesTheMemory", "TestABatchIsOfOneVersion"),
	inBatch.mutant("batch-whole", "attack 29, I-5", "evaluateEach", "err != nil || !whole", "err != nil || !whole && false", "TestNoAnswerFromHalfADelivery", "TestABatchIsOfOneVersion", "TestAMovedResourceIsAskedAboutInItsNewTree", "TestNoAnswerFromAPartOfAnotherNodesDelivery"),
	inBatch.mutant("batch-one-version", "attack 29, I-5", "evaluateEach", "len(remembered) == 0", always, "TestABatchIsOfOneVersion"),
	inBatch.mutant("batch-by-tree", "attack 31, R-81", "answer", "len(parts) == 1", "len(parts) >= 1", "TestABatchIsRefusedByTree"),
	inBatch.mutant("batch-same-engine", "attack 31, R-81", "answer", "all.Go(func() {", "func(f func()) { f() }(func() {", "TestABatchDoesNotWaitForAnotherTree"),
	lookup.mutant("lookup-settled", "attack 29, R-80", "lookUp", "s.d.settleForQuestion(ctx, s.d.tree(tree.RootID), tree.Version)", unrefused, "TestALookupWaitsForEveryTreeOfTheSubject"),
	lookup.mutant("lookup-stands", "attack 4, I-6", "stand", "same, err := s.d.isAt(ctx, tree); err != nil || !same", "same, err := s.d.isAt(ctx, tree); err != nil || !same && false", "TestALookupFindsWhatIsMovedMeanwhile", "TestALookupFindsWhoChangesTrees", "TestALookupFindsWhatIsMovedElsewhere", "TestALookupShowsNoTreeThatIsLeftMeanwhile", "TestAListIsKeptUnderItsOwnVersion"),
	lookup.mutant("lookup-at-least", "R-80", "recall", "tree.Token().AtLeast(atLeast)", unrefused, "TestALookupIsAtLeast"),
	lookup.mutant("lookup-kept", "attack 4, I-5", "lookUp", "if same {", "if same || true {", "TestAListIsKeptUnderItsOwnVersion"),
	place{"internal/delivery/ending.go", "internal/tenancy"}.mutant("ended-first", "attack 19, R-24", "currentOf", "!tree.Over()", always, "TestEndsToTheMillisecond", "TestR24ALinkEnds"),
	deliver.mutant("deliver-panic", "attack 31, R-81", "bring", "d.caught(func() error { return d.settle(ctx, d.tree(root), version) })", "d.settle(ctx, d.tree(root), version)", "TestACommitStandsWhenItsDeliveryPanics"),
	deliver.mutant("deliver-learn", "attack 32, I-2", "inTurn", "held == 0", never, "TestAnotherNodeDelivers", "TestAnEngineOfAnotherTimeIsNotAnsweredFrom").
		equivalent("the fence refuses what the engine has already, and then the same is learned; this spares a write that fails"),
	deliver.mutant("deliver-ahead", "attack 32, R-81", "learn", "version > committed", never, "TestAnEngineOfAnotherTimeIsNotAnsweredFrom"),
	deliver.mutant("deliver-catch-up", "attack 32, R-81", "Commit", "err := d.refuseAhead(ctx, change.Moves())", "err := error(nil)", "TestARecordDoesNotCatchUpWithAnEngineOfAnotherTime"),
	deliver.mutant("deliver-fell", "attack 32, I-2", "fall", "t.version = min(version, t.version)", "", "TestWhatTheEngineHasLostIsDeliveredAgain"),
	deliver.mutant("deliver-lost", "attack 32, I-2", "deliver", "t.held() < delivery.Version-1", never, "TestWhatTheEngineHasLostIsDeliveredAgain").
		equivalent("the fence refuses a version out of order; this spares writes that fail"),
	deliver.mutant("deliver-joined", "attack 29, R-6", "apply", "d.waitsFor(delivery)", unrefused, "TestTreesThatMoveTogetherAreDeliveredTogether", "TestNoAnswerWhileTheOtherTreeIsBehind"),
	deliver.mutant("deliver-joined-behind", "attack 29, R-6", "waitsFor", "held < before.Version", never, "TestTreesThatMoveTogetherAreDeliveredTogether", "TestNoAnswerWhileTheOtherTreeIsBehind"),
	deliver.mutant("deliver-context", "attack 31, R-81", "inTurn", "case <-ctx.Done():", "case <-context.Background().Done():", "TestWaitingForDeliveryEndsWithTheContext"),
	deliver.mutant("deliver-fence", "attack 29, I-2", "apply", "!errors.Is(err, tenancy.ErrFence)", always, "TestManyDeliverersDeliverOnce", "TestAnotherNodeDelivers", "TestANewcomerIsNotTakenForAnOrphan", "TestWhatTheEngineHasLostIsDeliveredAgain"),
	caught.mutant("caught", "attack 31, R-81", "caught", "recover()", "any(nil)", "TestAPanicAboutOneTreeIsThatTreesAlone", "TestACommitStandsWhenItsDeliveryPanics"),
	inspected.mutant("reconcile-missing", "attack 32, I-2", "expect", "if i.room(t) {", "if false && i.room(t) {", "TestARevocationThatTheEngineLost", "TestAttack32"),
	inspected.mutant("reconcile-surplus", "attack 32, I-2", "attribute", "if i.room(t) {", "if false && i.room(t) {", "TestARevocationThatTheEngineLost", "TestAttack32"),
	inspected.mutant("reconcile-fence", "attack 32, I-2", "isFence", "return ", "return false && ", "TestAttack32"),
}

// inEngine are the conditions of the fence, and of how SpiceDB's answers are read.
var inEngine = []Mutant{
	fence.mutant("fence-first", "I-2, attack 29", "preconditions", "{Operation: v1.Precondition_OPERATION_MUST_NOT_MATCH, Filter: fenceFilter(f.resource(rootID))},", "", "TestTreesHaveFencesOfTheirOwn", "TestVersionsComeInOrder", "TestASecondDeliveryWritesNothing", "TestManyAppliersOfOneDelivery"),
	fence.mutant("fence-ended", "I-4, attack 30", "preconditions", "{Operation: v1.Precondition_OPERATION_MUST_NOT_MATCH, Filter: fenceFilter(fence{ended: true}.resource(rootID))},", "", "TestAnEndedTreeKeepsItsVersion"),
	fence.mutant("fence-at", "I-2, attack 29", "preconditions", "return []*v1.Precondition{{Operation: v1.Precondition_OPERATION_MUST_MATCH, Filter: filter}}", "_ = filter\n\treturn nil", "TestVersionsComeInOrder", "TestASecondDeliveryWritesNothing", "TestManyAppliersOfOneDelivery"),
	fence.mutant("fence-any", "I-2, attack 29", "preconditions", "filter.OptionalSubjectFilter = &v1.SubjectFilter{SubjectType: at.Subject.Type, OptionalSubjectId: at.Subject.ID}", "_ = at", "TestVersionsComeInOrder", "TestASecondDeliveryWritesNothing", "TestManyAppliersOfOneDelivery"),
	fence.mutant("fence-moves", "I-2, attack 29", "move", "f != (fence{})", never, "TestVersionsComeInOrder", "TestASecondDeliveryWritesNothing"),
	fence.mutant("fence-part", "attack 29, I-2", "full", "f.part > 0", never, "TestACrashBetweenPartsIsCompleted", "TestLoadBringsTheFence"),
	fence.mutant("fence-form", "I-2", "parseFence", "f.version < 1 || ", "", "TestAFenceThatCantBeReadIsAnError"),
	fence.mutant("fence-form-other", "I-2", "parseFence", " || f.id() != id", "", "TestAFenceThatCantBeReadIsAnError"),
	fence.mutant("fence-twice", "attack 32, I-2", "fenceOn", "if _, err := stream.Recv(); err == nil {", "if _, err := stream.Recv(); err == nil && false {", "TestAFenceThatCantBeReadIsAnError"),
	fence.mutant("fence-of-ended", "I-4, attack 30", "fenceOn", "f.ended = like.ended", "", "TestAnEndedTreeKeepsItsVersion"),
	front.mutant("front-before", "I-2", "onTheWay", "f.at.part == 0 && f.at.version == f.end.version-1", "f.at.version <= f.end.version-1", "TestWhereADeliveryGoesOn"),
	front.mutant("front-within", "I-2", "onTheWay", "0 < f.at.part && f.at.part <= updates", always, "TestWhereADeliveryGoesOn"),
	front.mutant("front-together", "R-6, I-2", "together", "f.at.part != first.at.part || (f.at == f.end) != (first.at == first.end)", never, "TestTreesThatMoveTogetherAreReadTogether"),
	front.mutant("front-part", "I-2", "moveTo", "part < updates", never, "TestACrashBetweenPartsIsCompleted", "TestWritesStayWithinTheLimit"),
	front.mutant("front-of-ended", "I-4", "frontsOf", ", ended: d.Ends(tree.RootID)", "", "TestAnEndedTreeKeepsItsVersion", "TestEndedTreesNameNothing"),
	apply.mutant("apply-version", "I-2", "Apply", "d.Version < 1", never, "TestAFenceThatCantBeReadIsAnError"),
	apply.mutant("apply-room", "attack 34", "room", "e.maxUpdates - fenceMoves*len(d.Trees())", "e.maxUpdates", "TestWritesStayWithinTheLimit"),
	apply.mutant("apply-blindly", "attack 29, attack 32", "bring", "!isFenceFailure(err) && !isUnknown(ctx, err)", "!isFenceFailure(err)", "TestALostAnswerEndsInSuccessAndOneApplication", "TestAnyLosses"),
	apply.mutant("apply-refused-again", "attack 29", "bring", "!isFenceFailure(err) && !isUnknown(ctx, err)", never, "TestARefusalIsNotRepeated"),
	apply.mutant("apply-put-back", "attack 29, R-80", "write", "if _, err := e.readFence(ctx, tree.rootID); err != nil {", "if false {", "TestAQuestionIsAskedByWhatWasSeenOfItsTree"),
	place{"internal/delivery/repair.go", "internal/delivery"}.mutant("repair-ends-ahead", "attack 32", "repairTree", "r.d.end(ctx, t.RootID, r.d.commit)", "r.d.End(ctx, t.RootID)", "TestAnEngineAheadOfATreeInWhichSomethingIsOver"),
	apply.mutant("apply-last-word", "I-2", "lastWords", "!said[u.Relationship]", always, "TestTheLastWordOnARelationshipDecides"),
	apply.mutant("apply-given-up", "attack 31", "bring", "tries == maxTries", "tries == 100*maxTries", "TestAWriteThatNeverGetsThroughIsGivenUp"),
	apply.mutant("apply-at-fence", "I-2", "write", "request.OptionalPreconditions = append(request.OptionalPreconditions, tree.at.preconditions(tree.rootID)...)", "", "TestVersionsComeInOrder", "TestASecondDeliveryWritesNothing"),
	asking.mutant("answer-conditional", "attack 31, R-81", "checkOne", "response.GetPermissionship() == allowed", "response.GetPermissionship() >= allowed", "TestOnlyAFullPermissionAllows"),
	asking.mutant("answer-conditional-bulk", "attack 31, R-81", "readPairs", "pair.GetItem().GetPermissionship() == allowed", "pair.GetItem().GetPermissionship() >= allowed", "TestOnlyAFullPermissionAllows"),
	asking.mutant("answer-in-place", "attack 26, R-81", "readPairs", "asked != questions[i]", never, "TestABulkAnswerThatIsNotWholeIsNone"),
	asking.mutant("answer-missing", "attack 26, R-81", "readPairs", "len(pairs) != len(questions)", never, "TestABulkAnswerThatIsNotWholeIsNone"),
	asking.mutant("answer-consistency", "attack 29, R-80", "checkOne", "Consistency: state,", "Consistency: &v1.Consistency{Requirement: &v1.Consistency_MinimizeLatency{MinimizeLatency: state != nil}},", "TestEveryQuestionIsFullyConsistent"),
	asking.mutant("answer-consistency-bulk", "attack 29, R-80", "checkMany", "Consistency: state", "Consistency: &v1.Consistency{Requirement: &v1.Consistency_MinimizeLatency{MinimizeLatency: state != nil}}", "TestEveryQuestionIsFullyConsistent"),
	sighting.mutant("newest-of-each-tree", "attack 29, R-80", "hasAll", "at.before(fence)", "false", "TestALookupHasOfEachTreeWhatWasSeenOfIt"),
	sighting.mutant("newest-of-the-tree", "attack 29, R-80", "freshEnough", "token != nil", "token != nil && false", "TestAQuestionIsAskedByWhatWasSeenOfItsTree"),
	sighting.mutant("newest-has-begun", "attack 29, R-80", "freshForAll", "enough := token != nil", "enough := true", "TestALookupIsNotOlderThanItsNewestTree"),
	sighting.mutant("seen-is-kept", "attack 29, R-80", "note", "at.before(s.byRoot[rootID].at)", "false", "TestAnOlderFenceTakesNothingBack"),
	place{"internal/engine/claim.go", "internal/engine"}.mutant("engine-of-another", "attack 32", "Claim", `case holder != "":`, `case holder != "" && false:`, "TestAnEngineBelongsToOneRecord"),
	place{"internal/engine/claim.go", "internal/engine"}.mutant("engine-not-empty", "attack 32", "nothingBut", "range definitions", "range definitions[:0]", "TestAnEngineThatHoldsSomethingIsNotClaimed", "TestOfManyClaimsOneHolds"),
}

var (
	derived     = place{"internal/relation/relation.go", "internal/tenancy"}
	accounts    = place{"internal/relation/account.go", "internal/tenancy"}
	collections = place{"internal/relation/tenantgroup.go", "internal/tenancy"}
)

var sighting = place{"internal/engine/sighting.go", "internal/engine"}

// inRelation are the rows from which nothing follows: what is no relationship grants nothing.
var inRelation = []Mutant{
	derived.mutant("owner-as-member", "attack 8, R-15", "ofMembership", "Relation: string(m.Role)", `Relation: "member"`, "TestR15AGroupsOwnerHoldsNoneOfItsClaims"),
	derived.mutant("inactive-member", "attack 25, D-8", "ofMembership", "m.Inactive || m.Suspended", "m.Suspended", "TestDeactivationTakesAndActivationBringsBack"),
	derived.mutant("inactive-owner", "attack 25, D-8", "ofOwner", "o.Inactive || o.Suspended", "o.Suspended", "TestDeactivationTakesAndActivationBringsBack"),
	derived.mutant("suspended-owner", "D-7", "ofOwner", "o.Inactive || o.Suspended", "o.Inactive", "TestD7SuspensionReachesEverythingBelow"),
	place{"internal/relation/relation.go", "internal/relation"}.mutant("suspended-group", "D-7", "ofGroup", "g.Suspended", never, "TestRelationshipsOfEachRow"),
	derived.mutant("suspended-organization", "D-7", "ofOrganization", "o.Suspended", never, "TestD7NothingIsHeldBySubtreeLinksInWhatIsSuspended"),
	derived.mutant("suspended-resource", "D-7", "ofResource", "r.Suspended", never, "TestD7SuspensionEndsWhatMachinesHave"),
	derived.mutant("unlicensed-link", "R-9", "ofLink", "l.Unlicensed || l.Suspended", "l.Suspended", "TestR9AnotherLicenceEndsTheForceOfLinks"),
	accounts.mutant("delegated-alone", "R-40, D-23", "ofAccount", "!o.IsRoot() && o.IsDelegated()", "!o.IsRoot()", "TestD23DelegationIsEachOwn", "TestR42WhichSubaccountsAreReached"),
	accounts.mutant("inactive-administrator", "attack 25, D-8", "ofAdministrator", "a.Inactive || a.Suspended", "a.Suspended", "TestD8DeactivatedAdministratorsHaveNoRole"),
	place{"internal/relation/account.go", "internal/relation"}.mutant("suspended-administrator", "D-7", "ofAdministrator", "a.Inactive || a.Suspended", "a.Inactive", "TestRelationshipsOfEachRow"),
	accounts.mutant("excepted-subaccount", "R-42", "ofAdministrator", `relation = "except"`, "_ = relation", "TestR42WhichSubaccountsAreReached"),
	collections.mutant("inactive-group-user", "attack 25, R-51", "ofTenantGroupUser", "u.Inactive || u.Suspended", "u.Suspended", "TestD8ADeactivatedGroupUserHasNothing"),
	collections.mutant("suspended-group-user", "D-7, R-53", "ofTenantGroupUser", "u.Inactive || u.Suspended", "u.Inactive", "TestD7WithTheRootEverythingIsSuspended", "TestR53WhoHasNoForceUsesNothing"),
	collections.mutant("group-user-no-administrator", "R-52", "ofTenantGroupUser", "u.GroupAdministrator", always, "TestR52WhatEachHoldsWhere"),
	collections.mutant("group-user-not-of-all", "R-52, D-3", "ofTenantGroupUser", "u.AllTenantPermissions", always, "TestR52WhatEachHoldsWhere"),
	collections.mutant("suspended-place", "D-7, R-51", "ofTenantGroupPlace", "p.Suspended", never, "TestD7APlaceOfASuspendedOrganizationGivesNothing"),
	derived.mutant("link-of-one-place", "R-16, R-25", "linkedPlace", "l.Scope == tenancy.ScopeSubtree", always, "TestR16AGroupIsActiveAtHomeAndWhereItIsLinked"),
	derived.mutant("narrowed-link", "attack 12, R-24", "ofLink", "l.Claims != nil", never, "TestR24ANarrowedLinkGivesWhatIsInBoth"),
}
