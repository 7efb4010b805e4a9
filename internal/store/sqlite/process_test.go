package sqlite_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/store/sqlite"
)

// roleVariable makes the test program another process of these tests, in the directory
// that follows it.
const roleVariable = "TENANTRY_TEST_ROLE"

func TestMain(m *testing.M) {
	roles := map[string]func(ctx context.Context, dir string) error{"hold": hold, "commit": commitForever, "revoke": revoke}
	if role, ok := roles[os.Getenv(roleVariable)]; ok {
		if err := role(context.Background(), os.Args[1]); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// process is the test program in a role.
type process struct {
	*exec.Cmd
	in    io.Writer
	lines *bufio.Scanner
}

func start(t *testing.T, role, dir string) process {
	cmd := exec.Command(os.Args[0], dir)
	cmd.Env = append(os.Environ(), roleVariable+"="+role)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	return process{cmd, in, bufio.NewScanner(out)}
}

// line waits for the next line that the process prints.
func (p process) line(t *testing.T) string {
	require.True(t, p.lines.Scan(), "the process has ended")
	return p.lines.Text()
}

// kill ends the process as a crash does, and waits for its end.
func (p process) kill(t *testing.T) {
	require.NoError(t, p.Process.Kill())
	p.Wait()
}

// hold serves the directory and does nothing, and nothing in it names what it has opened.
func hold(ctx context.Context, dir string) error {
	if _, err := sqlite.Open(ctx, dir); err != nil {
		return err
	}
	for range 3 {
		runtime.GC()
	}
	fmt.Println("open")
	select {}
}

// commitForever commits changes to the tree acme and prints each version when it is durable.
func commitForever(ctx context.Context, dir string) error {
	s, err := sqlite.Open(ctx, dir)
	if err != nil {
		return err
	}
	view, err := s.Snapshot(ctx)
	if err != nil {
		return err
	}
	tree, err := view.Tree(ctx, "acme")
	if err != nil {
		return err
	}
	version := tree.Version
	for view.Close(); err == nil; version++ {
		id := fmt.Sprint("org", version)
		if version == 0 {
			id = "acme"
		}
		if _, err = s.Commit(ctx, newChild("acme", id, version), nil); err == nil {
			fmt.Println(version + 1)
		}
	}
	return err
}
