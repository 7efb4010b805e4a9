package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Trails reads a record beside the process that serves it.
type Trails struct{ Keys }

// OpenTrails opens the record of a data directory to read it, also while another process
// serves it. It fails if there is none, and else as [OpenKeys].
func OpenTrails(ctx context.Context, dir string) (*Trails, error) {
	if _, err := os.Stat(filepath.Join(dir, databaseName)); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no record in %s", dir)
	}
	keys, err := OpenKeys(ctx, dir)
	if err != nil {
		return nil, err
	}
	return &Trails{*keys}, nil
}

// Snapshot opens a view of the record as it is now. There can be one at a time.
func (t *Trails) Snapshot(ctx context.Context) (tenancy.Snapshot, error) {
	tx, err := t.reader.begin(ctx)
	if err != nil {
		return nil, err
	}
	return &snapshot{tx, tenancy.SystemClock{}}, nil
}
