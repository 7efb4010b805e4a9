package tenancy_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// watchedStore tells of each view that is opened.
type watchedStore struct {
	tenancy.Store
	opened func()
}

func (s *watchedStore) Snapshot(ctx context.Context) (tenancy.Snapshot, error) {
	s.opened()
	return s.Store.Snapshot(ctx)
}

// TestR81WhoWaitsToReadATrailHoldsNothing of the record: however many ask about the trails of
// one tree, others find views to decide their changes on.
func TestR81WhoWaitsToReadATrailHoldsNothing(t *testing.T) {
	w := teams(t)
	acme := w.id("acme")
	q := tenancy.Question{Subject: tenancy.Object{Type: "user", ID: w.id("olga")}, Permission: "own", Resource: tenancy.Object{Type: "organization", ID: acme}}
	for name, asked := range map[string]struct {
		places int
		ask    func(context.Context, *tenancy.Service) error
	}{
		"verify": {4, func(ctx context.Context, s *tenancy.Service) error {
			_, err := s.VerifyAudit(ctx, platform, acme)
			return err
		}},
		"check": {1, func(ctx context.Context, s *tenancy.Service) error {
			_, _, err := s.CheckAt(ctx, platform, acme, q, "")
			return err
		}},
		"review": {1, func(ctx context.Context, s *tenancy.Service) error {
			_, err := s.ReviewAt(ctx, platform, acme, "", tenancy.PageAll)
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			gone, leave := context.WithCancel(w.ctx)
			leave()
			store, options, views := &watchedStore{Store: w.store}, tenancy.Options{Log: quiet}, 0
			options.Pasts, _ = w.engine.(tenancy.Pasts)
			service := tenancy.NewService(store, w.deliverer, w.deliverer, clock, options)
			store.opened = func() { // each of them asks while the one before has a view
				switch views++; {
				case views < asked.places:
					require.NoError(t, asked.ask(w.ctx, service))
				case views == asked.places:
					require.Equal(t, tenancy.CodeNotFresh, codeOf(t, asked.ask(gone, service)))
				}
			}
			require.NoError(t, asked.ask(w.ctx, service))
			require.Equal(t, asked.places, views)
			store.opened = func() {}
			require.NoError(t, asked.ask(w.ctx, service), "the places were given back")
		})
	}
}
