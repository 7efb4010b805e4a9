package storetest

import (
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var accessKeyTests = map[string]func(world){
	"Access keys page by id, with their last use":         pagesOfAccessKeys,
	"The access keys of a machine or agent are found":     accessKeysOf,
	"AccessKey tells what is committed":                   accessKeyIsCommitted,
	"The latest use of an access key is kept, and no row": usesAreNoRows,
}

func accessKey(id string, of tenancy.Resource) tenancy.AccessKey {
	return tenancy.AccessKey{ID: id, OrganizationID: of.OrganizationID, RootID: of.RootID, Subject: of.Object(),
		Name: "Name of " + id, Hash: []byte{0, 2, 0xff, byte(len(id))}, CreatedAt: minute(8)}
}

func pagesOfAccessKeys(w world) {
	acme := root("acme")
	machine, other := resource(tenancy.Machine, "m", acme), resource(tenancy.Machine, "m2", child("north", acme))
	rows := []tenancy.RowChange{create(acme), create(child("north", acme)), create(machine), create(other), create(accessKey("elsewhere", other))}
	keys := make([]string, many)
	for i := range many {
		keys[i] = key(i)
		rows = append(rows, create(accessKey(key(i), machine)))
	}
	w.commit(rows...)
	require.NoError(w.t, w.UseAccessKeys(w.ctx(), map[string]time.Time{key(3): minute(9), "nobody": minute(9)}))
	w.look(func(s tenancy.Snapshot) {
		pages(w, keys, func(p tenancy.Page) ([]tenancy.UsedAccessKey, error) { return s.AccessKeys(w.ctx(), "acme", p) },
			func(k tenancy.UsedAccessKey) string { return k.ID })
		all, err := s.AccessKeys(w.ctx(), "acme", tenancy.PageAll)
		require.NoError(w.t, err)
		for _, k := range all {
			require.Equal(w.t, accessKey(k.ID, machine), k.AccessKey)
			require.Equal(w.t, k.ID == key(3), k.LastUsedAt.Equal(minute(9)))
		}
	})
}

func accessKeysOf(w world) {
	acme := root("acme")
	m, a := resource(tenancy.Machine, "x", acme), resource(tenancy.Agent, "x", acme)
	w.commit(create(acme), create(m), create(a), create(accessKey("k2", m)), create(accessKey("k1", m)), create(accessKey("k3", a)))
	w.look(func(s tenancy.Snapshot) {
		keys, err := s.AccessKeysOf(w.ctx(), m.Object())
		require.NoError(w.t, err)
		require.Equal(w.t, []tenancy.AccessKey{accessKey("k1", m), accessKey("k2", m)}, keys)
	})
	w.fails(nil, w.change(remove(a)))
}

func accessKeyIsCommitted(w world) {
	acme := root("acme")
	m := resource(tenancy.Machine, "x", acme)
	k := accessKey("k", m)
	w.commit(create(acme), create(m), create(k))
	revoked := altered(k).(tenancy.AccessKey)
	w.commit(alter(k, revoked))
	got, err := w.AccessKey(w.ctx(), "k")
	require.NoError(w.t, err)
	require.Equal(w.t, revoked, got)
	w.commit(remove(revoked))
	for _, id := range []string{"k", "K", ""} {
		_, err = w.AccessKey(w.ctx(), id)
		require.ErrorIs(w.t, err, tenancy.ErrNoRow)
	}
}

func usesAreNoRows(w world) {
	acme := root("acme")
	m := resource(tenancy.Machine, "x", acme)
	w.commit(create(acme), create(m), create(accessKey("k", m)))
	before := w.everything()
	for _, at := range []time.Time{minute(9), minute(11), minute(10)} {
		require.NoError(w.t, w.UseAccessKeys(w.ctx(), map[string]time.Time{"k": at}))
	}
	require.Equal(w.t, before, w.everything())
	w.look(func(s tenancy.Snapshot) {
		keys, err := s.AccessKeys(w.ctx(), "acme", tenancy.PageAll)
		require.NoError(w.t, err)
		require.Equal(w.t, minute(11), keys[0].LastUsedAt)
	})
	w.commit(remove(accessKey("k", m)))
	require.NoError(w.t, w.UseAccessKeys(w.ctx(), map[string]time.Time{"k": minute(12)}))
}
