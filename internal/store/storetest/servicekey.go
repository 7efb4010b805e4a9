package storetest

import (
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var serviceKeyTests = map[string]func(world){
	"Service keys are kept as they are":           keysAreKept,
	"A service key's id is never used twice":      keyIDsOnce,
	"A revoked service key keeps its time":        keysRevokedOnce,
	"A service key that is not there is ErrNoRow": keysMissing,
}

func serviceKey(id string) tenancy.ServiceKey {
	return tenancy.ServiceKey{ID: id, Kind: tenancy.ConsoleKey, Name: "Console of " + id,
		Hash: []byte{0, 1, 0xff, byte(len(id))}, CreatedAt: minute(7)}
}

func keysAreKept(w world) {
	for _, id := range []string{"k2", "k1", "K1"} {
		require.NoError(w.t, w.AddServiceKey(w.ctx(), serviceKey(id)))
	}
	got, err := w.ServiceKey(w.ctx(), "k1")
	require.NoError(w.t, err)
	require.Equal(w.t, serviceKey("k1"), got)
	keys, err := w.ServiceKeys(w.ctx())
	require.NoError(w.t, err)
	require.Equal(w.t, []tenancy.ServiceKey{serviceKey("K1"), serviceKey("k1"), serviceKey("k2")}, keys)
}

func keyIDsOnce(w world) {
	require.NoError(w.t, w.AddServiceKey(w.ctx(), serviceKey("k1")))
	again := serviceKey("k1")
	again.Hash = []byte{9}
	require.ErrorIs(w.t, w.AddServiceKey(w.ctx(), again), tenancy.ErrIDUsed)
	require.NoError(w.t, w.RevokeServiceKey(w.ctx(), "k1", minute(8)))
	require.ErrorIs(w.t, w.AddServiceKey(w.ctx(), again), tenancy.ErrIDUsed)
	got, err := w.ServiceKey(w.ctx(), "k1")
	require.NoError(w.t, err)
	require.Equal(w.t, serviceKey("k1").Hash, got.Hash)
}

func keysRevokedOnce(w world) {
	require.NoError(w.t, w.AddServiceKey(w.ctx(), serviceKey("k1")))
	require.NoError(w.t, w.AddServiceKey(w.ctx(), serviceKey("k2")))
	for _, at := range []time.Time{minute(8), minute(9)} {
		require.NoError(w.t, w.RevokeServiceKey(w.ctx(), "k1", at))
	}
	want := serviceKey("k1")
	want.RevokedAt = minute(8)
	keys, err := w.ServiceKeys(w.ctx())
	require.NoError(w.t, err)
	require.Equal(w.t, []tenancy.ServiceKey{want, serviceKey("k2")}, keys)
}

func keysMissing(w world) {
	require.NoError(w.t, w.AddServiceKey(w.ctx(), serviceKey("k1")))
	_, err := w.ServiceKey(w.ctx(), "K1")
	require.ErrorIs(w.t, err, tenancy.ErrNoRow)
	require.ErrorIs(w.t, w.RevokeServiceKey(w.ctx(), "K1", minute(8)), tenancy.ErrNoRow)
}
