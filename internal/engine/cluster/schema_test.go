package cluster_test

import (
	"iter"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/engine/cluster"
	"github.com/tenantry/tenantry/internal/spicedbtest"
	"github.com/tenantry/tenantry/internal/tenancy"
	"github.com/tenantry/tenantry/schema"
)

// stock connects to SpiceDB's own program, which has no schema.
func stock(t *testing.T) *cluster.Engine {
	t.Helper()
	return connect(t, cluster.Config{Endpoints: []string{spicedbtest.ServeMemory(t, key).Address}})
}

func writeSchema(t *testing.T, e *cluster.Engine, text string) {
	t.Helper()
	_, err := e.Client().WriteSchema(t.Context(), &v1.WriteSchemaRequest{Schema: text})
	require.NoError(t, err)
}

func readSchema(t *testing.T, e *cluster.Engine) string {
	t.Helper()
	response, err := e.Client().ReadSchema(t.Context(), &v1.ReadSchemaRequest{})
	require.NoError(t, err)
	return response.GetSchemaText()
}

// edited is our schema with something else in the place of a part of it.
func edited(t *testing.T, old, replacement string) string {
	t.Helper()
	require.Equal(t, 1, strings.Count(schema.Text, old), old)
	return strings.Replace(schema.Text, old, replacement, 1)
}

// firstEdition had no record, and, here, something that the second one does not know.
func firstEdition(t *testing.T) string {
	t.Helper()
	_, rest, _ := strings.Cut(schema.Text, "definition record {")
	_, rest, _ = strings.Cut(rest, "\n}\n")
	before, _, _ := strings.Cut(schema.Text, "definition record {")
	return strings.Replace(before[:strings.LastIndex(before, "/**")]+rest,
		"\trelation home: organization\n", "\trelation home: organization\n\trelation deputy: user | user:*\n", 1)
}

const foreign = "definition user {}\ndefinition document {\n\trelation reader: user\n}\n"

func relationships(t *testing.T, notation ...string) iter.Seq2[tenancy.Relationship, error] {
	t.Helper()
	return func(yield func(tenancy.Relationship, error) bool) {
		for _, s := range notation {
			if !yield(tenancy.ParseRelationship(s)) {
				return
			}
		}
	}
}

func TestASpiceDBWithoutASchemaIsMigratedAndClaimed(t *testing.T) {
	e := stock(t)
	requireFault(t, engine.FaultNoSchema, e.Inspect(t.Context(), "ours"))
	requireFault(t, engine.FaultNoSchema, e.Claim(t.Context(), "ours"))
	done, err := e.Migrate(t.Context())
	require.NoError(t, err)
	require.Equal(t, engine.Migration{From: 0, To: schema.Edition, Changed: true, Compared: true}, done)
	requireFault(t, engine.FaultUnclaimed, e.Inspect(t.Context(), "ours"))
	require.NoError(t, e.Claim(t.Context(), "ours"))
	require.NoError(t, e.Inspect(t.Context(), "ours"))
	require.NoError(t, e.Apply(t.Context(), delivery(t, 1, "+organization:acme#owner@user:alice")))

	done, err = e.Migrate(t.Context())
	require.NoError(t, err)
	require.Equal(t, engine.Migration{From: schema.Edition, To: schema.Edition, Compared: true}, done)
}

func TestAnOlderSchemaIsUpgradedWithAllThatIsThere(t *testing.T) {
	e := stock(t)
	writeSchema(t, e, firstEdition(t))
	requireFault(t, engine.FaultSchemaOlder, e.Inspect(t.Context(), ""))
	require.NoError(t, e.Load(t.Context(), relationships(t,
		engine.Fence("acme", 7).String(), "organization:acme#owner@user:alice", "group:ops#home@organization:acme")))
	done, err := e.Migrate(t.Context())
	require.NoError(t, err)
	require.Equal(t, engine.Migration{From: 1, To: schema.Edition, Changed: true, Compared: true, Relationships: 3}, done)
	require.NoError(t, e.Inspect(t.Context(), ""))
	version, err := e.Version(t.Context(), "acme")
	require.NoError(t, err)
	require.EqualValues(t, 7, version)
	answers, err := e.Check(t.Context(), []tenancy.Question{owns("alice", "acme")})
	require.NoError(t, err)
	require.Equal(t, []bool{true}, answers)
}

func TestAnUpgradeThatWouldLoseSomethingIsRefused(t *testing.T) {
	e := stock(t)
	writeSchema(t, e, firstEdition(t))
	require.NoError(t, e.Load(t.Context(), relationships(t, "group:ops#deputy@user:alice", "group:ops#deputy@user:bob", "group:ops#owner@user:bob")))
	before := readSchema(t, e)
	_, err := e.Migrate(t.Context())
	requireFault(t, engine.FaultSchemaRefused, err)
	require.ErrorContains(t, err, "2 of group#deputy")
	require.Equal(t, before, readSchema(t, e))
	count := 0
	for _, err := range e.Relationships(t.Context()) {
		require.NoError(t, err)
		count++
	}
	require.Equal(t, 3, count)
}

// TestSchemas tells apart what may be worked with, what may be written over, and what not.
func TestSchemas(t *testing.T) {
	next := edited(t, "permission edition_2 = engine_of", "permission edition_3 = engine_of")
	for name, test := range map[string]struct {
		text     string
		inspect  engine.Fault // "": good
		migrated bool
	}{
		"the same without comments": {text: withoutComments(schema.Text)},
		"newer":                     {text: next + "\ndefinition planet {}\n"},
		"newer, with less":          {strings.ReplaceAll(next, "submit_backup_reports", "submit_reports"), engine.FaultSchemaNewer, false},
		"altered permission":        {edited(t, "permission manage_members = owner\n", "permission manage_members = owner + member\n"), engine.FaultSchemaAltered, true},
		"altered relation":          {edited(t, "relation account: organization", "relation account: organization | account_role"), engine.FaultSchemaAltered, true},
		"something added":           {schema.Text + "\ndefinition planet {}\n", engine.FaultSchemaAltered, true},
		"foreign":                   {foreign, engine.FaultSchemaForeign, false},
		"caveats":                   {"caveat c(x int) { x == 1 }\n" + foreign, engine.FaultSchemaForeign, false},
	} {
		t.Run(name, func(t *testing.T) {
			e := stock(t)
			writeSchema(t, e, test.text)
			before := readSchema(t, e)
			if test.inspect == "" {
				require.NoError(t, e.Inspect(t.Context(), ""))
			} else {
				requireFault(t, test.inspect, e.Inspect(t.Context(), ""))
			}
			done, err := e.Migrate(t.Context())
			require.Equal(t, test.migrated, done.Changed)
			require.Equal(t, test.migrated, before != readSchema(t, e))
			if test.migrated {
				require.NoError(t, err)
				require.NoError(t, e.Inspect(t.Context(), ""))
			} else {
				require.Equal(t, test.inspect, engine.FaultOf(err))
			}
		})
	}
}

func withoutComments(text string) (bare string) {
	for text != "" {
		code, rest, _ := strings.Cut(text, "/**")
		_, text, _ = strings.Cut(rest, "*/")
		bare += code
	}
	return bare
}

func TestSomebodyElseIsNoSpiceDB(t *testing.T) {
	web := httptest.NewUnstartedServer(http.NotFoundHandler())
	web.Config.Protocols = new(http.Protocols)
	web.Config.Protocols.SetUnencryptedHTTP2(true)
	web.Start()
	defer web.Close()
	e := connect(t, cluster.Config{Endpoints: []string{web.Listener.Addr().String()}})
	requireFault(t, engine.FaultNotSpiceDB, e.Inspect(t.Context(), ""))
	_, err := e.Migrate(t.Context())
	requireFault(t, engine.FaultNotSpiceDB, err)
}
