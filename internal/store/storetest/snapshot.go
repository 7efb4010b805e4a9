package storetest

import (
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var snapshotTests = map[string]func(world){
	"A snapshot is taken when it is asked for":         snapshotIsTaken,
	"Later commits do not show in a snapshot":          snapshotStays,
	"Holders of snapshots can read, commit and record": snapshotsDoNotBlock,
	"Methods that name one row return ErrNoRow":        snapshotNoRow,
	"A closed snapshot can be closed again":            snapshotClosesTwice,
}

func snapshotIsTaken(w world) {
	s := w.snapshot()
	w.commit(create(root("acme")))
	require.Zero(w.t, w.version(s, "acme"))
	require.NoError(w.t, s.Close())
}

func snapshotStays(w world) {
	oneOfEach(w)
	acme, north := root("acme"), child("north", root("acme"))
	s := w.snapshot()
	w.commit(remove(owner(north, "ann")), remove(link(group("techs", acme), north)), create(owner(acme, "ann")),
		create(child("south", acme)), alter(user("ann"), altered(user("ann"))))
	require.NoError(w.t, w.Record(w.ctx(), refused("acme")))
	require.EqualValues(w.t, 1, w.version(s, "acme"))
	require.EqualValues(w.t, 1, w.userVersion(s, "ann"))
	_, err := s.Owner(w.ctx(), "north", "ann")
	require.NoError(w.t, err)
	_, err = s.Organization(w.ctx(), "south")
	require.ErrorIs(w.t, err, tenancy.ErrNoRow)
	links, err := s.LinksIn(w.ctx(), "acme")
	require.NoError(w.t, err)
	require.Len(w.t, links, 2)
	events, err := s.Events(w.ctx(), tenancy.EventFilter{RootID: "acme"}, 10)
	require.NoError(w.t, err)
	require.Len(w.t, events, 1)
	require.NoError(w.t, s.Close())
	w.look(func(s tenancy.Snapshot) { require.EqualValues(w.t, 2, w.version(s, "acme")) })
}

func snapshotsDoNotBlock(w world) {
	oneOfEach(w)
	for range 16 {
		s := w.snapshot()
		defer s.Close()
	}
	w.commit(alter(root("acme"), root("acme")))
	require.NoError(w.t, w.Record(w.ctx(), refused("acme")))
	_, err := w.TreeOf(w.ctx(), tenancy.Object{Type: "group", ID: "techs"})
	require.NoError(w.t, err)
	_, err = w.TreesOf(w.ctx(), "ann")
	require.NoError(w.t, err)
	_, err = w.Deliveries(w.ctx(), "acme", 0, 1)
	require.NoError(w.t, err)
	_, err = w.ServiceKeys(w.ctx())
	require.NoError(w.t, err)
	require.NotEmpty(w.t, w.rows())
}

func snapshotNoRow(w world) {
	oneOfEach(w)
	ctx := w.ctx()
	w.look(func(s tenancy.Snapshot) {
		_, errUser := s.User(ctx, "Ann")
		_, errOrganization := s.Organization(ctx, "techs")
		_, errSubscription := s.Subscription(ctx, "north")
		_, errOwner := s.Owner(ctx, "acme", "ann")
		_, errGroup := s.Group(ctx, "acme")
		_, errMembership := s.Membership(ctx, "techs", tenancy.GroupOwner, "ann")
		_, errLink := s.Link(ctx, "techs", "acme")
		_, errInvitation := s.Invitation(ctx, "techs")
		_, errResource := s.Resource(ctx, tenancy.Object{Type: "agent", ID: "laptop"})
		_, errKey := s.AccessKey(ctx, "Key")
		_, errTenantGroup := s.TenantGroup(ctx, "techs")
		_, errPlace := s.TenantGroupPlace(ctx, "team", "acme")
		_, errGroupUser := s.TenantGroupUser(ctx, "sub", "ann")
		_, errReleased := s.Released(ctx, tenancy.Object{Type: "machine", ID: "laptop"})
		for _, err := range []error{errTenantGroup, errPlace, errGroupUser, errResource, errKey, errReleased, errUser, errOrganization, errSubscription, errOwner, errGroup, errMembership, errLink, errInvitation} {
			require.ErrorIs(w.t, err, tenancy.ErrNoRow)
		}
	})
}

func snapshotClosesTwice(w world) {
	s := w.snapshot()
	require.NoError(w.t, s.Close())
	require.NoError(w.t, s.Close())
}
