package sqlite

import (
	"context"
	"database/sql"
	"errors"

	"github.com/pressly/goose/v3"

	"github.com/tenantry/tenantry/internal/failpoint"
	"github.com/tenantry/tenantry/internal/store"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// chainingVersion is the number of the migration that chains the events of older programs.
const chainingVersion = 14

// chaining is a migration in Go: the hash of an event is computed in one place.
func chaining() *goose.Migration {
	return goose.NewGoMigration(chainingVersion, &goose.GoFunc{RunTx: chainAll}, nil)
}

// What the migration does after the events are chained: addresses stand beside the chain
// now, and nothing of an event may change from here on.
const chainingEnd = `
ALTER TABLE events DROP COLUMN from_address;
CREATE TRIGGER events_are_not_altered BEFORE UPDATE ON events
BEGIN SELECT RAISE (ABORT, 'events are never altered'); END;`

func chainAll(ctx context.Context, tx *sql.Tx) error {
	var last tenancy.Head
	for {
		page, err := unchained(ctx, tx, last)
		if err != nil {
			return err
		}
		if len(page) == 0 {
			if _, err := tx.ExecContext(ctx, chainingEnd); err != nil {
				return err
			}
			return failpoint.Err(failpoint.MigrationHalf)
		}
		for _, e := range page {
			if last, err = chainOne(ctx, tx, e, last); err != nil {
				return err
			}
		}
	}
}

// chainOne keeps the event's own number: a gap in a trail stays one.
func chainOne(ctx context.Context, tx *sql.Tx, e tenancy.Entry, last tenancy.Head) (tenancy.Head, error) {
	if last.RootID != e.RootID {
		last = tenancy.Head{RootID: e.RootID}
	}
	last.Seq = e.Seq - 1
	e = e.Sealed(last)
	_, err := tx.ExecContext(ctx, `UPDATE events SET commitment = ?3, previous_hash = ?4, hash = ?5 WHERE root_id = ?1 AND seq = ?2`,
		e.RootID, e.Seq, e.Commitment[:], e.PreviousHash[:], e.Hash[:])
	if err != nil {
		return last, err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO event_origins (root_id, seq, from_address, salt) VALUES (?1, ?2, ?3, ?4)`,
		e.RootID, e.Seq, e.From, e.Salt)
	return tenancy.Head{RootID: e.RootID, Seq: e.Seq, Hash: e.Hash}, err
}

// unchained are the events after one, in order, at most so many as fit in memory well.
func unchained(ctx context.Context, tx *sql.Tx, after tenancy.Head) (page []tenancy.Entry, err error) {
	rows, err := tx.QueryContext(ctx, `
SELECT root_id, seq, at, version, organizations, actor_type, actor_id, on_behalf_of, from_address,
       action, target_type, target_id, detail, result, code, request_id,
       zeroblob(32) AS previous_hash, zeroblob(32) AS hash, zeroblob(32) AS commitment, NULL, updates, joined
FROM events
WHERE (root_id, seq) > (?1, ?2)
ORDER BY root_id, seq
LIMIT 500`, after.RootID, after.Seq)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		e, err := store.ScanEntry(rows)
		if err != nil {
			return nil, err
		}
		page = append(page, e)
	}
	return page, rows.Err()
}
