package storetest

import (
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var resourceTests = map[string]func(world){
	"Resources page by id, by type, and are counted":               pagesOfResources,
	"What is assigned to a machine or agent is found":              resourcesAssigned,
	"The systems below a monitored system are found":               systemsBelow,
	"Resources are known by type and id":                           resourcesByTypeAndID,
	"Commit fails with ErrMoved if a created resource is there":    resourceIsThere,
	"Commit fails with ErrMoved if another tree released the id":   resourceReleased,
	"Released tells the tree that removed it last, at its version": releasedTells,
}

func resource(t tenancy.ResourceType, id string, o tenancy.Organization, assigned ...tenancy.Resource) tenancy.Resource {
	r := tenancy.Resource{Type: t, ID: id, OrganizationID: o.ID, RootID: o.RootID, Name: "Name of " + id}
	for _, a := range assigned {
		r.AssignedTo = append(r.AssignedTo, a.Object())
	}
	return r
}

func system(id string, o tenancy.Organization, parentID string) tenancy.Resource {
	r := resource(tenancy.MonitoredSystem, id, o)
	r.ParentID = parentID
	return r
}

func pagesOfResources(w world) {
	acme := root("acme")
	rows := []tenancy.RowChange{create(acme), create(child("north", acme)), create(resource(tenancy.Agent, "a", acme)),
		create(resource(tenancy.Gateway, "elsewhere", child("north", acme)))}
	var keys []string
	for i := range many {
		keys = append(keys, key(i))
		rows = append(rows, create(resource(tenancy.Gateway, key(i), acme)))
	}
	w.commit(rows...)
	w.look(func(s tenancy.Snapshot) {
		pages(w, keys, func(p tenancy.Page) ([]tenancy.Resource, error) {
			return s.Resources(w.ctx(), "acme", tenancy.Gateway, p)
		}, func(r tenancy.Resource) string { return r.ID })
		counts, err := s.ResourceCounts(w.ctx(), "acme")
		require.NoError(w.t, err)
		require.Equal(w.t, map[tenancy.ResourceType]int{tenancy.Gateway: many, tenancy.Agent: 1}, counts)
	})
}

// assigned are a machine and an agent of one id, and what is assigned to them.
func assigned(o tenancy.Organization) (m, a tenancy.Resource, of []tenancy.Resource) {
	m, a = resource(tenancy.Machine, "x", o), resource(tenancy.Agent, "x", o)
	return m, a, []tenancy.Resource{
		resource(tenancy.BackupConfig, "b", o, a, m), resource(tenancy.BackupConfig, "c", o, a),
		resource(tenancy.EncryptionKey, "b", o, m),
	}
}

func resourcesAssigned(w world) {
	acme := root("acme")
	m, a, of := assigned(acme)
	w.commit(create(acme), create(m), create(a), create(of[0]), create(of[1]), create(of[2]))
	found := func(subject tenancy.Resource, want ...tenancy.Resource) {
		w.look(func(s tenancy.Snapshot) {
			got, err := s.AssignedTo(w.ctx(), subject.Object())
			require.NoError(w.t, err)
			require.Equal(w.t, want, got)
		})
	}
	found(m, of[0], of[2])
	found(a, of[0], of[1])
	moved := resource(tenancy.EncryptionKey, "b", acme, a)
	w.commit(alter(of[2], moved), remove(of[1]))
	found(m, of[0])
	found(a, of[0], moved)
	w.fails(nil, w.change(remove(m)))
	w.fails(nil, w.change(create(resource(tenancy.BackupConfig, "d", acme, resource(tenancy.Machine, "nobody", acme)))))
}

func systemsBelow(w world) {
	acme := root("acme")
	top, b, a, under := system("top", acme, ""), system("b", acme, "top"), system("a", acme, "top"), system("under", acme, "a")
	w.commit(create(under), create(acme), create(top), create(b), create(a))
	w.look(func(s tenancy.Snapshot) {
		for id, want := range map[string][]tenancy.Resource{"top": {a, b}, "a": {under}, "under": nil} {
			got, err := s.SystemsBelow(w.ctx(), id)
			require.NoError(w.t, err)
			require.Equal(w.t, want, got)
		}
	})
	w.fails(nil, w.change(remove(top)))
	w.fails(nil, w.change(create(system("lost", acme, "nowhere"))))
}

func resourcesByTypeAndID(w world) {
	acme, other := root("acme"), root("other")
	rows := []tenancy.Row{resource(tenancy.Machine, "x", acme), resource(tenancy.Agent, "x", other), resource(tenancy.Machine, "X", other)}
	w.commit(create(acme), create(other), create(rows[0]), create(rows[1]), create(rows[2]))
	w.look(func(s tenancy.Snapshot) {
		for _, want := range rows {
			got, err := s.Resource(w.ctx(), want.(tenancy.Resource).Object())
			require.NoError(w.t, err)
			require.Equal(w.t, want, got)
			tree, err := w.TreeOf(w.ctx(), got.Object())
			require.NoError(w.t, err)
			require.Equal(w.t, tenancy.Tree{RootID: want.Tree(), Version: 1}, tree.Tree)
		}
		_, err := s.Resource(w.ctx(), tenancy.Object{Type: "gateway", ID: "x"})
		require.ErrorIs(w.t, err, tenancy.ErrNoRow)
	})
}

func resourceIsThere(w world) {
	acme, other := root("acme"), root("other")
	w.commit(create(acme), create(other), create(resource(tenancy.Machine, "x", other)))
	w.fails(tenancy.ErrMoved, w.change(create(resource(tenancy.Machine, "x", acme))))
}

func resourceReleased(w world) {
	acme, other := root("acme"), root("other")
	w.commit(create(acme), create(other))
	early := w.change(create(resource(tenancy.Machine, "x", acme)))
	w.commit(create(resource(tenancy.Machine, "x", other)))
	w.commit(remove(resource(tenancy.Machine, "x", other)))
	w.fails(tenancy.ErrMoved, early)
	w.commit(create(resource(tenancy.Machine, "x", acme)))
}

func releasedTells(w world) {
	acme, other := root("acme"), root("other")
	x := tenancy.Object{Type: "machine", ID: "x"}
	w.commit(create(acme), create(other), create(resource(tenancy.Machine, "x", other)))
	w.look(func(s tenancy.Snapshot) {
		_, err := s.Released(w.ctx(), x)
		require.ErrorIs(w.t, err, tenancy.ErrNoRow)
	})
	w.commit(remove(resource(tenancy.Machine, "x", other)))
	for _, root := range []tenancy.Organization{acme, acme, other} {
		w.commit(create(resource(tenancy.Machine, "x", root)))
		w.commit(remove(resource(tenancy.Machine, "x", root)))
	}
	w.look(func(s tenancy.Snapshot) {
		tree, err := s.Released(w.ctx(), x)
		require.NoError(w.t, err)
		require.Equal(w.t, tenancy.Token{RootID: "other", Version: 4}, tree)
	})
}
