package backup_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"iter"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/tenantry/tenantry/internal/backup"
	"github.com/tenantry/tenantry/internal/store"
)

var header = backup.Header{Version: 15, Record: "r1", At: time.UnixMilli(1).UTC()}

func each(rows []store.TableRow) iter.Seq2[store.TableRow, error] {
	return func(yield func(store.TableRow, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

func written(t testing.TB, rows []store.TableRow) []byte {
	t.Helper()
	var file bytes.Buffer
	n, err := backup.Write(&file, header, each(rows))
	require.NoError(t, err)
	require.EqualValues(t, len(rows), n)
	return file.Bytes()
}

// readAll reads a whole file; the error is the one that ends it.
func readAll(file []byte) (h backup.Header, rows []store.TableRow, err error) {
	r, err := backup.NewReader(bytes.NewReader(file))
	if err != nil {
		return h, nil, err
	}
	for row, err := range r.Rows() {
		if err != nil {
			return r.Header, rows, err
		}
		rows = append(rows, row)
	}
	return r.Header, rows, nil
}

// TestRoundTrip: what was written is read, whatever the values are.
func TestRoundTrip(t *testing.T) {
	value := rapid.OneOf(
		rapid.Just[any](nil),
		rapid.Map(rapid.Int64(), func(v int64) any { return v }),
		rapid.Map(rapid.String(), func(v string) any { return v }),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(v []byte) any { return append([]byte{}, v...) }),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(v []byte) any { return string(v) }),
	)
	rapid.Check(t, func(rt *rapid.T) {
		var rows []store.TableRow
		for _, table := range rapid.SliceOfDistinct(rapid.SampledFrom([]string{"a", "b", "c"}), rapid.ID).Draw(rt, "tables") {
			columns := rapid.SliceOfN(rapid.StringMatching(`[a-z_]+`), 1, 3).Draw(rt, "columns")
			for range rapid.IntRange(1, 3).Draw(rt, "rows") {
				rows = append(rows, store.TableRow{Table: table, Columns: columns, Values: rapid.SliceOfN(value, len(columns), len(columns)).Draw(rt, "values")})
			}
		}
		h, got, err := readAll(written(t, rows))
		require.NoError(rt, err)
		want := header
		want.Format = 1
		require.Equal(rt, want, h)
		require.Equal(rt, rows, got)
	})
}

var someRows = []store.TableRow{
	{Table: "users", Columns: []string{"id", "name"}, Values: []any{"omar", "Omar"}},
	{Table: "users", Columns: []string{"id", "name"}, Values: []any{"mia", "Mia"}},
	{Table: "secrets", Columns: []string{"name", "value"}, Values: []any{"cursor", []byte{0, 1}}},
}

func plain(t testing.TB, file []byte) string {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(file))
	require.NoError(t, err)
	text, err := io.ReadAll(r)
	require.NoError(t, err)
	return string(text)
}

func packed(t testing.TB, text string) []byte {
	t.Helper()
	var file bytes.Buffer
	w := gzip.NewWriter(&file)
	_, err := io.WriteString(w, text)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return file.Bytes()
}

// TestDamaged: wherever a file is cut off, and whichever line of it is changed, left out or
// doubled, it is known.
func TestDamaged(t *testing.T) {
	file := written(t, someRows)
	for n := range file {
		_, _, err := readAll(file[:n])
		require.Error(t, err, "cut off after %d bytes", n)
	}
	lines := slices.Collect(strings.Lines(plain(t, file)))
	for i := range lines {
		for name, changed := range map[string][]string{
			"left out": slices.Delete(slices.Clone(lines), i, i+1),
			"doubled":  slices.Insert(slices.Clone(lines), i, lines[i]),
			"emptied":  slices.Replace(slices.Clone(lines), i, i+1, "\n"),
			"no JSON":  slices.Replace(slices.Clone(lines), i, i+1, "[{\n"),
			"altered":  slices.Replace(slices.Clone(lines), i, i+1, strings.NewReplacer("mia", "max", "15", "16", "3", "4", "users", "owners", "cursor", "course").Replace(lines[i])),
		} {
			if strings.Join(changed, "") == strings.Join(lines, "") {
				continue // nothing in it was changed
			}
			_, _, err := readAll(packed(t, strings.Join(changed, "")))
			require.Error(t, err, "line %d %s", i, name)
			require.True(t, errors.Is(err, backup.ErrDamaged) || errors.Is(err, backup.ErrNoBackup), "%v", err)
		}
	}
	_, _, err := readAll(packed(t, plain(t, file)+"[]\n"))
	require.ErrorIs(t, err, backup.ErrDamaged, "it goes on behind its end")
}

// TestNoBackup: other files, and those of another form, are refused before a row is read.
func TestNoBackup(t *testing.T) {
	for name, file := range map[string][]byte{
		"empty":        nil,
		"a text":       []byte("hello"),
		"another gzip": packed(t, "{}\n"),
		"a later form": packed(t, `{"tenantry_backup":2,"version":15,"record":"r1","at":"2026-01-01T00:00:00Z"}`+"\n"),
		"no record":    packed(t, `{"tenantry_backup":1,"version":15}`+"\n"),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := backup.NewReader(bytes.NewReader(file))
			require.ErrorIs(t, err, backup.ErrNoBackup)
		})
	}
}

// TestWriteFails: an error of the rows is the writer's, and leaves no backup.
func TestWriteFails(t *testing.T) {
	var file bytes.Buffer
	broken := errors.New("broken")
	_, err := backup.Write(&file, header, func(yield func(store.TableRow, error) bool) {
		if yield(someRows[0], nil) {
			yield(store.TableRow{}, broken)
		}
	})
	require.ErrorIs(t, err, broken)
	_, _, err = readAll(file.Bytes())
	require.Error(t, err)
	_, err = backup.Write(&file, header, each([]store.TableRow{{Table: "x", Columns: []string{"c"}, Values: []any{true}}}))
	require.Error(t, err, "a value of no form")
}

// FuzzRead: no file makes the reader panic, and one that is read whole is written again as it was.
func FuzzRead(f *testing.F) {
	f.Add(plain(f, written(f, someRows)))
	f.Add(plain(f, written(f, nil)))
	f.Fuzz(func(t *testing.T, text string) {
		_, rows, err := readAll(packed(t, text))
		if err != nil {
			return
		}
		_, again, err := readAll(written(t, rows))
		require.NoError(t, err)
		require.Equal(t, rows, again)
	})
}
