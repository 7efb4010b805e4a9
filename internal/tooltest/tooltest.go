// Package tooltest builds programs of others for tests, each from its module in tools/.
package tooltest

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

// Tool is a program that is built from a module in tools/.
type Tool struct {
	name  string // of its module, and of the binary
	build func() (string, error)
}

// New names a tool and the package that it is built from. It is built when a test asks for it.
func New(name, pkg string) *Tool {
	return &Tool{name, sync.OnceValues(func() (string, error) { return build(name, pkg) })}
}

// Binary returns the path of the program.
//
// If it can't be built, most likely because its modules can't be fetched, the test is skipped
// (see [Missing]).
func (tool *Tool) Binary(t testing.TB) string {
	t.Helper()
	path, err := tool.build()
	if err != nil {
		Missing(t, "%s can't be built here: %v", tool.name, err)
	}
	return path
}

// Missing skips a test for want of something, with one line that says what; with
// TENANTRY_REQUIRE_ALL=1 the test fails.
func Missing(t testing.TB, format string, args ...any) {
	t.Helper()
	if os.Getenv("TENANTRY_REQUIRE_ALL") == "1" {
		t.Fatalf("required, and missing: "+format, args...)
	}
	t.Skipf("needed, and missing: "+format, args...)
}

// build makes bin/NAME below the root of the repository, once a process. The packages of
// one `go test ./...` run as processes side by side, so a file lock keeps them from
// building it twice; for those who come later the go command finds it up to date.
func build(name, pkg string) (string, error) {
	root, err := moduleRoot()
	if err != nil {
		return "", err
	}
	bin := filepath.Join(root, "bin")
	if err := os.MkdirAll(bin, 0o755); err != nil {
		return "", err
	}
	unlock, err := lockedfile.MutexAt(filepath.Join(bin, name+".lock")).Lock()
	if err != nil {
		return "", err
	}
	defer unlock()

	path := filepath.Join(bin, name)
	_, err = run("go", "build", "-C", filepath.Join(root, "tools", name), "-o", path, pkg)
	return path, err
}

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
