package embedded_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"testing"
	"time"

	dscfg "github.com/authzed/spicedb/pkg/cmd/datastore"
	"github.com/authzed/spicedb/pkg/datastore"
	"github.com/authzed/spicedb/pkg/testutil"
	"github.com/authzed/spicedb/pkg/tuple"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/tenantry/tenantry/internal/engine/embedded"
	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m, testutil.GoLeakIgnores()...) }

func start(t testing.TB, config embedded.Config) *embedded.Engine {
	t.Helper()
	e, err := embedded.Start(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, e.Stop()) })
	return e
}

func memory(t testing.TB) datastore.Datastore {
	t.Helper()
	ds, err := dscfg.NewDatastore(t.Context(), dscfg.WithEngine(dscfg.MemoryEngine))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, ds.Close()) })
	return ds
}

func delivery(t testing.TB, version int64, notation ...string) tenancy.Delivery {
	t.Helper()
	d := tenancy.Delivery{RootID: "acme", Version: version}
	for _, s := range notation {
		u, err := tenancy.ParseUpdate(s)
		require.NoError(t, err)
		d.Updates = append(d.Updates, u)
	}
	return d
}

func owns(user, organization string) tenancy.Question {
	return tenancy.Question{
		Subject:    tenancy.Object{Type: "user", ID: user},
		Permission: "own",
		Resource:   tenancy.Object{Type: "organization", ID: organization},
	}
}

func check(t testing.TB, e tenancy.Engine, questions ...tenancy.Question) []bool {
	t.Helper()
	answers, err := e.Check(t.Context(), questions)
	require.NoError(t, err)
	return answers
}

func TestTheNextCheckSeesTheWrite(t *testing.T) {
	e := start(t, embedded.Config{})
	alice, bob := owns("alice", "acme"), owns("bob", "acme")
	for version := int64(1); version < 100; version += 2 {
		require.NoError(t, e.Apply(t.Context(), delivery(t, version, "+organization:acme#owner@user:alice")))
		require.Equal(t, []bool{true}, check(t, e, alice))
		require.Equal(t, []bool{false, true}, check(t, e, bob, alice))
		require.NoError(t, e.Apply(t.Context(), delivery(t, version+1, "-organization:acme#owner@user:alice")))
		require.Equal(t, []bool{false}, check(t, e, alice))
		require.Equal(t, []bool{false, false}, check(t, e, bob, alice))
	}
	require.Equal(t, []bool{false}, check(t, e, owns("alice", "nowhere")))
}

// Whoever has been told that a write is in never gets an older answer, however many ask.
func TestNoCheckIsOlderThanAWriteThatReturned(t *testing.T) {
	e := start(t, embedded.Config{})
	alice := []tenancy.Question{owns("alice", "acme")}
	var askers sync.WaitGroup
	for version := int64(1); version <= 40; version++ {
		granted := version%2 == 1
		sign := map[bool]string{true: "+", false: "-"}[granted]
		require.NoError(t, e.Apply(t.Context(), delivery(t, version, sign+"organization:acme#owner@user:alice")))
		for range 8 {
			askers.Go(func() {
				answers, err := e.Check(t.Context(), alice)
				if err != nil || answers[0] != granted {
					t.Errorf("version %d: %v, %v", version, answers, err)
				}
			})
		}
		askers.Wait()
	}
}

func TestCheckOfWhatTheSchemaDoesNotKnow(t *testing.T) {
	e := start(t, embedded.Config{})
	noPermission, noType, noSubject := owns("alice", "acme"), owns("alice", "acme"), owns("alice", "acme")
	noPermission.Permission = "fly"
	noType.Resource.Type = "planet"
	noSubject.Subject.Type = "planet"
	for _, q := range []tenancy.Question{noPermission, noType, noSubject} {
		answers, err := e.Check(t.Context(), []tenancy.Question{q})
		require.Error(t, err, "%v", q)
		require.Nil(t, answers)
		_, coded := tenancy.AsError(err)
		require.False(t, coded, "a fault of the service: %v", err)
	}
}

func TestContextsBoundCalls(t *testing.T) {
	e := start(t, embedded.Config{})
	late, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, call := range map[string]func(context.Context) error{
		"check": func(ctx context.Context) error {
			_, err := e.Check(ctx, []tenancy.Question{owns("alice", "acme")})
			return err
		},
		"apply": func(ctx context.Context) error { return e.Apply(ctx, delivery(t, 1)) },
		"load":  func(ctx context.Context) error { return e.Load(ctx, owners(1)) },
	} {
		err, _ := tenancy.AsError(call(late))
		require.NotNil(t, err, name)
		require.Equal(t, tenancy.CodeEngineUnavailable, err.Code, name)
		require.ErrorIs(t, call(canceled), context.Canceled, name)
	}
}

// owners gives so many organizations to 100 users in turn.
func owners(count int) iter.Seq2[tenancy.Relationship, error] {
	return func(yield func(tenancy.Relationship, error) bool) {
		for i := range count {
			r := tenancy.Relationship{
				Resource: tenancy.Object{Type: "organization", ID: fmt.Sprintf("o%05d", i)},
				Relation: "owner",
				Subject:  tenancy.Object{Type: "user", ID: fmt.Sprintf("u%d", i%100)},
			}
			if !yield(r, nil) {
				return
			}
		}
	}
}

func TestLoadAndLookUp(t *testing.T) {
	e := start(t, embedded.Config{})
	begin := time.Now()
	require.NoError(t, e.Load(t.Context(), owners(50_000)))
	t.Logf("50,000 relationships loaded in %v", time.Since(begin))

	require.Equal(t, []bool{true}, check(t, e, owns("u99", "o49999")))
	ids, err := e.LookupResources(t.Context(), tenancy.Object{Type: "user", ID: "u7"}, "own", "organization")
	require.NoError(t, err)
	slices.Sort(ids)
	require.Len(t, slices.Compact(ids), 500)
	require.NoError(t, e.Apply(t.Context(), delivery(t, 1)))
}

func TestLoadOfSets(t *testing.T) {
	e := start(t, embedded.Config{})
	require.NoError(t, e.Load(t.Context(), func(yield func(tenancy.Relationship, error) bool) {
		for _, s := range []string{
			"organization:acme#group@group:ops",
			"group:ops#claim_owner@group:ops#member",
			"group:ops#member@user:alice",
		} {
			yield(tenancy.ParseRelationship(s))
		}
	}))
	require.Equal(t, []bool{true}, check(t, e, owns("alice", "acme")))
}

func TestLoadPassesTheRecordsErrorOn(t *testing.T) {
	e := start(t, embedded.Config{})
	err := e.Load(t.Context(), func(yield func(tenancy.Relationship, error) bool) {
		yield(tenancy.Relationship{}, tenancy.ErrNoRow)
	})
	require.ErrorIs(t, err, tenancy.ErrNoRow)
}

// An engine that is started again on a datastore finds what is there.
func TestTheDatastoreIsItsOwners(t *testing.T) {
	ds := memory(t)
	first, err := embedded.Start(t.Context(), embedded.Config{Datastore: ds})
	require.NoError(t, err)
	require.NoError(t, first.Apply(t.Context(), delivery(t, 1, "+organization:acme#owner@user:alice")))
	require.NoError(t, first.Stop())
	require.NoError(t, first.Stop())

	again := start(t, embedded.Config{Datastore: ds})
	require.Equal(t, []bool{true}, check(t, again, owns("alice", "acme")))
}

func TestAStoppedEngineAllowsNothing(t *testing.T) {
	e, err := embedded.Start(t.Context(), embedded.Config{})
	require.NoError(t, err)
	require.NoError(t, e.Apply(t.Context(), delivery(t, 1, "+organization:acme#owner@user:alice")))
	require.NoError(t, e.Stop())
	_, err = e.Check(t.Context(), []tenancy.Question{owns("alice", "acme")})
	require.Error(t, err)
	_, err = e.Check(t.Context(), []tenancy.Question{owns("alice", "acme"), owns("bob", "acme")})
	require.Error(t, err)
	require.Error(t, e.Apply(t.Context(), delivery(t, 2)))
}

func TestManyEnginesInOneProcess(t *testing.T) {
	one, other := start(t, embedded.Config{}), start(t, embedded.Config{})
	require.NoError(t, one.Apply(t.Context(), delivery(t, 1, "+organization:acme#owner@user:alice")))
	require.Equal(t, []bool{true}, check(t, one, owns("alice", "acme")))
	require.Equal(t, []bool{false}, check(t, other, owns("alice", "acme")))
}

// fillable is a datastore with a way of its own to be filled.
type fillable struct {
	datastore.Datastore
	loaded int
}

func (f *fillable) Load(_ context.Context, relationships iter.Seq2[tuple.Relationship, error]) (uint64, datastore.Revision, error) {
	for _, err := range relationships {
		if err != nil {
			return 0, datastore.NoRevision, errors.New("the datastore's own words")
		}
		f.loaded++
	}
	return 0, datastore.NoRevision, nil
}

func TestLoadUsesTheDatastoresOwnWay(t *testing.T) {
	ds := &fillable{Datastore: memory(t)}
	e := start(t, embedded.Config{Datastore: ds})
	require.NoError(t, e.Load(t.Context(), owners(25)))
	require.Equal(t, 25, ds.loaded)
	err := e.Load(t.Context(), func(yield func(tenancy.Relationship, error) bool) {
		yield(tenancy.Relationship{}, tenancy.ErrNoRow)
	})
	require.ErrorIs(t, err, tenancy.ErrNoRow)
}
