package sqlite

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var qDeliveries = named("deliveries")

// Deliveries implements [tenancy.Recorder].
func (s *Store) Deliveries(ctx context.Context, rootID string, after int64, limit int) ([]tenancy.Delivery, error) {
	scan := func(row scanner) (tenancy.Delivery, error) {
		d := tenancy.Delivery{RootID: rootID}
		var texts []string
		err := row.Scan(&d.Version, document{&texts})
		if err == nil {
			d.Updates, err = parseUpdates(texts)
		}
		return d, err
	}
	return all(ctx, s.reader, scan, qDeliveries, rootID, after, limit)
}
