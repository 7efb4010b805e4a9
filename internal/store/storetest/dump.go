package storetest

import (
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/store"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Dumper is the part of a store that backups are made of.
type Dumper interface {
	// Dump gives all that the record holds, at one instant and in one order.
	Dump(ctx context.Context) iter.Seq2[store.TableRow, error]
	// Fill writes a dump into an empty record, all of it or nothing.
	Fill(ctx context.Context, rows iter.Seq2[store.TableRow, error]) error
	RequireEmpty(ctx context.Context) error
	// ID is that of the record, in whatever store it is.
	ID(ctx context.Context) (string, error)
}

var dumpTests = map[string]func(world){
	"A dump fills a record that is then the same":           dumpFills,
	"A dump is of one instant":                              dumpOneInstant,
	"What is not whole fills nothing":                       dumpFillsNothing,
	"A record that holds something is not filled":           dumpNeedsEmpty,
	"What is random in a record gives way to what fills it": dumpTakesThePlaceOfSecrets,
	"Only what the record has is filled":                    dumpOfOthers,
	"The id is the record's own":                            recordID,
}

// full holds a row of every table.
func full(w world) {
	oneOfEach(w)
	require.NoError(w.t, w.Record(w.ctx(), refused("acme")))
	require.NoError(w.t, w.Keep(w.ctx(), answer("key")))
	require.NoError(w.t, w.AddServiceKey(w.ctx(), tenancy.ServiceKey{ID: "tpk_1", Kind: tenancy.PlatformKey, Name: "a", Hash: []byte{1, 0}, CreatedAt: minute(1)}))
	_, err := w.ID(w.ctx())
	require.NoError(w.t, err)
}

func (w world) dump() (rows []store.TableRow) {
	for row, err := range w.Dump(w.ctx()) {
		require.NoError(w.t, err)
		rows = append(rows, row)
	}
	return rows
}

func each(rows []store.TableRow) iter.Seq2[store.TableRow, error] {
	return func(yield func(store.TableRow, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

func dumpFills(w world) {
	full(w)
	other := w.another()
	rows := w.dump()
	require.NoError(w.t, other.Fill(w.ctx(), each(rows)))
	require.Equal(w.t, rows, other.dump())
	require.Equal(w.t, w.everything(), other.everything())
	id, err := w.ID(w.ctx())
	require.NoError(w.t, err)
	theirs, err := other.ID(w.ctx())
	require.NoError(w.t, err)
	require.Equal(w.t, id, theirs)

	// It goes on as the first would have.
	for _, record := range []world{w, other} {
		record.commit(create(child("south", root("acme"))), alter(user("ann"), altered(user("ann"))))
		record.fails(tenancy.ErrIDUsed, record.change(create(child("south", root("acme")))))
	}
	require.Equal(w.t, w.everything(), other.everything())
}

func dumpOneInstant(w world) {
	full(w)
	want := w.dump()
	var got []store.TableRow
	for row, err := range w.Dump(w.ctx()) {
		require.NoError(w.t, err)
		if len(got) == 0 {
			w.commit(create(child("south", root("acme"))), create(user("ben")))
		}
		got = append(got, row)
	}
	require.Equal(w.t, want, got)
}

func dumpFillsNothing(w world) {
	full(w)
	rows := w.dump()
	other := w.another()
	broken := errors.New("broken")
	for _, n := range []int{0, 1, len(rows) / 2, len(rows)} {
		err := other.Fill(w.ctx(), func(yield func(store.TableRow, error) bool) {
			for row := range each(rows[:n]) {
				if !yield(row, nil) {
					return
				}
			}
			yield(store.TableRow{}, broken)
		})
		require.ErrorIs(w.t, err, broken)
		require.Empty(w.t, other.dump())
	}
	require.Error(w.t, other.Fill(w.ctx(), each(append(rows, rows[0]))), "a row that comes twice")
	require.Empty(w.t, other.dump())
	require.NoError(w.t, other.Fill(w.ctx(), each(rows)))
}

func dumpNeedsEmpty(w world) {
	full(w)
	before := w.dump()
	require.ErrorIs(w.t, w.Fill(w.ctx(), each(before)), store.ErrNotEmpty)
	require.Equal(w.t, before, w.dump())
	require.ErrorIs(w.t, w.RequireEmpty(w.ctx()), store.ErrNotEmpty)
}

// dumpTakesThePlaceOfSecrets: who migrates a record asks for its id, and makes it by that.
func dumpTakesThePlaceOfSecrets(w world) {
	full(w)
	id, err := w.ID(w.ctx())
	require.NoError(w.t, err)
	rows := w.dump()
	other := w.another()
	before, err := other.ID(w.ctx())
	require.NoError(w.t, err)
	require.NotEqual(w.t, id, before)
	require.NoError(w.t, other.RequireEmpty(w.ctx()))
	require.NoError(w.t, other.Fill(w.ctx(), each(rows)))
	require.Equal(w.t, rows, other.dump())
	after, err := other.ID(w.ctx())
	require.NoError(w.t, err)
	require.Equal(w.t, id, after)
}

func dumpOfOthers(w world) {
	full(w)
	rows := w.dump()
	for name, change := range map[string]func(*store.TableRow){
		"another table":      func(r *store.TableRow) { r.Table = "sqlite_schema" },
		"a statement":        func(r *store.TableRow) { r.Table = "trees; DROP TABLE users" },
		"a column too few":   func(r *store.TableRow) { r.Columns, r.Values = r.Columns[1:], r.Values[1:] },
		"another column":     func(r *store.TableRow) { r.Columns = append([]string{"x"}, r.Columns[1:]...) },
		"a column that runs": func(r *store.TableRow) { r.Columns = append([]string{"id) SELECT (1"}, r.Columns[1:]...) },
	} {
		other := w.another()
		changed := slices.Clone(rows)
		change(&changed[0])
		require.Error(w.t, other.Fill(w.ctx(), each(changed)), name)
		require.Empty(w.t, other.dump(), name)
	}
}

func recordID(w world) {
	id, err := w.ID(w.ctx())
	require.NoError(w.t, err)
	require.True(w.t, tenancy.ValidID(id), id)
	again, err := w.ID(w.ctx())
	require.NoError(w.t, err)
	require.Equal(w.t, id, again)
	other, err := w.another().ID(w.ctx())
	require.NoError(w.t, err)
	require.NotEqual(w.t, id, other)
}
