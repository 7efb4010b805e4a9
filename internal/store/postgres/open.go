package postgres

import (
	"context"
	"time"

	"github.com/tenantry/tenantry/internal/store"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Store is the record in a PostgreSQL database. Any number of nodes may have it open.
type Store struct {
	*store.Store
	writer *store.Pool
	clock  tenancy.Clock
	time   *clock // nil with a clock that was given
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
	keys, writer, err := d.openKeys(ctx, c.sizes.Writers, c.sizes.Readers)
	if err != nil {
		return nil, err
	}
	snapshots, err := store.OpenPool(ctx, d.open(c.sizes.Snapshots), dialect)
	if err != nil {
		keys.Close()
		return nil, err
	}
	s := &Store{Store: store.New(keys, snapshots, c.clock), writer: writer, clock: c.clock}
	if c.clock != nil {
		return s, nil
	}
	s.time = newClock()
	s.clock = s.time
	if err := s.measure(ctx); err != nil {
		s.Close()
		return nil, d.explain(err)
	}
	return s, nil
}

// openKeys opens a database that this program can serve.
func (d database) openKeys(ctx context.Context, writers, readers int) (keys store.Keys, writer *store.Pool, err error) {
	if writer, err = store.OpenPool(ctx, d.open(writers), dialect); err != nil {
		return keys, nil, err
	}
	if err := d.requireUsable(ctx, writer.DB()); err != nil {
		writer.Close()
		return keys, nil, err
	}
	reader, err := store.OpenPool(ctx, d.open(readers), dialect)
	if err != nil {
		writer.Close()
		return keys, nil, err
	}
	return store.NewKeys(writer, reader), writer, nil
}

// OpenKeys opens the service keys of a record, beside the nodes that serve it. It fails as
// [Open].
func OpenKeys(ctx context.Context, rawURL string) (*store.Keys, error) {
	d, err := parse(rawURL)
	if err != nil {
		return nil, err
	}
	keys, _, err := d.openKeys(ctx, 1, 1)
	if err != nil {
		return nil, err
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
