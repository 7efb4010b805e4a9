package postgres

import (
	"context"
	"database/sql"
	"hash/fnv"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/tenantry/tenantry/internal/store"
)

// maxLocks is how many things a transaction locks by name. The server has room for some
// thousands of locks of all transactions; a change that needs more has everything to itself.
const maxLocks = 500

// everything is locked by every transaction that locks anything: shared, but by a change with
// too many locks.
var everything = keyOf("everything", "")

// silence is how long the server waits for the next statement of a transaction that holds locks:
// so long a node that is cut off, in the midst of a change, keeps the others from its trees. A
// keepalive would take longer, and is answered by whatever stands in between.
const silence = 5 * time.Second

// lockStatement takes locks in the order in which they are given, and then tells the time.
const lockStatement = `
WITH ends AS MATERIALIZED (SELECT set_config('idle_in_transaction_session_timeout', $3, true)), had AS MATERIALIZED (
    SELECT CASE WHEN wanted.shared THEN pg_advisory_xact_lock_shared(wanted.key)::text
                ELSE pg_advisory_xact_lock(wanted.key)::text END
    FROM unnest($1::bigint[], $2::boolean[]) AS wanted (key, shared))
SELECT count(*), millis(clock_timestamp()) FROM had, ends`

// lock takes the locks of a transaction in one statement, in ascending order of their numbers:
// two transactions that want the same can't wait for each other.
func lock(ctx context.Context, tx *sql.Tx, locks []store.Lock) (time.Time, error) {
	keys, shared := ordered(locks)
	var n, at int64
	err := tx.QueryRowContext(ctx, lockStatement, keys, shared, strconv.FormatInt(silence.Milliseconds(), 10)).Scan(&n, &at)
	return time.UnixMilli(at).UTC(), err
}

// ordered are the numbers of the locks, each once: alone, if anybody wants it alone.
func ordered(locks []store.Lock) (keys []int64, shared []bool) {
	wanted := map[int64]bool{}
	for _, l := range locks {
		key := keyOf(l.Kind, l.Name)
		before, twice := wanted[key]
		wanted[key] = l.Shared && (before || !twice)
	}
	if len(wanted) > maxLocks {
		return []int64{everything}, []bool{false}
	}
	wanted[everything] = true
	keys = slices.Sorted(maps.Keys(wanted))
	for _, key := range keys {
		shared = append(shared, wanted[key])
	}
	return keys, shared
}

// keyOf is the number of a lock. It is the same for every node and every version of the
// program.
func keyOf(kind, name string) int64 {
	h := fnv.New64a()
	for _, part := range []string{"tenantry", kind, name} {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	return int64(h.Sum64()) //nolint:gosec // all bits count, whatever they are read as
}
