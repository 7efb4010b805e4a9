package e2e

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/zedtest"
)

// zed runs the real zed on an endpoint.
func zed(t *testing.T, endpoint, key string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.Command(zedtest.Binary(t), append(args, "--skip-version-check", "--insecure", "--endpoint", endpoint, "--token", key)...)
	cmd.Env = []string{"HOME=" + t.TempDir()}
	text, err := cmd.CombinedOutput()
	return string(text), err
}

// storyOfAnAuditorWithZed reads a managed estate as an auditor does, and can't write.
func storyOfAnAuditorWithZed(t *testing.T, p *client) {
	t.Helper()
	zedtest.Binary(t)
	p.root(t, "guild", "mia")
	p.must(t, "", "PUT", "/v1/users/omar", object{})
	p.steps(t, "mia",
		"POST /v1/organizations", object{"id": "shop", "name": "Shop", "parent_id": "guild"},
		"POST /v1/organizations/guild/groups", object{"id": "ops", "name": "Ops", "claims": []string{"view_agents"}},
		"PUT /v1/groups/ops/members/omar", object{})
	auditor := func(args ...string) string {
		text, err := zed(t, p.auditor, auditorKey, args...)
		require.NoError(t, err, text)
		return strings.TrimSpace(text)
	}
	check := []string{"permission", "check", "organization:shop", "view_agents", "user:omar", "--consistency-full"}

	require.Equal(t, "false", auditor(check...))
	p.steps(t, "mia", "PUT /v1/organizations/shop/links/ops", object{})
	require.Equal(t, "true", auditor(check...))
	require.Contains(t, auditor("relationship", "read", "organization:shop", "--consistency-full"), "organization:shop linked_group group:ops")
	p.steps(t, "mia", "DELETE /v1/organizations/shop/links/ops", nil)
	require.Equal(t, "false", auditor(check...))

	text, err := zed(t, p.auditor, auditorKey, "relationship", "create", "organization:shop", "owner", "user:omar")
	require.Error(t, err, "an auditor wrote")
	require.Contains(t, text, "PermissionDenied")
	_, err = zed(t, p.auditor, zedKey, "schema", "read")
	require.Error(t, err, "the auditors' listener took another key")
}

// TestZedWrites: the listener for zed that writes is there for who has its key.
func TestZedWrites(t *testing.T) {
	p := start(t, t.TempDir())
	text, err := zed(t, p.zed, zedKey, "schema", "read")
	require.NoError(t, err, text)
	require.Contains(t, text, "definition organization")
}
