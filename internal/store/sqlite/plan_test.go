package sqlite

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// wholeTables lists the statements that are meant to read a table from end to end.
var wholeTables = []string{
	"table_columns",
	"every_tree", "every_ended_tree", "every_user", "every_organization", "every_subscription", "every_owner", "every_group",
	"every_membership", "every_link", "every_invitation", "every_resource", "every_access_key", "every_administrator",
	"service_keys", "take_view", "event_origins_erase",
	"every_tenant_group", "every_tenant_group_place", "every_tenant_group_user",
}

// sorting lists the statements that sort what they have found: all that is above or below one
// thing, which is few or wanted whole.
var sorting = []string{
	"subtree", "tenant_groups_used", "tenant_groups_above", "tenant_groups_below", "tenant_groups_over", "tenants_below",
}

// TestPlans asserts that every other statement finds its rows by an index and gets them in
// order from it, so that the hundredth page costs as much as the first.
func TestPlans(t *testing.T) {
	s := openStore(t)
	for name, text := range queries.ByName() {
		if slices.Contains(wholeTables, name) {
			continue
		}
		for _, step := range planOf(t, s, name, text) {
			if strings.HasPrefix(step, "SCAN") && !bounded(step) {
				t.Errorf("%s reads a whole table: %s", name, step)
			}
			if strings.Contains(step, "TEMP B-TREE") && !slices.Contains(sorting, name) {
				t.Errorf("%s sorts its rows: %s", name, step)
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

func planOf(t *testing.T, s *Store, name, text string) (steps []string) {
	rows, err := s.reader.DB().Query("EXPLAIN QUERY PLAN "+text, unbound...)
	require.NoError(t, err, name)
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var step string
		require.NoError(t, rows.Scan(&id, &parent, &unused, &step))
		t.Logf("%-28s %s", name, step)
		steps = append(steps, step)
	}
	require.NoError(t, rows.Err())
	return steps
}
