package store

import (
	"errors"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Store is the record over the pools of one dialect. It is safe for concurrent use. The
// stores stand around it, each with what it keeps in memory.
//
// Writing, snapshots and short reads have connections of their own, so a holder of a
// snapshot can commit and read beside it. One that opens a second snapshot may wait for
// others that do the same: don't.
type Store struct {
	Keys
	snapshots *Pool
	clock     tenancy.Clock // nil where the database tells the time
}

// New takes over the pools. They are the store's to close. Without a clock the record goes by
// that of the database.
func New(keys Keys, snapshots *Pool, clock tenancy.Clock) *Store {
	return &Store{keys, snapshots, clock}
}

var (
	_ tenancy.Store    = (*Store)(nil)
	_ tenancy.Recorder = (*Store)(nil)
)

// Close ends the use of the record. Open snapshots end.
func (s *Store) Close() error {
	return errors.Join(s.snapshots.Close(), s.Keys.Close())
}
