package postgres_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// roleVariable makes the test program another process of these tests, on the database whose
// URL follows it.
const roleVariable = "TENANTRY_TEST_ROLE"

func TestMain(m *testing.M) {
	if os.Getenv(roleVariable) == "commit" {
		if err := commitHalf(context.Background(), os.Args[1]); err != nil {
			fmt.Println(err)
		}
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// process is the test program in a role.
type process struct {
	*exec.Cmd
	lines *bufio.Scanner
}

func start(t *testing.T, role, url string) process {
	cmd := exec.Command(os.Args[0], url)
	cmd.Env = append(os.Environ(), roleVariable+"="+role)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	return process{cmd, bufio.NewScanner(out)}
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
