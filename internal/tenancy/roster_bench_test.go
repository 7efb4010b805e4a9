package tenancy_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// The organization of the benchmark; most of its people are in two groups. The last hundred are
// administrators of its account too, and the thousand before them users of a tenant group.
const (
	benchPeople = 10_000
	benchGroups = 40
	benchAdmins = 100
	benchUsers  = 1000
)

// BenchmarkRoster reads pages of the default length of a roster with 10,000 people, from
// its beginning to its end, and searches in it.
func BenchmarkRoster(b *testing.B) {
	w := crowded(b)
	for _, c := range []struct {
		name  string
		query tenancy.RosterQuery
		page  tenancy.Page
	}{
		{"page 1", everybody, tenancy.Page{Limit: 51}},
		{"page 100", everybody, tenancy.Page{Limit: 51, After: w.id(benchPerson(99*50 - 1))}},
		{"page 200", everybody, tenancy.Page{Limit: 51, After: w.id(benchPerson(199*50 - 1))}},
		{"page of 500", everybody, tenancy.Page{Limit: 501, After: w.id(benchPerson(4999))}},
		{"by account role", tenancy.RosterQuery{Via: tenancy.ViaAccountRole}, tenancy.Page{Limit: 51}},
		{"by tenant group", tenancy.RosterQuery{Via: tenancy.ViaTenantGroup}, tenancy.Page{Limit: 51}},
		{"search, found last", tenancy.RosterQuery{Text: benchPerson(benchPeople - 1)}, tenancy.Page{Limit: 51}},
	} {
		b.Run(c.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				started := time.Now()
				entries, err := w.service.Roster(b.Context(), w.as("olga"), w.id("acme"), c.query, c.page)
				took = append(took, time.Since(started))
				require.NoError(b, err)
				require.NotEmpty(b, entries)
			}
			reportP95(b, took)
		})
	}
}

func reportP95(b *testing.B, took []time.Duration) {
	b.Helper()
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
}

func benchPerson(n int) string { return fmt.Sprintf("person%05d", n) }

// crowded is an organization with people in groups of its own and in one that is linked.
func crowded(b *testing.B) *world {
	b.Helper()
	w := shared.world(b.Context(), b)
	w.users("olga")
	w.root("top", "olga")
	w.child("acme", "top", "olga")
	rows := make([]tenancy.RowChange, 0, 3*benchPeople)
	basis := tenancy.Basis{Trees: map[string]int64{}, Users: map[string]int64{}}
	for n := range benchGroups {
		home := map[bool]string{true: "top", false: "acme"}[n == 0]
		w.group(fmt.Sprint("group", n), home, "olga", "view_agents", "manage_backup_configs")
	}
	w.link("group0", "acme")
	w.delegateAll("acme")
	w.tenantGroup("retail", "top", "")
	w.place("retail", "acme")
	basis.Trees[w.id("top")] = trees(w)[w.id("top")]
	for n := range benchPeople {
		user := tenancy.User{ID: w.id(benchPerson(n)), Name: fmt.Sprint("Person ", n), Email: benchPerson(n) + "@example.com", State: tenancy.UserActive}
		basis.Users[user.ID] = 0
		rows = append(rows, tenancy.RowChange{After: user})
		for _, g := range slices.Compact([]int{n % benchGroups, n / benchGroups % benchGroups}) {
			rows = append(rows, tenancy.RowChange{After: tenancy.Membership{
				GroupID: w.id(fmt.Sprint("group", g)), RootID: w.id("top"), Role: tenancy.GroupMember, UserID: user.ID, Since: clock.Now(),
			}})
		}
		if last := benchPeople - benchAdmins; n >= last-benchUsers && n < last {
			rows = append(rows, tenancy.RowChange{After: tenancy.TenantGroupUser{
				TenantGroupID: w.id("retail"), UserID: user.ID, RootID: w.id("top"), AllTenantPermissions: n%2 == 0, Since: clock.Now(),
			}})
		}
	}
	_, err := w.deliverer.Commit(b.Context(), tenancy.Change{Basis: basis, Rows: rows, Event: tenancy.Event{Result: tenancy.ResultDone}})
	require.NoError(b, err)
	admins := map[string]admin{}
	for n := benchPeople - benchAdmins; n < benchPeople; n++ {
		admins[benchPerson(n)] = admin{role: tenancy.AccountHelpDesk}
	}
	require.NoError(b, administrateAllAs("olga", "top", admins)(w))
	return w
}
