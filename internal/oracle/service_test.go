package oracle_test

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	"github.com/tenantry/tenantry/internal/authn"
	"github.com/tenantry/tenantry/internal/delivery"
	"github.com/tenantry/tenantry/internal/engine/embedded"
	"github.com/tenantry/tenantry/internal/httpapi"
	"github.com/tenantry/tenantry/internal/relation"
	"github.com/tenantry/tenantry/internal/store/sqlite"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// clock stands still until it is put forward.
type clock struct{ at atomic.Pointer[time.Time] }

func (c *clock) Now() time.Time { return *c.at.Load() }

func (c *clock) set(at time.Time) { c.at.Store(&at) }

// begun is when every game begins.
var begun = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// service is the whole of it: the real record, the embedded engine, and the API over both.
// Games share one, because an engine takes long to start; each has ids of its own in it.
type service struct {
	dir      string
	clock    *clock
	store    *sqlite.Store
	engine   *embedded.Engine
	handler  http.Handler
	platform string // the text of a key
	console  string
	ids      map[string]string // of these two keys, by kind
	games    int               // that were begun on it
	head     int64             // the last event of the service's own trail that was read
}

// cacheBytes is small: a game asks about few things.
const cacheBytes = 8 << 20

var quiet = slog.New(slog.DiscardHandler)

func newService() (*service, error) {
	dir, err := os.MkdirTemp(memory(), "oracle")
	if err != nil {
		return nil, err
	}
	s := &service{dir: dir, clock: &clock{}, ids: map[string]string{}}
	s.clock.set(begun)
	if err := s.open(); err != nil {
		return nil, err
	}
	if s.platform, err = s.addKey(tenancy.PlatformKey); err != nil {
		return nil, err
	}
	s.console, err = s.addKey(tenancy.ConsoleKey)
	return s, err
}

// memory is a directory that is no disk, where there is one: what a crash leaves is not what
// these tests are about.
func memory() string {
	const dir = "/dev/shm"
	if info, err := os.Stat(dir); err == nil && info.IsDir() {
		return dir
	}
	return ""
}

// open starts everything on what the directory holds, as a node does.
func (s *service) open() (err error) {
	ctx := context.Background()
	if s.store, err = sqlite.Open(ctx, s.dir, sqlite.WithClock(s.clock)); err != nil {
		return err
	}
	s.engine, err = embedded.Start(ctx, embedded.Config{Relationships: relation.All(s.store.Rows(ctx, relation.Without...))})
	if err != nil {
		return err
	}
	decisions, err := delivery.NewCached(delivery.New(s.store, s.engine, quiet), cacheBytes)
	if err != nil {
		return err
	}
	authenticator, err := authn.New(s.store, s.clock, nil, "")
	if err != nil {
		return err
	}
	s.handler = httpapi.New(httpapi.Config{
		Service:       tenancy.NewService(s.store, decisions, decisions, s.clock, tenancy.Options{Log: quiet, Pasts: s.engine}),
		Authenticator: authenticator,
		Log:           quiet,
	})
	return nil
}

func (s *service) addKey(kind tenancy.KeyKind) (string, error) {
	key, text, err := authn.NewServiceKey(kind, "test", begun)
	if err != nil {
		return "", err
	}
	s.ids[string(kind)] = key.ID
	return text, s.store.AddServiceKey(context.Background(), key)
}

// restart ends the service, and starts it again on its record: the engine holds what follows
// from that, and nothing else.
func (s *service) restart() error {
	if err := s.stop(); err != nil {
		return err
	}
	return s.open()
}

func (s *service) stop() error {
	if err := s.engine.Stop(); err != nil {
		return err
	}
	return s.store.Close()
}

func (s *service) remove() error {
	if err := s.stop(); err != nil {
		return err
	}
	return os.RemoveAll(s.dir)
}
