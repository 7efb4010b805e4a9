package e2e

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// binary is the program under test, built once.
var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "tenantry-e2e")
	if err != nil {
		panic(err)
	}
	binary = filepath.Join(dir, "tenantry")
	build := exec.Command("go", "build", "-o", binary, "../cmd/tenantry")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "building the program:", err)
		os.Exit(1)
	}
	http.DefaultTransport.(*http.Transport).MaxIdleConnsPerHost = 64 // many callers, few ports
	status := m.Run()
	os.RemoveAll(dir)
	os.Exit(status)
}

// The keys of the nodes under test.
const (
	platformKey = "platform-key-of-the-end-to-end-tests"
	zedKey      = "zed-key-of-the-end-to-end-tests-----"
	auditorKey  = "auditor-key-of-the-end-to-end-tests-"
)

// readyTimeout bounds a start.
const readyTimeout = 30 * time.Second

// process is a running node.
type process struct {
	client

	cmd    *exec.Cmd
	stdout *lockedBuffer
	stderr *lockedBuffer
	lines  chan string // of standard output, closed at its end
	zed    string
}

// start runs a command that serves, and returns when it answers. It is killed at the end
// of the test if it still runs.
func start(t testing.TB, dir string, args ...string) *process {
	t.Helper()
	return launch(t, dir, args...).answering(t)
}

// answering waits until the process answers.
func (p *process) answering(t testing.TB) *process {
	t.Helper()
	p.url = p.await(t, "tenantry answers at ")
	p.zed = p.await(t, "zed reads and writes at ")
	p.auditor = p.await(t, "auditors' zed reads at ")
	return p
}

func launch(t testing.TB, dir string, args ...string) *process {
	t.Helper()
	if len(args) == 0 {
		args = []string{"serve"}
	}
	return launchPlain(t, append(args, onAnyPort(dir)...), keys...)
}

// onAnyPort are the flags of a node on a data directory.
func onAnyPort(dir string) []string {
	return []string{"--data", dir, "--listen", "127.0.0.1:0", "--zed-listen", "127.0.0.1:0", "--auditor-listen", "127.0.0.1:0"}
}

// keys is the environment of every node under test.
var keys = []string{"TENANTRY_BOOTSTRAP_KEY=" + platformKey, "TENANTRY_ZED_KEY=" + zedKey, "TENANTRY_AUDITOR_KEY=" + auditorKey}

// launchPlain starts a process with nothing but what it is given.
func launchPlain(t testing.TB, args []string, env ...string) *process {
	t.Helper()
	return launchProgram(t, binary, args, env...)
}

func launchProgram(t testing.TB, program string, args []string, env ...string) *process {
	t.Helper()
	p := &process{
		cmd: exec.Command(program, args...), stdout: &lockedBuffer{}, stderr: &lockedBuffer{},
		lines: make(chan string, 1000),
	}
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.Stderr = p.stderr
	stdout, err := p.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, p.cmd.Start())
	go p.read(stdout)
	t.Cleanup(p.kill)
	return p
}

func (p *process) read(stdout io.Reader) {
	defer close(p.lines)
	for scanner := bufio.NewScanner(stdout); scanner.Scan(); {
		fmt.Fprintln(p.stdout, scanner.Text())
		p.lines <- scanner.Text()
	}
}

// seen is all that the process has written to its standard output.
func (p *process) seen() string { return p.stdout.String() }

// await returns what follows the prefix in the first line of output that begins with it.
func (p *process) await(t testing.TB, prefix string) string {
	t.Helper()
	timeout := time.After(readyTimeout)
	for {
		select {
		case line, open := <-p.lines:
			require.True(t, open, "the program ended: %s", p.stderr)
			if rest, ok := strings.CutPrefix(line, prefix); ok {
				return rest
			}
		case <-timeout:
			require.FailNow(t, "no line", "%q did not come within %s: %s", prefix, readyTimeout, p.stderr)
		}
	}
}

// kill ends the process as a crash does, and waits until the system has cleaned up.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may have ended already
	_ = p.cmd.Wait()
}

// stop asks the process to end and returns its exit status.
func (p *process) stop(t testing.TB) int {
	t.Helper()
	require.NoError(t, p.cmd.Process.Signal(syscall.SIGTERM))
	_ = p.cmd.Wait()
	return p.cmd.ProcessState.ExitCode()
}

// output runs a command to its end.
func output(t *testing.T, env []string, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), readyTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Env = append(os.Environ(), env...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	_ = cmd.Run() // the status says it
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

// lockedBuffer takes what a process writes while a test reads it.
type lockedBuffer struct {
	mu      sync.Mutex
	text    bytes.Buffer
	awaited string // a text that closes seen when it is there
	seen    chan struct{}
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	n, err := b.text.Write(p)
	if b.awaited != "" && bytes.Contains(b.text.Bytes(), []byte(b.awaited)) {
		b.awaited = ""
		close(b.seen)
	}
	return n, err
}

// await returns a channel that is closed when the text is written.
func (b *lockedBuffer) await(text string) <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.awaited, b.seen = text, make(chan struct{})
	if strings.Contains(b.text.String(), text) {
		b.awaited = ""
		close(b.seen)
	}
	return b.seen
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
