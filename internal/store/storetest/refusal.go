package storetest

import (
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var refusalTests = map[string]func(world){
	"Record writes to the trail of the tree at its version":    recordInTree,
	"Record writes to the service's trail if there is no tree": recordInService,
	"Record changes nothing else":                              recordChangesNothing,
}

// refused is an event with every field set that its writer sets.
func refused(rootID string) tenancy.Event {
	return tenancy.Event{
		At: minute(30), RootID: rootID, Organizations: []string{"z", "a"},
		Actor: tenancy.Object{Type: "service_key", ID: "key2"}, OnBehalfOf: "ann", From: "192.0.2.1",
		Action: "group.link", Target: tenancy.Object{Type: "group", ID: "techs"},
		Detail: map[string]string{"reason": `not "his"`}, Result: tenancy.ResultRefused,
		Code: tenancy.CodeForbidden, RequestID: "req1",
	}
}

func recordInTree(w world) {
	w.commit(create(root("acme")))
	w.commit(create(child("north", root("acme"))))
	require.NoError(w.t, w.Record(w.ctx(), refused("acme")))
	want := refused("acme")
	want.Seq, want.Version = 3, 2
	require.Equal(w.t, want, w.trail("acme")[2])
	require.Empty(w.t, w.trail(""))
}

func recordInService(w world) {
	w.commit(create(user("ann")))
	for seq, rootID := range []string{"", "nowhere"} {
		require.NoError(w.t, w.Record(w.ctx(), refused(rootID)))
		want := refused("")
		want.Seq = int64(seq) + 2
		require.Equal(w.t, want, w.trail("")[seq+1])
	}
	require.Empty(w.t, w.trail("nowhere"))
}

func recordChangesNothing(w world) {
	oneOfEach(w)
	before := w.rows()
	require.NoError(w.t, w.Record(w.ctx(), refused("acme")))
	require.NoError(w.t, w.Record(w.ctx(), refused("nowhere")))
	require.Equal(w.t, before, w.rows())
	deliveries, err := w.Deliveries(w.ctx(), "acme", 0, 10)
	require.NoError(w.t, err)
	require.Len(w.t, deliveries, 1)
}
