package store

// TableRow is one row of one table of the record, as a backup carries it from one store to
// another: all of the table's columns, and the value of each, which is nil, a bool, an int64,
// a string or a []byte. Rows of one table share Columns.
type TableRow struct {
	Table   string
	Columns []string
	Values  []any
}
