package backup

import (
	"errors"
	"fmt"
	"time"
)

// format is the number of the form of the file. Another one is refused.
const format = 1

// Header is what a file says of itself before all else.
type Header struct {
	// Format is the number of the form of the file.
	Format int `json:"tenantry_backup"`
	// Version is that of the tables: the number of their newest migration.
	Version int64 `json:"version"`
	// Record is the record's own id, which a restored one keeps.
	Record string `json:"record"`
	// At is when the record was as it is in the file.
	At time.Time `json:"at"`
}

// Errors of files that can't be read. Each comes with what is wrong in the text.
var (
	ErrNoBackup = errors.New("the file is no backup")
	ErrDamaged  = errors.New("the backup is damaged")
)

func (h Header) validate() error {
	if h.Format == 0 || h.Version < 1 || h.Record == "" {
		return ErrNoBackup
	}
	if h.Format != format {
		return fmt.Errorf("%w that this program knows: its form is number %d, and not %d", ErrNoBackup, h.Format, format)
	}
	return nil
}

// opening is the line that begins a table.
type opening struct {
	Table   string   `json:"table"`
	Columns []string `json:"columns"`
}

// ending is the last line.
type ending struct {
	Rows   *int64 `json:"rows"`
	SHA256 string `json:"sha256"`
}
