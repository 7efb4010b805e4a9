package store

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Trails reads a record beside the process that serves it.
type Trails struct{ Keys }

// Snapshot opens a view of the record as it is now. There can be one at a time.
func (t *Trails) Snapshot(ctx context.Context) (tenancy.Snapshot, error) {
	tx, err := t.reader.begin(ctx)
	if err != nil {
		return nil, err
	}
	return &snapshot{tx, tenancy.SystemClock{}}, nil
}
