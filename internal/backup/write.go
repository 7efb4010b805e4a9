package backup

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash"
	"io"
	"iter"
	"slices"

	"github.com/tenantry/tenantry/internal/store"
)

// Write writes a file of all rows, those of one table behind each other, and tells how many
// there are. Format of the header is set here. What an error leaves behind is no backup, and
// known as none.
func Write(w io.Writer, h Header, rows iter.Seq2[store.TableRow, error]) (n int64, err error) {
	compressed, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil {
		return 0, err
	}
	f := &writer{sum: sha256.New()}
	f.lines = json.NewEncoder(io.MultiWriter(compressed, f.sum))
	f.lines.SetEscapeHTML(false)
	h.Format = format
	if err := f.lines.Encode(h); err != nil {
		return 0, err
	}
	for row, err := range rows {
		if err != nil {
			return f.rows, err
		}
		if err := f.row(row); err != nil {
			return f.rows, err
		}
	}
	if err := f.lines.Encode(ending{&f.rows, hex.EncodeToString(f.sum.Sum(nil))}); err != nil {
		return f.rows, err
	}
	return f.rows, compressed.Close()
}

type writer struct {
	lines *json.Encoder
	sum   hash.Hash
	open  opening
	rows  int64
}

func (f *writer) row(row store.TableRow) error {
	if row.Table != f.open.Table || !slices.Equal(row.Columns, f.open.Columns) {
		f.open = opening{row.Table, row.Columns}
		if err := f.lines.Encode(f.open); err != nil {
			return err
		}
	}
	values := make([]any, len(row.Values))
	for i, v := range row.Values {
		var err error
		if values[i], err = encodable(v); err != nil {
			return err
		}
	}
	f.rows++
	return f.lines.Encode(values)
}
