package e2e

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"
	"github.com/authzed/authzed-go/v1"
	"github.com/authzed/grpcutil"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// TestBackup: a record is backed up while a node serves it, and what is restored is that very
// record: it decides the same, proves the same, and goes on from there.
func TestBackup(t *testing.T) {
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "record.gz")
	p := start(t, dir)
	p.root(t, "msp", "mia")
	p.steps(t, "", "PUT /v1/users/omar", object{"name": "Omar"})
	p.steps(t, "mia",
		"POST /v1/organizations", object{"id": "bakery", "name": "Bakery", "parent_id": "msp"},
		"POST /v1/organizations/msp/groups", object{"id": "ops", "name": "Ops", "claims": []string{"view_agents"}},
		"PUT /v1/groups/ops/members/omar", object{},
		"PUT /v1/organizations/bakery/links/ops", object{})
	before := exported(t, &p.client)
	_, stderr, status := output(t, nil, "backup", file, "--data", dir)
	require.Zero(t, status, stderr)
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.EqualValues(t, 0o600, info.Mode().Perm(), "it holds secrets")
	p.must(t, "mia", "DELETE", "/v1/organizations/bakery/links/ops", nil) // after the backup

	restored := filepath.Join(t.TempDir(), "restored")
	stdout, stderr, status := output(t, nil, "restore", file, "--data", restored)
	require.Zero(t, status, stderr)
	require.Contains(t, stdout, "2 of 2 trails are valid")
	q := start(t, restored)
	require.Equal(t, before, exported(t, &q.client))
	require.True(t, q.allowed(t, "omar", "view_agents", "bakery"))
	require.False(t, p.allowed(t, "omar", "view_agents", "bakery"))
	require.Equal(t, 409, q.as(t, "mia", "POST", "/v1/organizations", object{"id": "bakery", "name": "Again", "parent_id": "msp"}).status, "R-13")
	q.must(t, "mia", "POST", "/v1/organizations", object{"id": "clinic", "name": "Clinic", "parent_id": "msp"})
	require.Contains(t, audit(t, 0, restored, "verify"), "msp: 8 events, valid")

	t.Run("a record that holds something", func(t *testing.T) {
		require.Zero(t, p.stop(t))
		_, stderr, status := output(t, nil, "restore", file, "--data", dir)
		require.Equal(t, 1, status)
		require.Equal(t, "tenantry: nothing was restored: the record is not empty\n", stderr)
	})
	t.Run("a file that is cut off", func(t *testing.T) {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		short := filepath.Join(t.TempDir(), "short.gz")
		require.NoError(t, os.WriteFile(short, text[:len(text)/2], 0o600))
		empty := filepath.Join(t.TempDir(), "empty")
		_, stderr, status := output(t, nil, "restore", short, "--data", empty)
		require.Equal(t, 1, status)
		require.Contains(t, stderr, "nothing was restored: the backup is damaged")
		_, stderr, status = output(t, nil, "restore", file, "--data", empty)
		require.Zero(t, status, "nothing is there after the first: %s", stderr)
	})
	t.Run("another release's", func(t *testing.T) {
		other := filepath.Join(t.TempDir(), "other.gz")
		f, err := os.Create(other)
		require.NoError(t, err)
		w := gzip.NewWriter(f)
		_, err = io.WriteString(w, `{"tenantry_backup":1,"version":9999,"record":"rec_x","at":"2026-01-01T00:00:00Z"}`+"\n")
		require.NoError(t, err)
		require.NoError(t, w.Close())
		require.NoError(t, f.Close())
		_, stderr, status := output(t, nil, "restore", other, "--data", filepath.Join(t.TempDir(), "new"))
		require.Equal(t, 1, status)
		require.Contains(t, stderr, "is of a record at version 9999")
	})
	t.Run("no record", func(t *testing.T) {
		_, stderr, status := output(t, nil, "backup", filepath.Join(t.TempDir(), "x"), "--data", filepath.Join(t.TempDir(), "none"))
		require.Equal(t, 1, status)
		require.Contains(t, stderr, "there is no record in")
	})
}

// TestReconcile: whoever writes past the service is found out, by a command beside the node, and
// the node itself puts right what he has done.
func TestReconcile(t *testing.T) {
	dir := t.TempDir()
	p := start(t, dir, "serve", "--reconcile-interval", "0")
	p.root(t, "msp", "mia")
	reconcile := func(p *process, status int, args ...string) (stdout, stderr string) {
		t.Helper()
		args = append([]string{"reconcile", "--data", dir, "--zed-listen", p.zed}, args...)
		stdout, stderr, got := output(t, []string{"TENANTRY_ZED_KEY=" + zedKey}, args...)
		require.Equal(t, status, got, "%s%s", stdout, stderr)
		return stdout, stderr
	}
	stdout, _ := reconcile(p, 0)
	require.Contains(t, stdout, "of 1 trees: 0 missing, 0 that nobody has committed, 0 fences not in their place")

	smuggle(t, p)
	require.True(t, p.allowed(t, "eve", "own", "msp"), "that is what the command is for")
	stdout, stderr := reconcile(p, 1)
	require.Contains(t, stdout, "-organization:msp#owner@user:eve\n")
	require.Equal(t, "tenantry: the engine does not hold what follows from the record\n", stderr)
	_, stderr = reconcile(p, 2, "--repair")
	require.Contains(t, stderr, "--repair: an embedded engine is put right by its node")
	require.Zero(t, p.stop(t))

	p = start(t, dir, "serve", "--reconcile-interval", "1s")
	smuggle(t, p)
	require.Eventually(t, func() bool { return !p.allowed(t, "eve", "own", "msp") }, readyTimeout, 50*time.Millisecond)
	stdout, _ = reconcile(p, 0)
	require.Contains(t, stdout, "0 that nobody has committed")
	trail := p.must(t, "mia", "GET", "/v1/organizations/msp/audit?action=engine.repair", nil)
	require.NotEmpty(t, trail.body["items"])
}

// smuggle writes a relationship past the service.
func smuggle(t *testing.T, p *process) {
	t.Helper()
	client, err := authzed.NewClient(p.zed, grpc.WithTransportCredentials(insecure.NewCredentials()), grpcutil.WithInsecureBearerToken(zedKey))
	require.NoError(t, err)
	defer client.Close()
	_, err = client.WriteRelationships(t.Context(), &v1.WriteRelationshipsRequest{Updates: []*v1.RelationshipUpdate{{
		Operation: v1.RelationshipUpdate_OPERATION_TOUCH,
		Relationship: &v1.Relationship{
			Resource: &v1.ObjectReference{ObjectType: "organization", ObjectId: "msp"}, Relation: "owner",
			Subject: &v1.SubjectReference{Object: &v1.ObjectReference{ObjectType: "user", ObjectId: "eve"}},
		},
	}}})
	require.NoError(t, err)
}
