package storetest

import (
	"slices"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var belongingTests = map[string]func(world){
	"What belongs to organizations is on both sides": rowsOfOrganizations,
}

func rowsOfOrganizations(w world) {
	acme, other := root("acme"), root("other")
	north := child("north", acme)
	south := child("south", acme)
	top, mid, far := group("top", acme), group("mid", north), group("far", other)
	team, crew, branch := tenantGroup("team", acme), tenantGroup("crew", other), child("branch", other)
	sub := subgroup("sub", team)
	licence := tenancy.Subscription{OrganizationID: "north", RootID: "acme", Plan: tenancy.PlanPro, Status: tenancy.SubscriptionActive}
	below := child("below", north)
	laptop := resource(tenancy.Machine, "laptop", north)
	ofNorth := []tenancy.Row{
		laptop, resource(tenancy.EncryptionKey, "disk", north, laptop), accessKey("key", laptop),
		north, licence, owner(north, "ann"), mid, membership(mid, tenancy.GroupOwner, "ann"),
		membership(mid, tenancy.GroupMember, "ben"), link(top, north), link(mid, below), tenantGroupPlace(sub, north), linkTo(sub, mid),
	}
	ofOther := []tenancy.Row{
		other, far, membership(far, tenancy.GroupOwner, "ben"), crew, tenantGroupUser(crew, "ann"),
		tenantGroupPlace(crew, other), tenantGroupPlace(crew, branch), linkTo(crew, far),
	}
	server := resource(tenancy.Agent, "server", south)
	others := []tenancy.Row{
		server, accessKey("other-key", server),
		user("ann"), user("ben"), acme, south, below, branch, top, owner(acme, "ann"), owner(below, "ben"),
		membership(top, tenancy.GroupMember, "ann"), link(top, south), linkTo(team, top), team, sub, tenantGroupUser(sub, "ann"),
		tenantGroupPlace(team, south),
	}
	var changes []tenancy.RowChange
	for _, row := range slices.Concat(ofNorth, ofOther, others) {
		changes = append(changes, create(row))
	}
	w.commit(changes...)
	for _, c := range []struct {
		ids  []string
		want []tenancy.Row
	}{
		{nil, nil},
		{[]string{"nowhere", "mid"}, nil},
		{[]string{"north"}, ofNorth},
		{[]string{"other"}, ofOther},
		{[]string{"other", "branch"}, slices.Concat(ofOther, []tenancy.Row{branch})},
		{[]string{"north", "below"}, slices.Concat(ofNorth, []tenancy.Row{below, owner(below, "ben")})},
	} {
		w.look(func(s tenancy.Snapshot) {
			got, err := s.RowsOfOrganizations(w.ctx(), c.ids)
			require.NoError(w.t, err)
			require.ElementsMatch(w.t, c.want, got, c.ids)
		})
	}
}
