package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
)

// dumped are the tables that a record is made of, each with the columns that its rows are told
// apart by. What triggers keep beside them is left out: it comes again by itself.
var dumped = []struct{ table, keys string }{
	{"trees", "root_id"},
	{"users", "id"},
	{"organizations", "id"},
	{"subscriptions", "organization_id"},
	{"owners", "organization_id, user_id"},
	{"groups", "id"},
	{"memberships", "group_id, role, user_id"},
	{"tenant_groups", "id"},
	{"tenant_group_places", "tenant_group_id, organization_id"},
	{"tenant_group_users", "tenant_group_id, user_id"},
	{"links", "group_id, organization_id, tenant_group_id"},
	{"administrators", "root_id, user_id"},
	{"invitations", "id"},
	{"invitation_tokens", "invitation_id"},
	{"resources", "type, id"},
	{"released_resources", "type, id"},
	{"access_keys", "id"},
	{"access_key_uses", "id"},
	{"used_ids", "kind, id"},
	{"events", "root_id, seq"},
	{"event_keys", "root_id, kind, value, seq"},
	{"event_origins", "root_id, seq"},
	{"service_keys", "id"},
	{"kept_answers", "key_id, user_id, key"},
	{secrets, "name"},
}

// secrets is the table of what is random in a record. What a backup brings takes the place of
// what is there.
const secrets = "secrets"

// IsDumped reports whether a table is one of those that a record is made of.
func IsDumped(table string) bool {
	return slices.ContainsFunc(dumped, func(d struct{ table, keys string }) bool { return d.table == table })
}

// TableRow is one row of one table of the record, as a backup carries it from one store to
// another, whatever the dialects: the table's columns, and the value of each, which is nil, an
// int64, a string or a []byte. Rows of one table share Columns.
type TableRow struct {
	Table   string
	Columns []string
	Values  []any
}

// ErrNotEmpty says that a record holds something already.
var ErrNotEmpty = errors.New("the record is not empty")

// Dump gives every row of every table, as the record is at one instant, beside the nodes that
// serve it. It comes in one order: records that hold the same give the same.
func (t *Trails) Dump(ctx context.Context) iter.Seq2[TableRow, error] { return t.reader.dump(ctx) }

// Dump is that of [Trails], from a store that serves.
func (s *Store) Dump(ctx context.Context) iter.Seq2[TableRow, error] { return s.snapshots.dump(ctx) }

func (p *Pool) dump(ctx context.Context) iter.Seq2[TableRow, error] {
	return func(yield func(TableRow, error) bool) {
		view, err := p.begin(ctx)
		if err != nil {
			yield(TableRow{}, err)
			return
		}
		defer view.rollback()
		columns, err := view.columns(ctx)
		if err != nil {
			yield(TableRow{}, err)
			return
		}
		for _, d := range dumped {
			for row, err := range view.dump(ctx, d.table, d.keys, columns[d.table]) {
				if !yield(row, err) || err != nil {
					return
				}
			}
		}
	}
}

// column is one of a table, and whether it holds truth values.
type column struct {
	table, name string
	truth       bool
}

var qTableColumns = named("table_columns")

// columns are those of each table that are written, in order of their names.
func (t *transaction) columns(ctx context.Context) (map[string][]column, error) {
	listed, err := all(ctx, t, func(s scanner) (c column, err error) {
		err = s.Scan(&c.table, &c.name, &c.truth)
		return c, err
	}, qTableColumns)
	if err != nil {
		return nil, err
	}
	columns := map[string][]column{}
	for _, c := range listed {
		columns[c.table] = append(columns[c.table], c)
	}
	for _, of := range columns {
		slices.SortFunc(of, func(a, b column) int { return cmp.Compare(a.name, b.name) })
	}
	return columns, nil
}

// dump reads one table. The statement is made of names that the database has told.
func (t *transaction) dump(ctx context.Context, table, keys string, columns []column) iter.Seq2[TableRow, error] {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.name
	}
	return func(yield func(TableRow, error) bool) {
		//nolint:gosec // all names in it are known, or come from the catalogue
		rows, err := t.tx.QueryContext(ctx, "SELECT "+strings.Join(names, ", ")+" FROM "+table+" ORDER BY "+keys)
		if err != nil {
			yield(TableRow{}, fmt.Errorf("dump %s: %w", table, translated(ctx, t, err)))
			return
		}
		defer rows.Close()
		for rows.Next() {
			row, err := scanTableRow(rows, table, names)
			if !yield(row, translated(ctx, t, err)) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(TableRow{}, fmt.Errorf("dump %s: %w", table, translated(ctx, t, err)))
		}
	}
}

// scanTableRow reads values as every dialect has them: true is 1.
func scanTableRow(s scanner, table string, names []string) (TableRow, error) {
	row := TableRow{Table: table, Columns: names, Values: make([]any, len(names))}
	into := make([]any, len(names))
	for i := range row.Values {
		into[i] = &row.Values[i]
	}
	err := s.Scan(into...)
	for i, v := range row.Values {
		if truth, ok := v.(bool); ok {
			row.Values[i] = int64(0)
			if truth {
				row.Values[i] = int64(1)
			}
		}
	}
	return row, err
}

// Fill writes the rows of a dump into a record that holds nothing: all of them, or none. It
// fails with [ErrNotEmpty] if the record holds something, and with the error of the rows if
// that is what ends them. Nobody may serve the record meanwhile.
func (s *Store) Fill(ctx context.Context, rows iter.Seq2[TableRow, error]) error {
	return s.writer.fill(ctx, rows)
}

func (p *Pool) fill(ctx context.Context, rows iter.Seq2[TableRow, error]) error {
	tx, err := p.db.BeginTx(ctx, p.dialect.Writing)
	if err != nil {
		return p.dialect.Translate(err)
	}
	defer tx.Rollback() // does nothing after a commit
	t := &transaction{tx: tx, pool: p}
	if err := t.requireEmpty(ctx); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM "+secrets); err != nil {
		return translated(ctx, t, err)
	}
	columns, err := t.columns(ctx)
	if err != nil {
		return err
	}
	for chunk, err := range chunks(rows) {
		if err != nil {
			return err
		}
		if err := t.insert(ctx, chunk, columns[chunk[0].Table]); err != nil {
			return err
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", p.dialect.Translate(err))
	}
	return nil
}

// RequireEmpty fails with [ErrNotEmpty] if the record holds something. Secrets are nothing: the
// first who asks for one makes it.
func (s *Store) RequireEmpty(ctx context.Context) error {
	tx, err := s.snapshots.begin(ctx)
	if err != nil {
		return err
	}
	return errors.Join(tx.requireEmpty(ctx), tx.rollback())
}

func (t *transaction) requireEmpty(ctx context.Context) error {
	for _, d := range dumped {
		if d.table == secrets {
			continue
		}
		var holds bool
		err := t.tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM "+d.table+")").Scan(&holds)
		if err != nil {
			return translated(ctx, t, err)
		}
		if holds {
			return ErrNotEmpty
		}
	}
	return nil
}

// chunkSize is how many rows are written by one statement.
const chunkSize = 100

// chunks gathers rows of one table.
func chunks(rows iter.Seq2[TableRow, error]) iter.Seq2[[]TableRow, error] {
	return func(yield func([]TableRow, error) bool) {
		var chunk []TableRow
		for row, err := range rows {
			if err != nil {
				yield(nil, err)
				return
			}
			if len(chunk) > 0 && (len(chunk) == chunkSize || row.Table != chunk[0].Table || !slices.Equal(row.Columns, chunk[0].Columns)) {
				if !yield(chunk, nil) {
					return
				}
				chunk = nil
			}
			chunk = append(chunk, row)
		}
		if len(chunk) > 0 {
			yield(chunk, nil)
		}
	}
}

// insert writes rows of one table, which must have the columns that the record has, and no
// others: so a statement is made of known names.
func (t *transaction) insert(ctx context.Context, chunk []TableRow, columns []column) error {
	table, names := chunk[0].Table, chunk[0].Columns
	same := slices.EqualFunc(names, columns, func(name string, c column) bool { return name == c.name })
	if !IsDumped(table) || !same {
		return fmt.Errorf("the record has no table %q with the columns %s", table, strings.Join(names, ", "))
	}
	var values []any
	for _, row := range chunk {
		for i, v := range row.Values {
			if n, ok := v.(int64); ok && columns[i].truth {
				v = n != 0
			}
			values = append(values, v)
		}
	}
	//nolint:gosec // all names in it were compared with those of the record
	text := "INSERT INTO " + table + " (" + strings.Join(names, ", ") + ") VALUES " + t.pool.dialect.places(len(chunk), len(names))
	if _, err := t.tx.ExecContext(ctx, text, values...); err != nil {
		return fmt.Errorf("fill %s: %w", table, translated(ctx, t, err))
	}
	return nil
}

// places are those of the values of so many rows.
func (d *Dialect) places(rows, columns int) string {
	var text strings.Builder
	for i := range rows * columns {
		switch {
		case i == 0:
			text.WriteString("(")
		case i%columns == 0:
			text.WriteString("), (")
		default:
			text.WriteString(", ")
		}
		fmt.Fprintf(&text, "%c%d", d.Place, i+1)
	}
	text.WriteString(")")
	return text.String()
}
