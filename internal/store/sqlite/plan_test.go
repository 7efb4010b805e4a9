package sqlite

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// wholeTables lists the statements that are meant to read a table from end to end.
var wholeTables = []*query{
	qEveryTree, qEveryEnded, qEveryUser, qEveryOrganization, qEverySubscription, qEveryOwner, qEveryGroup,
	qEveryMembership, qEveryLink, qEveryInvitation, qEveryResource, qEveryAccessKey, qEveryAdministrator, qServiceKeys, qTakeView, qOriginsErase,
	qEveryTenantGroup, qEveryTenantGroupPlace, qEveryTenantGroupUser,
}

// sorting lists the statements that sort what they have found: all that is above or below one
// thing, which is few or wanted whole.
var sorting = []*query{
	qSubtree, qTenantGroupsUsed, qTenantGroupsAbove, qTenantGroupsBelow, qTenantGroupsOver, qTenantsBelow,
}

// TestPlans asserts that every other statement finds its rows by an index and gets them in
// order from it, so that the hundredth page costs as much as the first.
func TestPlans(t *testing.T) {
	s := openStore(t)
	for _, q := range queries {
		if slices.Contains(wholeTables, q) {
			continue
		}
		for _, step := range planOf(t, s, q) {
			if strings.HasPrefix(step, "SCAN") && !bounded(step) {
				t.Errorf("%s reads a whole table: %s", q.name, step)
			}
			if strings.Contains(step, "TEMP B-TREE") && !slices.Contains(sorting, q) {
				t.Errorf("%s sorts its rows: %s", q.name, step)
			}
		}
	}
}

// found is what a recursion begins with and has found, by the names that the statements give it.
var found = []string{"SCAN CONSTANT ROW", "SCAN a", "SCAN b", "SCAN u", "SCAN below"}

// bounded reports whether what is scanned is a part of the question or of the answer: a
// list of ids (the only virtual tables are those of json_each), what a recursion has found,
// or what a subquery has, whose own steps are looked at.
func bounded(step string) bool {
	return strings.Contains(step, " VIRTUAL TABLE ") || strings.HasPrefix(step, "SCAN (subquery-") || step == "SCAN CONSTANT ROW" || slices.Contains(found, step)
}

// unbound stands for the arguments of a statement that is only planned.
var unbound = make([]any, 20)

func planOf(t *testing.T, s *Store, q *query) (steps []string) {
	rows, err := s.reader.db.Query("EXPLAIN QUERY PLAN "+q.text, unbound...)
	require.NoError(t, err, q.name)
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var step string
		require.NoError(t, rows.Scan(&id, &parent, &unused, &step))
		t.Logf("%-28s %s", q.name, step)
		steps = append(steps, step)
	}
	require.NoError(t, rows.Err())
	return steps
}
