package httpapi_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/authn"
	"github.com/tenantry/tenantry/internal/delivery"
	"github.com/tenantry/tenantry/internal/engine/embedded"
	"github.com/tenantry/tenantry/internal/httpapi"
	"github.com/tenantry/tenantry/internal/observe"
	"github.com/tenantry/tenantry/internal/relindex"
	"github.com/tenantry/tenantry/internal/store/sqlite"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// stack is the service with its real record and engine. Tests share one, because an engine
// takes long to start; each has trees and users of its own in it.
type stack struct {
	store    *sqlite.Store
	base     httpapi.Config
	handler  http.Handler
	platform tenancy.ServiceKey
	console  tenancy.ServiceKey
	secrets  map[string]string // text of a key by the key's id
	heads    map[string]int64  // last event seen, by trail
	clock    *clock
	tokens   bool // users call with tokens of their own, and no console for them
	watch    *watch
}

// clock is the machine's, as far ahead as tests have put it.
type clock struct{ ahead atomic.Int64 }

func (c *clock) Now() time.Time {
	return tenancy.SystemClock{}.Now().Add(time.Duration(c.ahead.Load()))
}

func (c *clock) advance(d time.Duration) { c.ahead.Add(int64(d)) }

// The stack that tests share now; closeShared ends it. It is there since so many worlds, of
// which some are in use.
var (
	shared      *stack
	closeShared func()
	since       int64
	used        int
)

// worldsTogether bounds how many worlds share a stack: tests look at all of its rows.
const worldsTogether = 5

func TestMain(m *testing.M) {
	os.Exit(withStack(m.Run))
}

func withStack(run func() int) int {
	begin()
	defer func() { closeShared() }()
	return run()
}

// beginAnew has the tests that follow share another stack, if that of now is full and none of
// its worlds is in use.
func beginAnew() {
	if used == 0 && worlds.Load()-since >= worldsTogether {
		closeShared()
		begin()
	}
}

func begin() {
	dir := must(os.MkdirTemp("", "httpapi"))
	store := must(sqlite.Open(context.Background(), dir))
	index := must(relindex.New(relindex.Config{}))
	watched := newWatch()
	engine := must(embedded.Start(context.Background(), embedded.Config{Datastore: index, Probe: watched.observer}))
	shared, since = newStack(store, engine, watched), worlds.Load()
	closeShared = func() {
		_ = engine.Stop()
		_ = index.Close()
		_ = store.Close()
		_ = os.RemoveAll(dir)
	}
}

func newStack(store *sqlite.Store, engine tenancy.Engine, watched *watch) *stack {
	log := slog.New(watched)
	s := &stack{store: store, watch: watched, secrets: map[string]string{}, heads: map[string]int64{}, clock: &clock{}}
	s.platform = s.addKey(tenancy.PlatformKey)
	s.console = s.addKey(tenancy.ConsoleKey)
	d := delivery.New(observe.Recorder{Recorder: store, Probe: watched.observer}, engine, log).WatchedBy(watched.observer)
	s.base = httpapi.Config{
		Service:       tenancy.NewService(observe.Store{Store: store, Probe: watched.observer}, d, d, s.clock, tenancy.Options{Log: log, Pasts: engine.(tenancy.Pasts)}),
		Authenticator: must(authn.New(store, s.clock, nil, "")),
		Log:           log,
		Observer:      watched.observer,
		Metrics:       watched.observer.Metrics(),
	}
	s.handler = httpapi.New(s.base)
	return s
}

// config is that of the stack, changed.
func (s *stack) config(change func(*httpapi.Config)) httpapi.Config {
	config := s.base
	change(&config)
	return config
}

func (s *stack) addKey(kind tenancy.KeyKind) tenancy.ServiceKey {
	key, text, err := authn.NewServiceKey(kind, "test", time.Now().UTC().Truncate(time.Millisecond))
	if err != nil {
		panic(err)
	}
	if err := s.store.AddServiceKey(context.Background(), key); err != nil {
		panic(err)
	}
	s.secrets[key.ID] = text
	return key
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// rows is every row of the record, as text. It may be asked for when the test is over.
func (s *stack) rows(t *testing.T) map[string]bool {
	t.Helper()
	rows := map[string]bool{}
	for row, err := range s.store.Rows(context.WithoutCancel(t.Context())) {
		if err != nil {
			t.Fatal(err)
		}
		rows[fmt.Sprintf("%T%+v", row, row)] = true
	}
	return rows
}

// news are the events of some trails that were not seen before.
func (s *stack) news(t *testing.T, trails ...string) (news []tenancy.Event) {
	t.Helper()
	snap, err := s.store.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	for _, trail := range trails {
		events, err := snap.Events(t.Context(), tenancy.EventFilter{RootID: trail, After: s.heads[trail]}, 10_000)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			s.heads[trail] = e.Seq
		}
		news = append(news, events...)
	}
	return news
}
