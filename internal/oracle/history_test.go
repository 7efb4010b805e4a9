package oracle_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/httpapi"
	"github.com/tenantry/tenantry/internal/oracle"
)

// TestKeptHistories plays those in which the service, or the oracle, was once wrong. A failure
// of TestHistories tells its history as it stands in such a file; a line that begins with a #
// says what was wrong.
func TestKeptHistories(t *testing.T) {
	files, err := filepath.Glob("testdata/histories/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			history, err := os.ReadFile(file)
			require.NoError(t, err)
			g := begin(t)
			for _, line := range prelude {
				require.NoError(t, g.line(line))
			}
			for line := range strings.Lines(string(history)) {
				if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
					require.NoError(t, g.line(line))
				}
			}
			require.NoError(t, g.finish())
		})
	}
}

// batched are the operations that ask what others do, many times or in other words. They are
// held against those by the tests of httpapi, or are what the games ask by.
var batched = []string{
	"check.batch", "self.check.batch", "audit.check",
	"authzen.evaluation", "authzen.evaluations", "authzen.search.subject", "authzen.search.resource", "authzen.search.action",
}

// TestEveryOperationIsKnown keeps the oracle from saying nothing about one.
func TestEveryOperationIsKnown(t *testing.T) {
	known := oracle.Operations()
	for _, route := range httpapi.Routes() {
		if !route.Public && !slices.Contains(batched, route.Operation) {
			require.Contains(t, known, route.Operation, "the oracle does not know the operation")
		}
	}
}

// TestRequestsAreWrittenAndRead as they stand in histories.
func TestRequestsAreWrittenAndRead(t *testing.T) {
	for _, r := range []oracle.Request{
		{Credential: "platform", Method: "GET", Path: "/v1/users/w0-ann"},
		{Credential: "console", User: "w0-ann", Current: "w0-acme", Method: "PUT", Path: "/v1/users/w0-ann", Body: `{"name":"A B"}`, DryRun: true, Key: "k1"},
		{Credential: "console", User: "w0-ann", Method: "DELETE", Path: "/v1/groups/w0-ops", Key: "k1"},
		{Credential: "w0-made-key3", Method: "POST", Path: "/v1/self/check", Body: `{}`},
	} {
		read, err := oracle.Parse(r.String())
		require.NoError(t, err)
		require.Equal(t, r, read)
	}
}
