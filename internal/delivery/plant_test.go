package delivery_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"
	"github.com/authzed/authzed-go/v1"
	"github.com/authzed/grpcutil"
	"github.com/authzed/spicedb/pkg/datastore"
	"github.com/authzed/spicedb/pkg/tuple"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/tenantry/tenantry/internal/delivery"
	spicedb "github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/engine/embedded"
	"github.com/tenantry/tenantry/internal/relation"
	"github.com/tenantry/tenantry/internal/relindex"
	"github.com/tenantry/tenantry/internal/store/sqlite"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// plant is a real record and a real engine, to which any number of nodes belong, and a
// client that writes to the engine past all of them.
type plant struct {
	t      *testing.T
	store  *sqlite.Store
	index  datastore.Datastore
	engine *embedded.Engine
	zed    *authzed.Client
	node   node // that makes what a test begins with
}

var (
	quiet    = slog.New(slog.DiscardHandler)
	platform = tenancy.Caller{Kind: tenancy.PlatformKey, KeyID: "platform-key", RequestID: "r"}
)

// deliverer takes what the engine does not hold for lost at the second look.
func deliverer(record tenancy.Recorder, e tenancy.Engine) *delivery.Deliverer {
	return delivery.New(record, e, quiet).WithLag(func(context.Context) {})
}

const plantKey = "a key that can write"

// directory is one on no disk, where there is such a place: what a power cut leaves is not what
// these tests are about.
func directory() (string, error) {
	const memory = "/dev/shm"
	if info, err := os.Stat(memory); err == nil && info.IsDir() {
		return os.MkdirTemp(memory, "delivery")
	}
	return os.MkdirTemp("", "delivery")
}

func newPlant(t *testing.T, options ...sqlite.Option) *plant {
	t.Helper()
	p := &plant{t: t}
	dir, err := directory()
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	p.store, err = sqlite.Open(t.Context(), dir, options...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.store.Close()) })
	index, err := relindex.New(relindex.Config{})
	require.NoError(t, err)
	t.Cleanup(func() { _ = index.Close() })
	p.index = index
	p.engine, err = embedded.Start(context.Background(), embedded.Config{Datastore: index, ZedListen: "127.0.0.1:0", ZedKey: plantKey})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.engine.Stop()) })
	p.zed, err = authzed.NewClient(p.engine.ZedAddr(),
		grpcutil.WithInsecureBearerToken(plantKey), grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() { _ = p.zed.Close() })
	p.node = p.newNode(p.store, p.engine)
	return p
}

// node is a node of a plant.
type node struct {
	*delivery.Cached
	service *tenancy.Service
}

func (p *plant) newNode(record tenancy.Recorder, e tenancy.Engine) node {
	p.t.Helper()
	cached, err := delivery.NewCached(deliverer(record, e), 1<<20)
	require.NoError(p.t, err)
	service := tenancy.NewService(p.store, cached, cached, tenancy.SystemClock{}, tenancy.Options{Log: quiet, Pasts: p.engine})
	return node{cached, service}
}

// inParts is the engine for a node whose writes take few updates, so that most changes go in
// parts.
func (p *plant) inParts(client spicedb.Client) *spicedb.Engine {
	return spicedb.New(client, spicedb.Options{MaxUpdates: 6})
}

// tree makes a tree with an organization below, a group in it and some people.
func (p *plant) tree(root string) {
	p.t.Helper()
	s, ctx := p.node.service, p.t.Context()
	must := func(err error) { p.t.Helper(); require.NoError(p.t, err) }
	for _, name := range []string{"olga", "mia"} {
		_, _, _, err := s.PutUser(ctx, platform, name+"-"+root, tenancy.UserInput{State: tenancy.UserActive})
		must(err)
	}
	_, _, err := s.CreateOrganization(ctx, platform, tenancy.NewOrganization{ID: root, Name: root, Detached: true, OwnerID: "olga-" + root})
	must(err)
	_, _, err = s.SetSubscription(ctx, platform, root, tenancy.PlanEnterprise, tenancy.SubscriptionActive)
	must(err)
	_, _, err = s.CreateOrganization(ctx, platform, tenancy.NewOrganization{ID: root + "-shop", Name: "shop", ParentID: root, OwnerID: "olga-" + root})
	must(err)
	_, _, err = s.CreateGroup(ctx, platform, root, tenancy.NewGroup{ID: root + "-techs", Name: "techs", OwnerID: "olga-" + root, Claims: []tenancy.Claim{"view_agents"}})
	must(err)
	_, _, err = s.PutMembership(ctx, platform, root+"-techs", tenancy.GroupMember, "mia-"+root, tenancy.MembershipInput{})
	must(err)
}

// write writes to the engine past every node: "+" and "-" before relationships.
func (p *plant) write(notation ...string) {
	p.t.Helper()
	request := &v1.WriteRelationshipsRequest{}
	for _, text := range notation {
		u, err := tenancy.ParseUpdate(text)
		require.NoError(p.t, err)
		r := u.Relationship
		operation := v1.RelationshipUpdate_OPERATION_TOUCH
		if u.Delete {
			operation = v1.RelationshipUpdate_OPERATION_DELETE
		}
		request.Updates = append(request.Updates, &v1.RelationshipUpdate{Operation: operation, Relationship: &v1.Relationship{
			Resource: &v1.ObjectReference{ObjectType: r.Resource.Type, ObjectId: r.Resource.ID}, Relation: r.Relation,
			Subject: &v1.SubjectReference{
				Object:           &v1.ObjectReference{ObjectType: r.Subject.Type, ObjectId: r.Subject.ID},
				OptionalRelation: r.SubjectRelation,
			},
		}})
	}
	_, err := p.zed.WriteRelationships(p.t.Context(), request)
	require.NoError(p.t, err)
}

// holds is all that the engine holds, read past every server.
func (p *plant) holds() map[string]bool {
	p.t.Helper()
	head, err := p.index.HeadRevision(context.Background())
	require.NoError(p.t, err)
	found, err := p.index.SnapshotReader(head.Revision).QueryRelationships(context.Background(), datastore.RelationshipsFilter{})
	require.NoError(p.t, err)
	texts := map[string]bool{}
	for r, err := range found {
		require.NoError(p.t, err)
		texts[tuple.MustString(r)] = true
	}
	return texts
}

// requireExact says that the engine holds what follows from the record and nothing else (I-2),
// and that all trails are valid.
func (p *plant) requireExact() {
	p.t.Helper()
	want := map[string]bool{}
	for r, err := range relation.All(p.store.Rows(context.Background())) {
		require.NoError(p.t, err)
		want[r.String()] = true
	}
	require.Equal(p.t, want, p.holds())
	snap, err := p.store.Snapshot(context.Background())
	require.NoError(p.t, err)
	defer func() { require.NoError(p.t, snap.Close()) }()
	trails, err := snap.Trails(context.Background())
	require.NoError(p.t, err)
	for _, root := range trails {
		v, err := tenancy.VerifyTrail(context.Background(), snap, root)
		require.NoError(p.t, err)
		require.True(p.t, v.Valid(), "the trail of %q", root)
	}
}

func (p *plant) version(root string) int64 {
	p.t.Helper()
	version, err := p.store.VersionOf(context.Background(), root)
	require.NoError(p.t, err)
	return version
}

// moveFence puts the fence of a tree elsewhere; -1 takes it away.
func (p *plant) moveFence(root string, version int64) {
	p.t.Helper()
	updates := []string{"-" + relation.Fence(tenancy.Tree{RootID: root, Version: p.version(root)}).String()}
	if version >= 0 {
		updates = append(updates, "+"+relation.Fence(tenancy.Tree{RootID: root, Version: version}).String())
	}
	p.write(updates...)
}

func (p *plant) may(n node, user, permission, organization string) bool {
	p.t.Helper()
	allowed, _, err := n.service.Check(p.t.Context(), platform, tenancy.Question{
		Subject: tenancy.Object{Type: "user", ID: user}, Permission: permission,
		Resource: tenancy.Object{Type: "organization", ID: organization},
	})
	require.NoError(p.t, err)
	return allowed
}

// life is that of a process which dies at one of its writes: before it, or after it and
// before its answer. Then its context is over and nothing that it does has an effect.
type life struct {
	die   context.CancelFunc
	at    int64
	after bool
	steps atomic.Int64
	dead  atomic.Bool
}

func (l *life) step(do func() error) error {
	if l.dead.Load() {
		return context.Canceled
	}
	if l.steps.Add(1) != l.at {
		return do()
	}
	var err error
	if l.after {
		err = do()
	}
	l.dead.Store(true)
	l.die()
	if err != nil {
		return err
	}
	return context.Canceled
}

// mortalClient and mortalRecord are the ways out of such a process.
type mortalClient struct {
	spicedb.Client
	life *life
}

func (m mortalClient) WriteRelationships(ctx context.Context, in *v1.WriteRelationshipsRequest, opts ...grpc.CallOption) (out *v1.WriteRelationshipsResponse, err error) {
	err = m.life.step(func() error {
		out, err = m.Client.WriteRelationships(context.WithoutCancel(ctx), in, opts...)
		return err
	})
	return out, err
}

type mortalRecord struct {
	tenancy.Recorder
	life *life
}

func (m mortalRecord) Commit(ctx context.Context, change tenancy.Change, updates map[string][]tenancy.Update) (versions map[string]int64, err error) {
	err = m.life.step(func() error {
		versions, err = m.Recorder.Commit(context.WithoutCancel(ctx), change, updates)
		return err
	})
	return versions, err
}

// TestTwoRelaysShareWhatADeadNodeHasCommitted: both deliver the same trees at once, in parts,
// and one of them dies at each of its writes in turn. Nothing is lost, nothing comes twice.
func TestTwoRelaysShareWhatADeadNodeHasCommitted(t *testing.T) {
	p := newPlant(t)
	for _, after := range []bool{false, true} {
		for at := int64(1); ; at++ {
			name := fmt.Sprintf("%d-%v", at, after)
			down := spicedb.New(deadClient{p.zed}, spicedb.Options{MaxUpdates: 6})
			p.node = p.newNode(p.store, down) // commits, and delivers nothing
			p.undelivered("acme-"+name, "rival-"+name)
			ctx, die := context.WithCancel(t.Context())
			mortal := &life{die: die, at: at, after: after}
			one := deliverer(p.store, p.inParts(mortalClient{p.zed, mortal}))
			two := deliverer(p.store, p.inParts(p.zed))
			var both sync.WaitGroup
			both.Go(func() { _ = one.RelayRounds()(ctx) })
			both.Go(func() {
				rounds := two.RelayRounds()
				err := rounds(t.Context())
				for err != nil { // whoever loses a race tries again
					err = rounds(t.Context())
				}
			})
			both.Wait()
			die()
			p.requireExact()
			if !mortal.dead.Load() && at > 12 {
				break
			}
		}
	}
}

// deadClient writes nothing.
type deadClient struct{ spicedb.Client }

func (deadClient) WriteRelationships(context.Context, *v1.WriteRelationshipsRequest, ...grpc.CallOption) (*v1.WriteRelationshipsResponse, error) {
	return nil, context.Canceled
}

// undelivered commits some changes of two trees and one that joins them, past all checks.
func (p *plant) undelivered(a, b string) {
	p.t.Helper()
	organization := func(id, root string) tenancy.Organization {
		o := tenancy.Organization{ID: id, Name: id, RootID: root, Depth: 1, Isolation: tenancy.Isolated, State: tenancy.OrganizationActive}
		if id != root {
			o.ParentID, o.Depth = root, 2
		}
		return o
	}
	basis := func(trees map[string]int64) tenancy.Basis { return tenancy.Basis{Trees: trees} }
	event := tenancy.Event{At: time.Now(), Actor: tenancy.Object{Type: "service", ID: "test"}, Action: "test", Result: tenancy.ResultDone}
	create := func(row tenancy.Row) tenancy.RowChange { return tenancy.RowChange{After: row} }
	child := organization(a+"-shop", a)
	moved := organization(a+"-shop", b)
	for _, c := range []tenancy.Change{
		{Basis: basis(map[string]int64{a: 0, b: 0}), Rows: []tenancy.RowChange{create(organization(a, a)), create(organization(b, b))}},
		{Basis: basis(map[string]int64{a: 1}), Rows: []tenancy.RowChange{create(child)}},
		{Basis: basis(map[string]int64{a: 2, b: 1}), Rows: []tenancy.RowChange{{Before: child, After: moved}}},
		{Basis: basis(map[string]int64{b: 2}), Rows: []tenancy.RowChange{create(organization(b+"-more", b))}},
	} {
		c.Event = event
		_, err := p.store.Commit(p.t.Context(), c, relation.Updates(c))
		require.NoError(p.t, err)
	}
}
