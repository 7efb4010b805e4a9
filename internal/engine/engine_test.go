package engine_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/engine/cluster"
	"github.com/tenantry/tenantry/internal/engine/embedded"
	"github.com/tenantry/tenantry/internal/spicedbtest"
	"github.com/tenantry/tenantry/internal/tenancy"
)

const zedKey = "a key that can write"

// dial connects to a SpiceDB that holds nothing, as to any cluster: over TCP and TLS.
func dial(t *testing.T) connection {
	t.Helper()
	if address := os.Getenv(stockEnv); address != "" {
		return dialStock(t, address)
	}
	server, err := embedded.Start(t.Context(), embedded.Config{ZedListen: "127.0.0.1:0", ZedKey: zedKey})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Stop()) })
	authority := spicedbtest.NewAuthority(t)
	issuers := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(issuers, authority.PEM(), 0o600))
	certificate := authority.Issue("127.0.0.1", time.Now().Add(time.Hour))
	proxy := spicedbtest.NewProxy(t, server.ZedAddr(), &certificate)
	return connect(t, cluster.Config{Endpoints: []string{proxy.Addr()}, Key: zedKey, CAFile: issuers})
}

// connection is SpiceDB's own API.
type connection struct {
	engine.Client
	Close func() error
}

func connect(t *testing.T, config cluster.Config) connection {
	t.Helper()
	e, err := cluster.Connect(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(func() { _ = e.Close() })
	return connection{e.Client(), e.Close}
}

func relationship(t *testing.T, s string) tenancy.Relationship {
	t.Helper()
	r, err := tenancy.ParseRelationship(s)
	require.NoError(t, err)
	return r
}

func updates(t *testing.T, notation ...string) []tenancy.Update {
	t.Helper()
	list := make([]tenancy.Update, len(notation))
	for i, s := range notation {
		u, err := tenancy.ParseUpdate(s)
		require.NoError(t, err)
		list[i] = u
	}
	return list
}

func apply(t *testing.T, e *engine.Engine, version int64, notation ...string) {
	t.Helper()
	require.NoError(t, e.Apply(t.Context(), tenancy.Delivery{RootID: "acme", Version: version, Updates: updates(t, notation...)}))
}

func owns(user, organization string) tenancy.Question {
	return tenancy.Question{
		Subject:    tenancy.Object{Type: "user", ID: user},
		Permission: "own",
		Resource:   tenancy.Object{Type: "organization", ID: organization},
	}
}

func check(t *testing.T, e tenancy.Engine, questions ...tenancy.Question) []bool {
	t.Helper()
	answers, err := e.Check(t.Context(), questions)
	require.NoError(t, err)
	return answers
}

func TestCheckAnswersInOrder(t *testing.T) {
	e := engine.New(dial(t), engine.Options{})
	apply(t, e, 1, "+organization:acme#owner@user:alice")

	require.Equal(t, []bool{true}, check(t, e, owns("alice", "acme")))
	require.Equal(t, []bool{false}, check(t, e, owns("bob", "acme")))
	require.Equal(t, []bool{false}, check(t, e, owns("alice", "nowhere")))
	require.Equal(t, []bool{false, true, false, true}, check(t, e,
		owns("bob", "acme"), owns("alice", "acme"), owns("alice", "nowhere"), owns("alice", "acme")))
	require.Empty(t, check(t, e))
}

func TestCheckOfMoreThanOneCall(t *testing.T) {
	e := engine.New(dial(t), engine.Options{})
	apply(t, e, 1, "+organization:acme#owner@user:alice")
	questions := slices.Repeat([]tenancy.Question{owns("bob", "acme")}, 10_002)
	questions[10_001] = owns("alice", "acme")

	answers := check(t, e, questions...)
	require.Len(t, answers, 10_002)
	require.Equal(t, 10_001, slices.Index(answers, true))
}

func TestCheckSeesTheWriteBefore(t *testing.T) {
	e := engine.New(dial(t), engine.Options{})
	for version := int64(1); version < 50; version += 2 {
		apply(t, e, version, "+organization:acme#owner@user:alice")
		require.Equal(t, []bool{true, true}, check(t, e, owns("alice", "acme"), owns("alice", "acme")))
		apply(t, e, version+1, "-organization:acme#owner@user:alice")
		require.Equal(t, []bool{false}, check(t, e, owns("alice", "acme")))
		require.Equal(t, []bool{false, false}, check(t, e, owns("alice", "acme"), owns("alice", "acme")))
	}
}

func TestLookupIsCompleteOverPages(t *testing.T) {
	e := engine.New(dial(t), engine.Options{})
	const organizations = 2500
	var want []string
	require.NoError(t, e.Load(t.Context(), func(yield func(tenancy.Relationship, error) bool) {
		for i := range organizations {
			id := fmt.Sprintf("o%04d", i)
			want = append(want, id)
			// Two ways to each, so that a page may name one twice.
			yield(relationship(t, "organization:"+id+"#owner@user:alice"), nil)
			yield(relationship(t, "organization:"+id+"#group@group:ops"), nil)
		}
		yield(relationship(t, "group:ops#claim_owner@group:ops#member"), nil)
		yield(relationship(t, "group:ops#member@user:alice"), nil)
		yield(relationship(t, "organization:other#owner@user:bob"), nil)
	}))

	ids, err := e.LookupResources(t.Context(), tenancy.Object{Type: "user", ID: "alice"}, "own", "organization")
	require.NoError(t, err)
	slices.Sort(ids)
	require.Equal(t, want, ids)

	none, err := e.LookupResources(t.Context(), tenancy.Object{Type: "user", ID: "carol"}, "own", "organization")
	require.NoError(t, err)
	require.Empty(t, none)
}

func TestLoadIsAllOrNothing(t *testing.T) {
	e := engine.New(dial(t), engine.Options{})
	failure := errors.New("the record can't be read")
	err := e.Load(t.Context(), func(yield func(tenancy.Relationship, error) bool) {
		for i := range 1500 {
			yield(relationship(t, fmt.Sprintf("organization:o%d#owner@user:alice", i)), nil)
		}
		yield(tenancy.Relationship{}, failure)
	})
	require.ErrorIs(t, err, failure)
	require.Equal(t, []bool{false}, check(t, e, owns("alice", "o1")))
}

func TestLoadTellsWhatSpiceDBRefuses(t *testing.T) {
	e := engine.New(dial(t), engine.Options{})
	unknown := tenancy.Relationship{
		Resource: tenancy.Object{Type: "planet", ID: "mars"}, Relation: "owner",
		Subject: tenancy.Object{Type: "user", ID: "alice"},
	}
	require.Error(t, e.Load(t.Context(), repeat(unknown, 5000)))
}

func TestLoadBringsTheFence(t *testing.T) {
	e := engine.New(dial(t), engine.Options{})
	require.NoError(t, e.Load(t.Context(), repeat(engine.Fence("acme", 7), 1)))
	version, err := e.Version(t.Context(), "acme")
	require.NoError(t, err)
	require.Equal(t, int64(7), version)
	apply(t, e, 8, "+organization:acme#owner@user:alice")
}

func repeat(r tenancy.Relationship, times int) iter.Seq2[tenancy.Relationship, error] {
	return func(yield func(tenancy.Relationship, error) bool) {
		for range times {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func TestWhatSpiceDBWillNeverTakeIsAFault(t *testing.T) {
	e := engine.New(dial(t), engine.Options{})
	noPermission, noType, noSubject := owns("alice", "acme"), owns("alice", "acme"), owns("alice", "acme")
	noPermission.Permission = "fly"
	noType.Resource.Type = "planet"
	noSubject.Subject.Type = "planet"
	for _, q := range []tenancy.Question{noPermission, noType, noSubject} {
		for _, questions := range [][]tenancy.Question{{q}, {owns("alice", "acme"), q}} {
			answers, err := e.Check(t.Context(), questions)
			require.Error(t, err)
			require.Nil(t, answers)
			_, coded := tenancy.AsError(err)
			require.False(t, coded, "%v", err)
		}
	}
	_, err := e.LookupResources(t.Context(), tenancy.Object{Type: "user", ID: "alice"}, "fly", "organization")
	require.Error(t, err)
	err = e.Apply(t.Context(), tenancy.Delivery{RootID: "acme", Version: 1, Updates: updates(t, "+planet:mars#owner@user:alice")})
	require.Error(t, err)
	require.NotErrorIs(t, err, tenancy.ErrFence)
}

func TestADeadlineIsUnavailableAndACancelIsTheCallers(t *testing.T) {
	e := engine.New(dial(t), engine.Options{})
	late, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	delivery := tenancy.Delivery{RootID: "acme", Version: 1}
	for name, call := range map[string]func(context.Context) error{
		"check": func(ctx context.Context) error {
			_, err := e.Check(ctx, []tenancy.Question{owns("a", "b")})
			return err
		},
		"bulk": func(ctx context.Context) error {
			_, err := e.Check(ctx, slices.Repeat([]tenancy.Question{owns("a", "b")}, 2))
			return err
		},
		"lookup": func(ctx context.Context) error {
			_, err := e.LookupResources(ctx, tenancy.Object{Type: "user", ID: "a"}, "own", "organization")
			return err
		},
		"apply":   func(ctx context.Context) error { return e.Apply(ctx, delivery) },
		"load":    func(ctx context.Context) error { return e.Load(ctx, repeat(engine.Fence("acme", 1), 1)) },
		"version": func(ctx context.Context) error { _, err := e.Version(ctx, "acme"); return err },
		"schema":  e.WriteSchema,
	} {
		requireUnavailable(t, call(late), name)
		require.ErrorIs(t, call(canceled), context.Canceled, name)
	}
	version, err := e.Version(t.Context(), "acme")
	require.NoError(t, err)
	require.Zero(t, version)
}

// requireUnavailable also makes sure that nothing of SpiceDB's words is in the public text.
func requireUnavailable(t *testing.T, err error, name string) {
	t.Helper()
	e, ok := tenancy.AsError(err)
	require.True(t, ok, "%s: %v", name, err)
	require.Equal(t, tenancy.CodeEngineUnavailable, e.Code, name)
	require.Equal(t, "The decision engine does not answer.", e.Detail, name)
}

func TestAnEngineThatIsGoneIsUnavailable(t *testing.T) {
	client := dial(t)
	e := engine.New(client, engine.Options{})
	require.NoError(t, client.Close())
	_, err := e.Check(t.Context(), []tenancy.Question{owns("alice", "acme")})
	requireUnavailable(t, err, "check")
}
