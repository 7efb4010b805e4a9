package store

// Migration tells the versions of a database before and after it was migrated; 0 is an
// empty one. Versions are those of the record: they mean the same in every dialect.
type Migration struct{ From, To int64 }
