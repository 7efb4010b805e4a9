package proof

import "slices"

// inStore are the conditions on which the record commits: each in the one Go of both
// dialects, and in the queries of each.
var inStore = slices.Concat(
	ofStore("internal/store/sqlite"), queriesOf("internal/store/sqlite", "?1", "?2"),
	ofStore("internal/store/postgres"), queriesOf("internal/store/postgres", "$1", "$2"),
	inPostgres, inSQLite,
)

// ofStore are those in Go, as the tests of one dialect see them.
func ofStore(tests string) []Mutant {
	dialect := tests[len("internal/store/"):]
	in := func(file string) place { return place{"internal/store/" + file, tests} }
	all := []Mutant{
		in("basis.go").mutant("basis-moved-tree", "attack 13, attack 14, I-3", "moveFrom", "err = moved(tx.exec(ctx, qTreeMove, root, version, millis(due), millis(now)))", "_, err = tx.exec(ctx, qTreeMove, root, version, millis(due), millis(now))", "TestStore/Commit_fails_with_ErrMoved_when_a_moved_tree"),
		in("basis.go").mutant("basis-compared-tree", "I-3, R-7", "moveFrom", "err = verifyTree(ctx, tx, root, version, due)", "", "TestStore/Commit_fails_with_ErrMoved_when_a_compared_tree"),
		in("basis.go").mutant("basis-compared-user", "attack 25, I-3", "moveFrom", "verifyUser(ctx, tx, id, version)", unrefused, "TestStore/Commit_fails_with_ErrMoved_when_a_compared_user"),
		in("basis.go").mutant("basis-altered-user", "attack 25, I-3", "verifyUser", "err == nil && current != version", never, "TestStore/Commit_fails_with_ErrMoved_when_an_altered_user"),
		in("basis.go").mutant("basis-standing", "attack 25, I-3", "verifyStanding", "!same", never, "TestStore/Commit_fails_with_ErrMoved_when_a_user_stands_elsewhere"),
		in("basis.go").mutant("basis-over", "attack 19, R-24", "moveFrom", "due = time.Time{} // at which nothing is over", "", "TestStore/What_is_over_stays_out", "TestStore/The_end_of_an_access_key"),
		in("basis.go").mutant("basis-over-stays-out", "attack 19, R-24", "moveFrom", "if change.Ending {", "if change.Ending || true {", "TestStore/What_is_over_stays_out"),
		in("basis.go").mutant("basis-begun-tree", "R-13, I-3", "moved", "err == nil && rows == 0", never, "TestStore/Of_many_who_create_one_tree", "TestStore/Commit_fails_with_ErrMoved_when_a_moved_tree"),
		in("basis.go").mutant("id-used", "attack 30, R-13", "reserveIDs", "n == 0", never, "TestStore/Commit_fails_with_ErrIDUsed_for_an_id_that_was_deleted"),
		in("basis.go").mutant("id-used-of-groups", "attack 30, R-13", "identity", `return "group", r.ID`, `return "", ""`, "TestStore/Commit_fails_with_ErrIDUsed_for_an_id_that_was_deleted", "TestStore/Commit_fails_with_ErrIDUsed_for_an_id_in_use"),
		in("basis.go").mutant("domain-taken", "R-30", "requireFreeDomains", "n > 0", never, "TestStore/An_e-mail_domain_belongs"),
		in("commit.go").mutant("commit-of-unread-tree", "I-3", "movedVersions", "!ok", never, "TestStore/Commit_refuses_a_tree_that_is_not_in_the_basis"),
		in("commit.go").mutant("commit-of-unread-user", "I-3", "withUserVersions", "!read", never, "TestStore/Commit_refuses_a_user_who_is_not_in_the_basis"),
		in("commit.go").mutant("commit-answers-once", "I-3", "decidedOnThis", "keepAnswer(ctx, tx, change.Answer)", unrefused, "TestStore/Keep_keeps_one_answer", "TestStore/Commit_says_that_it_answered"),
		in("commit.go").mutant("commit-free", "attack 30, D-12", "CommitAfter", "verifyFree(ctx, tx, change.Basis, rows)", unrefused, "TestStore/Commit_fails_with_ErrMoved_if_a_created_resource", "TestStore/Commit_fails_with_ErrMoved_if_another_tree"),
		in("event.go").mutant("trail-of-nothing", "D-27", "Record", "e.Version == 0", never, "TestStore/Record_writes_to_the"),
		in("event.go").mutant("trail-erased", "R-82", "eraseOrigins", `userID == ""`, always, "TestStore/An_erased_user"),
		in("commit.go").mutant("rehearsed", "R-82", "Rehearse", "return errRehearsed", "return nil", "TestStore/Rehearse"),
	}
	if dialect == "postgres" {
		twiceInPostgres(all, "domain-taken")
	}
	for i := range all {
		all[i].ID += " (" + dialect + ")"
	}
	return all
}

// queriesOf are those in the SQL of a dialect, which names parameters in its own way.
func queriesOf(folder, first, second string) []Mutant {
	dialect := folder[len("internal/store/"):]
	query := func(id, guards, file, from, to string, tests ...string) Mutant {
		return place{folder + "/queries/" + file, folder}.mutant(id+" ("+dialect+")", guards, "", from, to, tests...)
	}
	all := []Mutant{
		query("query-tree-move", "attack 13, attack 14, I-3", "tree.sql", "WHERE root_id = "+first+" AND version = "+second+" AND (", "WHERE root_id = "+first+" AND (0 < "+second+" OR TRUE) AND (", "TestStore/Commit_fails_with_ErrMoved_when_a_moved_tree", "TestStore/Of_many_who_commit_on_one_version"),
		query("query-tree-over", "attack 19, R-24", "tree.sql", " OR ends_at = 0 OR ends_at > ", " OR ends_at = 0 OR ends_at > 0 OR ends_at > ", "TestStore/What_is_over_stays_out"),
		query("query-active-owners", "D-5, R-18", "owner.sql", "WHERE organization_id = "+first+" AND NOT inactive", "WHERE organization_id = "+first, "TestStore/Counts_leave_out_what_is_not_active"),
		query("query-domain-taken", "R-30", "organization.sql", "SELECT count(*) FROM organizations WHERE email_domain = "+first+" AND", "SELECT count(*) FROM organizations WHERE email_domain <> "+first+" AND", "TestStore/An_e-mail_domain_belongs"),
		query("query-invitation-token", "attack 17, R-29", "invitation.sql", "WHERE t.hash = "+first, "WHERE t.hash <> "+first, "TestStore/An_invitation_is_found_by_its_newest_token"),
	}
	if dialect == "postgres" {
		twiceInPostgres(all, "query-domain-taken (postgres)")
	}
	return all
}

// twiceInPostgres says of a condition on e-mail domains that PostgreSQL has another one.
func twiceInPostgres(all []Mutant, id string) {
	i := slices.IndexFunc(all, func(m Mutant) bool { return m.ID == id })
	all[i] = all[i].equivalent("an index of PostgreSQL refuses the second one too; this tells it before")
}

var (
	locked     = place{"internal/store/lock.go", "internal/store/postgres"}
	lockedByPG = place{"internal/store/postgres/lock.go", "internal/store/postgres"}
)

var inPostgres = []Mutant{
	locked.mutant("lock-trees (postgres)", "attack 13, I-3", "locksOf", "locks = append(locks, Lock{lockTree, root, versions[root] == 0})", "_ = Lock{lockTree, root, versions[root] == 0}", "TestWhoReadsATreeKeepsItAsItIs"),
	locked.mutant("lock-resources (postgres)", "D-12, I-3", "locksOfRow", `locks = append(locks, Lock{lockResource, string(r.Type) + " " + r.ID, false})`, `_ = Lock{lockResource, string(r.Type) + " " + r.ID, false}`, "TestAResourceIsNotTakenMeanwhile"),
	locked.mutant("lock-users-altered (postgres)", "attack 25, I-3", "locksOfRow", "locks = append(locks, Lock{lockUser, id, false})", "_ = Lock{lockUser, id, false}", "TestWhoAltersAUserHasHimToHimself"),
	locked.mutant("lock-users-read (postgres)", "attack 25, I-3", "locksOf", "locks = append(locks, Lock{lockUser, id, true})", "_ = Lock{lockUser, id, true}", "TestWhoAltersAUserHasHimToHimself"),
	lockedByPG.mutant("lock-many (postgres)", "attack 34", "ordered", "len(wanted) > maxLocks", never, "TestManyLocksAreOne"),
	lockedByPG.mutant("lock-everything (postgres)", "attack 25, I-3", "ordered", "wanted[everything] = true", "_ = everything", "TestWhoAltersAUserHasHimToHimself"),
	lockedByPG.mutant("lock-everything-alone (postgres)", "attack 25, I-3", "ordered", "[]int64{everything}, []bool{false}", "[]int64{everything}, []bool{true}", "TestWhoAltersAUserHasHimToHimself"),
	lockedByPG.mutant("lock-silence (postgres)", "attack 31, R-81", "lock", "strconv.FormatInt(silence.Milliseconds(), 10)", `"0"`, "TestANodeFallsSilent"),
}

var inSQLite = []Mutant{
	place{"internal/store/sqlite/directory.go", "internal/store/sqlite"}.mutant("directory-in-use", "I-3", "lock", "unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)", "error(nil)", "TestOpenRefusesDirectoryInUse", "TestOpenRefusesTwiceInOneProcess"),
	place{"internal/store/sqlite/directory.go", "internal/store/sqlite"}.mutant("directory-stays-in-use", "I-3", "lock", "locks.Store(f, nil)", "", "TestOpenRefusesDirectoryInUse"),
	place{"internal/tenancy/chain.go", "internal/store/sqlite"}.mutant("chain-previous", "R-82", "chained", "t.bytes(e.PreviousHash[:])", "", "TestR82AnEventThatIsWrittenAnewIsFound"),
	place{"internal/tenancy/chain.go", "internal/store/sqlite"}.mutant("chain-code", "R-82", "chained", "t.text(string(e.Result), string(e.Code), e.RequestID)", "t.text(e.RequestID)", "TestR82TamperingIsFound"),
	place{"internal/tenancy/verify.go", "internal/store/sqlite"}.mutant("chain-holds", "R-82", "add", "!e.holds(c.last.Hash) || ", "", "TestR82TamperingIsFound"),
	place{"internal/tenancy/verify.go", "internal/store/sqlite"}.mutant("chain-follows", "R-82", "add", " || !c.follows(e)", "", "TestR82TamperingIsFound"),
	place{"internal/tenancy/verify.go", "internal/store/sqlite"}.mutant("chain-misses", "R-82", "add", " || c.misses(e)", "", "TestR82ATrailThatIsWrittenAnewHasAnotherHead"),
}
