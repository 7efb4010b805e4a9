package postgres

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/pgtest"
)

// wholeTables lists the statements that are meant to read a table from end to end.
var wholeTables = []string{
	"every_tree", "every_ended_tree", "every_user", "every_organization", "every_subscription", "every_owner", "every_group",
	"every_membership", "every_link", "every_invitation", "every_resource", "every_access_key", "every_administrator",
	"service_keys", "take_view", "event_origins_erase",
	"every_tenant_group", "every_tenant_group_place", "every_tenant_group_user",
}

// sorting lists the statements that sort what they have found: all that is above or below one
// thing or that belongs to one mailbox, which is few or wanted whole.
var sorting = []string{
	"subtree", "tenant_groups_used", "tenant_groups_above", "tenant_groups_below", "tenant_groups_over", "tenants_below",
}

// unforced has the planner take an index and its order wherever there is one that serves,
// whatever it would cost: what it still reads from end to end or sorts has none. Plans are
// those that serve any arguments.
const unforced = `SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_bitmapscan = off;
	SET enable_sort = off; SET enable_incremental_sort = off; SET enable_hashjoin = off; SET enable_mergejoin = off;
	SET enable_hashagg = off; SET enable_material = off`

// TestPlans asserts that every other statement fits the tables, finds its rows by an index and
// gets them in order from it, so that the hundredth page costs as much as the first.
func TestPlans(t *testing.T) {
	url := pgtest.Shared(t).Empty(t)
	_, err := Migrate(t.Context(), url)
	require.NoError(t, err)
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	_, err = conn.PgConn().Exec(t.Context(), unforced).ReadAll()
	require.NoError(t, err)
	for name, text := range dialect.Queries.ByName() {
		steps := planOf(t, conn, name, text)
		if slices.Contains(wholeTables, name) {
			continue
		}
		for _, step := range steps {
			if strings.Contains(step, "Seq Scan on ") {
				t.Errorf("%s reads a whole table: %s", name, step)
			}
			if strings.Contains(step, "Sort ") && !slices.Contains(sorting, name) {
				t.Errorf("%s sorts its rows: %s", name, step)
			}
		}
	}
}

func planOf(t *testing.T, conn *pgx.Conn, name, text string) (steps []string) {
	statement, err := conn.Prepare(t.Context(), name, text)
	require.NoError(t, err, name)
	unbound := strings.TrimSuffix(strings.Repeat("null,", len(statement.ParamOIDs)), ",")
	if unbound != "" {
		unbound = "(" + unbound + ")"
	}
	rows, err := conn.Query(t.Context(), "EXPLAIN EXECUTE "+strconv.Quote(name)+unbound, pgx.QueryExecModeSimpleProtocol)
	require.NoError(t, err, name)
	steps, err = pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err, name)
	t.Logf("%s\n%s", name, strings.Join(steps, "\n"))
	return steps
}
