package backup

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"iter"

	"github.com/tenantry/tenantry/internal/store"
)

// maxLine bounds what one row of a file may take in memory, in bytes. The largest is the event
// of a change of many relationships.
const maxLine = 256 << 20

// Reader reads a file, once.
type Reader struct {
	Header Header

	lines *bufio.Reader
	sum   hash.Hash
	table opening
	rows  int64
}

// NewReader reads the header. It fails with [ErrNoBackup] if the file is none, or has a form
// that is not known.
func NewReader(r io.Reader) (*Reader, error) {
	plain, err := gzip.NewReader(r)
	if err != nil {
		return nil, ErrNoBackup
	}
	f := &Reader{lines: bufio.NewReaderSize(plain, 1<<20), sum: sha256.New()}
	line, err := f.line()
	if err != nil || json.Unmarshal(line, &f.Header) != nil {
		return nil, ErrNoBackup
	}
	f.sum.Write(line)
	return f, f.Header.validate()
}

// Rows gives every row, as they were written. It ends with [ErrDamaged] if the file is not whole
// or not as it was written: nothing of it counts then, and what was given is to be undone.
func (f *Reader) Rows() iter.Seq2[store.TableRow, error] {
	return func(yield func(store.TableRow, error) bool) {
		for {
			row, kind, err := f.next()
			if err != nil {
				yield(store.TableRow{}, err)
				return
			}
			if kind == end || kind == aRow && !yield(row, nil) {
				return
			}
		}
	}
}

// kind is what a line holds.
type kind int

const (
	aRow kind = iota
	aTable
	end
)

// next reads one line.
func (f *Reader) next() (row store.TableRow, k kind, err error) {
	line, err := f.line()
	if err != nil {
		return row, 0, err
	}
	if line[0] == '[' {
		f.sum.Write(line)
		row, err = f.row(line)
		return row, aRow, err
	}
	var last ending
	if json.Unmarshal(line, &last) == nil && last.Rows != nil {
		return row, end, f.finish(last)
	}
	f.sum.Write(line)
	f.table = opening{}
	if json.Unmarshal(line, &f.table) != nil || f.table.Table == "" {
		return row, 0, fmt.Errorf("%w: a line after row %d can't be read", ErrDamaged, f.rows)
	}
	return row, aTable, nil
}

func (f *Reader) row(line []byte) (store.TableRow, error) {
	var texts []json.RawMessage
	if json.Unmarshal(line, &texts) != nil || len(texts) != len(f.table.Columns) || f.table.Table == "" {
		return store.TableRow{}, fmt.Errorf("%w: row %d does not fit its table", ErrDamaged, f.rows+1)
	}
	row := store.TableRow{Table: f.table.Table, Columns: f.table.Columns, Values: make([]any, len(texts))}
	for i, text := range texts {
		var err error
		if row.Values[i], err = decoded(text); err != nil {
			return store.TableRow{}, fmt.Errorf("%w: row %d: %s", ErrDamaged, f.rows+1, f.table.Columns[i])
		}
	}
	f.rows++
	return row, nil
}

// finish compares what the file says of itself with what was read, and finds what is behind
// its end.
func (f *Reader) finish(last ending) error {
	if sum := hex.EncodeToString(f.sum.Sum(nil)); *last.Rows != f.rows || last.SHA256 != sum {
		return fmt.Errorf("%w: it has %d rows and the sum %s, and should have %d and %s", ErrDamaged, f.rows, sum, *last.Rows, last.SHA256)
	}
	if _, err := f.lines.ReadByte(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: it goes on behind its end", ErrDamaged)
	}
	return nil
}

// line reads the next line, which is never empty.
func (f *Reader) line() ([]byte, error) {
	var line []byte
	for {
		part, err := f.lines.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case len(line) > maxLine:
			return nil, fmt.Errorf("%w: a row takes more than %d bytes", ErrDamaged, maxLine)
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil:
			return nil, fmt.Errorf("%w: it is cut off after row %d", ErrDamaged, f.rows)
		case len(bytes.TrimSpace(line)) == 0:
			return nil, fmt.Errorf("%w: an empty line after row %d", ErrDamaged, f.rows)
		}
		return line, nil
	}
}
