// Package zedtest gives tests the real zed CLI.
package zedtest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// Binary returns the path of the zed CLI, built from its module in tools/zed.
//
// If it can't be built, most likely because its modules can't be fetched, the test is
// skipped; with TENANTRY_REQUIRE_ALL=1 it fails.
func Binary(t testing.TB) string {
	t.Helper()
	path, err := build()
	switch {
	case err == nil:
		return path
	case os.Getenv("TENANTRY_REQUIRE_ALL") == "1":
		t.Fatalf("zed is required and can't be built: %v", err)
	default:
		t.Skipf("zed can't be built here, and is needed: %v", err)
	}
	return ""
}

// build makes bin/zed below the root of the repository, once a process. The packages of
// one `go test ./...` run as processes side by side, so a file lock keeps them from
// building it twice; for those who come later the go command finds it up to date.
var build = sync.OnceValues(func() (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	bin := filepath.Join(root, "bin")
	if err := os.MkdirAll(bin, 0o755); err != nil {
		return "", err
	}
	unlock, err := lockedfile.MutexAt(filepath.Join(bin, "zed.lock")).Lock()
	if err != nil {
		return "", err
	}
	defer unlock()

	zed := filepath.Join(bin, "zed")
	_, err = run("go", "build", "-C", filepath.Join(root, "tools", "zed"), "-o", zed, "github.com/authzed/zed/cmd/zed")
	return zed, err
})

func moduleRoot() (string, error) {
	gomod, err := run("go", "env", "GOMOD")
	return filepath.Dir(gomod), err
}

// run returns what a command prints. The error of a failed one holds the last line that it
// printed to standard error, which is where the go command says why.
func run(name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		lines := strings.Split(strings.TrimSpace(stderr.String()), "\n")
		return "", fmt.Errorf("%w: %s", err, lines[len(lines)-1])
	}
	return strings.TrimSpace(string(out)), nil
}
