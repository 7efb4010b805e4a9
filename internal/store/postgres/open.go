package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/tenantry/tenantry/internal/store"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Store is the record in a PostgreSQL database. Any number of nodes may have it open.
type Store struct {
	*store.Store
	writer, reader, snapshots *store.Pool

	clock tenancy.Clock
	time  *clock // nil with a clock that was given
}

// Option is a choice for [Open].
type Option func(*choices)

type choices struct {
	clock tenancy.Clock
	sizes Sizes
}

// WithClock has the record go by another clock than that of the database.
func WithClock(clock tenancy.Clock) Option { return func(c *choices) { c.clock = clock } }

// WithSizes bounds the connections, instead of the URL.
func WithSizes(sizes Sizes) Option { return func(c *choices) { c.sizes = sizes } }

var (
	_ tenancy.Store    = (*Store)(nil)
	_ tenancy.Recorder = (*Store)(nil)
	_ tenancy.Outbox   = (*Store)(nil)
)

// Open opens the record in the database of a URL (postgres://…) for serving. It does not
// migrate: it fails if the database is not at a version that this program can serve, is a
// replica, or can't be asked, with one line that says which and shows nothing secret.
func Open(ctx context.Context, rawURL string, options ...Option) (*Store, error) {
	d, err := parse(rawURL)
	if err != nil {
		return nil, err
	}
	c := choices{sizes: d.sizes}
	for _, choose := range options {
		choose(&c)
	}
	s := &Store{writer: d.pool(c.sizes.Writers), reader: d.pool(c.sizes.Readers), snapshots: d.pool(c.sizes.Snapshots), clock: c.clock}
	s.Store = store.New(store.NewKeys(s.writer, s.reader), s.snapshots, c.clock)
	if err = d.requireUsable(ctx, s.writer.DB()); err == nil && c.clock == nil {
		s.time = newClock()
		s.clock = s.time
		err = d.explain(s.measure(ctx))
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// OpenKeys opens the service keys of a record, beside the nodes that serve it. It fails as
// [Open].
func OpenKeys(ctx context.Context, rawURL string) (*store.Keys, error) {
	d, err := parse(rawURL)
	if err != nil {
		return nil, err
	}
	writer := d.pool(1)
	keys := store.NewKeys(writer, d.pool(1))
	if err := d.requireUsable(ctx, writer.DB()); err != nil {
		return nil, errors.Join(err, keys.Close())
	}
	return &keys, nil
}

// OpenTrails opens a record to read its trails, beside the nodes that serve it. It fails as
// [Open].
func OpenTrails(ctx context.Context, rawURL string) (*store.Trails, error) {
	keys, err := OpenKeys(ctx, rawURL)
	if err != nil {
		return nil, err
	}
	return &store.Trails{Keys: *keys}, nil
}

// Analyze tells the planner of the database what is in the tables. It is for whoever has just
// filled them: until then what is read may take many times longer.
func (s *Store) Analyze(ctx context.Context) error { return analyze(ctx, s.writer.DB()) }

// Clock is the clock of the record: that of the database, as far as this node can tell.
func (s *Store) Clock() tenancy.Clock { return s.clock }

// TreeOf implements [tenancy.Recorder].
func (s *Store) TreeOf(ctx context.Context, resource tenancy.Object) (tenancy.Reading, error) {
	if s.time == nil {
		return s.Store.TreeOf(ctx, resource)
	}
	asked := time.Now()
	reading, err := s.Store.TreeOf(ctx, resource)
	if err == nil {
		s.time.heard(asked, time.Now(), reading.At)
	}
	return reading, err
}

// measure asks the database for its time.
func (s *Store) measure(ctx context.Context) error {
	asked := time.Now()
	var at int64
	if err := s.writer.DB().QueryRowContext(ctx, "SELECT millis(clock_timestamp())").Scan(&at); err != nil {
		return err
	}
	s.time.heard(asked, time.Now(), time.UnixMilli(at))
	return nil
}
