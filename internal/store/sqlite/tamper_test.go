package sqlite_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/store/sqlite"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// unguarded takes the triggers away, as who holds the file can.
const unguarded = `DROP TRIGGER events_are_not_altered; DROP TRIGGER events_are_not_deleted;
	DROP TRIGGER event_keys_are_not_altered; DROP TRIGGER event_keys_are_not_deleted;
	DROP TRIGGER event_origins_are_not_altered;`

// told makes a trail of 7 events: changes are 1 to 4 and 6, refusals 5 and 7.
func told(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	s := open(t, dir)
	for n := range int64(5) {
		if n == 4 {
			require.NoError(t, s.Record(t.Context(), refusedIn("acme")))
		}
		id := fmt.Sprint("org", n)
		if n == 0 {
			id = "acme"
		}
		c := newChild("acme", id, n)
		c.Event.Detail = map[string]string{"name": "value"}
		_, err := s.Commit(t.Context(), c, map[string][]tenancy.Update{"acme": linkUpdates["tree0"]})
		require.NoError(t, err)
	}
	require.NoError(t, s.Record(t.Context(), refusedIn("acme")))
	require.NoError(t, s.Close())
	return dir
}

func refusedIn(rootID string) tenancy.Event {
	return tenancy.Event{RootID: rootID, Result: tenancy.ResultRefused, From: "192.0.2.1", OnBehalfOf: "ann"}
}

// TestR82TamperingIsFound has what somebody can do who holds the file, with the first event
// that is found not to be as it was.
func TestR82TamperingIsFound(t *testing.T) {
	for statement, invalid := range map[string]int64{
		"": 0,
		`UPDATE events SET at = at + 1 WHERE seq = 3`:                                       3,
		`UPDATE events SET version = 9 WHERE seq = 5`:                                       5,
		`UPDATE events SET organizations = '["acme"]' WHERE seq = 3`:                        3,
		`UPDATE events SET actor_type = 'x' WHERE seq = 3`:                                  3,
		`UPDATE events SET actor_id = 'x' WHERE seq = 3`:                                    3,
		`UPDATE events SET on_behalf_of = 'ben' WHERE seq = 3`:                              3,
		`UPDATE events SET action = 'x' WHERE seq = 3`:                                      3,
		`UPDATE events SET target_type = 'x' WHERE seq = 3`:                                 3,
		`UPDATE events SET target_id = 'x' WHERE seq = 3`:                                   3,
		`UPDATE events SET detail = '{"name":"other"}' WHERE seq = 3`:                       3,
		`UPDATE events SET detail = '{"other":"value"}' WHERE seq = 3`:                      3,
		`UPDATE events SET result = 'x' WHERE seq = 7`:                                      7,
		`UPDATE events SET code = 'x' WHERE seq = 7`:                                        7,
		`UPDATE events SET request_id = 'x' WHERE seq = 3`:                                  3,
		`UPDATE events SET updates = '[]' WHERE seq = 3`:                                    3,
		`UPDATE events SET joined = '[{"root":"b","version":1}]' WHERE seq = 3`:             3,
		`UPDATE events SET commitment = zeroblob(32) WHERE seq = 3`:                         3,
		`UPDATE events SET previous_hash = zeroblob(32) WHERE seq = 3`:                      3,
		`UPDATE events SET hash = zeroblob(32) WHERE seq = 3`:                               3,
		`UPDATE events SET hash = zeroblob(32) WHERE seq = 7`:                               7,
		`UPDATE event_origins SET from_address = '192.0.2.2' WHERE seq = 5`:                 5,
		`UPDATE event_origins SET salt = zeroblob(16) WHERE seq = 5`:                        5,
		`DELETE FROM event_origins WHERE seq = 5`:                                           0, // as an erasure does
		`DELETE FROM events WHERE seq = 1`:                                                  1,
		`DELETE FROM events WHERE seq = 5`:                                                  5,
		`DELETE FROM events WHERE seq = 5; UPDATE events SET seq = seq - 1 WHERE seq > 5`:   5,
		`DELETE FROM events WHERE seq > 5`:                                                  6, // a change: the tree is at a later version
		`DELETE FROM events`:                                                                1,
		`UPDATE events SET seq = 99 WHERE seq = 3; UPDATE events SET seq = 3 WHERE seq = 4`: 3,
		copyOf(7, 8): 8,
		copyOf(3, 8): 8,
		`DELETE FROM event_keys WHERE seq = 4 AND kind = 'organization'`:     4,
		`DELETE FROM event_keys WHERE seq = 4 AND value = 'ann'`:             4,
		`DELETE FROM event_keys WHERE seq = 4 AND value = 'key1'`:            4,
		`INSERT INTO event_keys VALUES ('acme', 'organization', 'other', 4)`: 4,
		`INSERT INTO event_keys VALUES ('acme', 'actor', 'ben', 4)`:          4,
		`INSERT INTO event_keys VALUES ('acme', 'organization', 'acme', 12)`: 12,
	} {
		t.Run(statement, func(t *testing.T) {
			dir := told(t)
			setVersion(t, dir, unguarded+statement)
			v := verify(t, dir)
			require.Equal(t, invalid, v.FirstInvalid)
			require.Equal(t, invalid == 0, v.Valid())
		})
	}
}

// TestR82WhatConcernsNobodyIsNotErased: an address that is gone from an event of the platform,
// or of a machine, was removed by somebody else than an erasure.
func TestR82WhatConcernsNobodyIsNotErased(t *testing.T) {
	dir := told(t)
	s := open(t, dir)
	e := refusedIn("acme")
	e.OnBehalfOf = ""
	require.NoError(t, s.Record(t.Context(), e))
	require.NoError(t, s.Close())
	require.True(t, verify(t, dir).Valid())
	setVersion(t, dir, unguarded+`DELETE FROM event_origins WHERE seq = 8`)
	require.Equal(t, int64(8), verify(t, dir).FirstInvalid)
}

// copyOf inserts an event anew.
func copyOf(seq, as int) string {
	return fmt.Sprintf(`CREATE TABLE copied AS SELECT * FROM events WHERE seq = %d; UPDATE copied SET seq = %d;
		UPDATE copied SET version = 77 WHERE result = 'done'; INSERT INTO events SELECT * FROM copied; DROP TABLE copied;
		INSERT INTO event_keys SELECT root_id, kind, value, %d FROM event_keys WHERE seq = %d`, seq, as, as, seq)
}

func verify(t *testing.T, dir string, heads ...tenancy.Head) (v tenancy.Verification) {
	t.Helper()
	s := open(t, dir)
	snap, err := s.Snapshot(t.Context())
	require.NoError(t, err)
	v, err = tenancy.VerifyTrail(t.Context(), snap, "acme", heads...)
	require.NoError(t, err)
	require.NoError(t, snap.Close())
	require.NoError(t, s.Close())
	return v
}

// TestR82AnEventThatIsWrittenAnewIsFound by the next one: its own hash says what it says now,
// and the next one follows on another.
func TestR82AnEventThatIsWrittenAnewIsFound(t *testing.T) {
	dir := told(t)
	s := open(t, dir)
	snap, err := s.Snapshot(t.Context())
	require.NoError(t, err)
	var anew tenancy.Entry
	var before tenancy.Head
	for e, err := range snap.Trail(t.Context(), "acme") {
		require.NoError(t, err)
		if e.Seq == 2 {
			before = tenancy.Head{RootID: "acme", Seq: e.Seq, Hash: e.Hash}
		}
		if e.Seq == 3 {
			e.Action = "x"
			anew = e.Sealed(before)
		}
	}
	require.NoError(t, snap.Close())
	require.NoError(t, s.Close())
	require.EqualValues(t, 3, anew.Seq)
	setVersion(t, dir, unguarded+fmt.Sprintf(`UPDATE events SET action = 'x', commitment = x'%s', hash = x'%s' WHERE seq = 3;
		DELETE FROM event_origins WHERE seq = 3`, anew.Commitment, anew.Hash))
	require.EqualValues(t, 4, verify(t, dir).FirstInvalid)
	setVersion(t, dir, fmt.Sprintf(`UPDATE events SET previous_hash = x'%s' WHERE seq = 4`, anew.Hash))
	require.EqualValues(t, 4, verify(t, dir).FirstInvalid, "its hash is of what was before it, too")
}

// TestR82ATrailThatIsWrittenAnewHasAnotherHead: who computes all hashes again, or cuts off a
// refusal, is found by a head that was kept elsewhere, and by nothing else.
func TestR82ATrailThatIsWrittenAnewHasAnotherHead(t *testing.T) {
	dir := told(t)
	s := open(t, dir)
	snap, err := s.Snapshot(t.Context())
	require.NoError(t, err)
	head, err := snap.Head(t.Context(), "acme")
	require.NoError(t, err)
	require.NoError(t, snap.Close())
	require.NoError(t, s.Close())
	require.Zero(t, verify(t, dir, head).FirstInvalid)

	setVersion(t, dir, unguarded+`DELETE FROM events WHERE seq = 7;
		DELETE FROM event_keys WHERE seq = 7; DELETE FROM event_origins WHERE seq = 7`)
	require.Zero(t, verify(t, dir).FirstInvalid)
	require.EqualValues(t, 7, verify(t, dir, head).FirstInvalid)
	s = open(t, dir)
	require.NoError(t, s.Record(t.Context(), refusedIn("acme")))
	require.NoError(t, s.Close())
	require.Zero(t, verify(t, dir).FirstInvalid)
	require.EqualValues(t, 7, verify(t, dir, head).FirstInvalid)
}

// TestR82TheRecordRefusesToAlterEvents as long as nobody takes the triggers away.
func TestR82TheRecordRefusesToAlterEvents(t *testing.T) {
	dir := told(t)
	for _, statement := range []string{
		`UPDATE events SET code = 'x'`, `UPDATE events SET hash = zeroblob(32)`, `DELETE FROM events`,
		`UPDATE event_keys SET value = 'x'`, `DELETE FROM event_keys`,
		`UPDATE event_origins SET from_address = 'x'`, `UPDATE event_origins SET salt = x'00'`,
	} {
		require.ErrorContains(t, attempt(dir, statement), "never", statement)
	}
}

// TestR82AnOrderThatWasAlteredBeforeTheChainIsFound: a chain that is made of events in another
// order holds, as nobody knew a hash of them. That the changes are not those of the versions in
// their order is found all the same (I-3).
func TestR82AnOrderThatWasAlteredBeforeTheChainIsFound(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, sqlite.MigrateTo(t.Context(), dir, 8))
	statement := `INSERT INTO trees (root_id, version) VALUES ('acme', 3);`
	for seq, version := range []int{1, 3, 2} {
		statement += fmt.Sprintf(`INSERT INTO events (root_id, seq, at, version, organizations, actor_type, actor_id, on_behalf_of,
			from_address, action, target_type, target_id, detail, result, code, request_id, updates)
			VALUES ('acme', %d, 5, %d, '["acme"]', 'console_key', 'key', '', '', 'a', 't', 'i', 'null', 'done', '', 'r', '[]');
			INSERT INTO event_keys VALUES ('acme', 'actor', 'key', %d), ('acme', 'organization', 'acme', %d);`, seq+1, version, seq+1, seq+1)
	}
	setVersion(t, dir, statement)
	require.Equal(t, tenancy.Verification{Events: 3, FirstInvalid: 2}, verify(t, dir))
}

// TestMigrationChainsTheTrails of a record of the last release, which had none.
func TestMigrationChainsTheTrails(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, sqlite.MigrateTo(t.Context(), dir, 8))
	const event = `INSERT INTO events (root_id, seq, at, version, organizations, actor_type, actor_id, on_behalf_of,
		from_address, action, target_type, target_id, detail, result, code, request_id, updates)`
	statement := `INSERT INTO trees (root_id, version) VALUES ('acme', 700);`
	for n := 1; n <= 700; n++ {
		statement += event + fmt.Sprintf(`VALUES ('acme', %d, 5, %d, '["acme"]', 'console_key', 'key', 'ann', '192.0.2.%d', 'a', 't', 'i',
			'{"k":"v"}', 'done', '', 'r', '["+organization:acme#owner@user:u%d"]');
			INSERT INTO event_keys VALUES ('acme', 'actor', 'key', %d), ('acme', 'actor', 'ann', %d), ('acme', 'organization', 'acme', %d);`, n, n, n%256, n, n, n, n)
	}
	statement += event + `VALUES ('', 1, 5, 0, 'null', 'console_key', 'key', '', '', 'a', 't', 'i', 'null', 'refused', 'c', 'r', '[]');
		INSERT INTO event_keys VALUES ('', 'actor', 'key', 1);`
	setVersion(t, dir, statement)

	require.Equal(t, tenancy.Verification{Events: 700}, verify(t, dir))
	s := open(t, dir)
	defer s.Close()
	require.NoError(t, s.Record(t.Context(), refusedIn("acme")))
	snap, err := s.Snapshot(t.Context())
	require.NoError(t, err)
	defer snap.Close()
	for rootID, events := range map[string]int64{"acme": 701, "": 1} {
		v, err := tenancy.VerifyTrail(t.Context(), snap, rootID)
		require.NoError(t, err)
		require.Equal(t, tenancy.Verification{Events: events}, v)
	}
	list, err := snap.Events(t.Context(), tenancy.EventFilter{RootID: "acme", After: 9}, 1)
	require.NoError(t, err)
	require.Equal(t, "192.0.2.10", list[0].From)
	require.ErrorContains(t, attempt(dir, `UPDATE events SET code = 'x'`), "never altered")
}
