package postgres

import "database/sql"

// Databases are the pools of a store.
func Databases(s *Store) []*sql.DB { return []*sql.DB{s.writer.DB(), s.reader.DB(), s.snapshots.DB()} }
