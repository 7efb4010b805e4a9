package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/client"
	"github.com/stretchr/testify/require"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/exec"
)

// Part is a part of a cluster, in a container of its own.
type Part struct {
	Name    string
	Address string // host:port at which the test reaches it, through its link from the caller

	AuditorAddress string // of a node of Tenantry: where auditors' zed reads, as Address

	cluster   *Cluster
	container *testcontainers.DockerContainer
	ask       func(context.Context) error // nil if the part is ready
}

// URL is where a node of Tenantry answers, through its link from the caller. It stays the same
// over restarts.
func (p *Part) URL() string { return "http://" + p.Address }

// Kill ends the part as a crash does (SIGKILL).
func (p *Part) Kill(t testing.TB) {
	t.Helper()
	_, err := p.cluster.docker.ContainerKill(t.Context(), p.container.ID, client.ContainerKillOptions{Signal: "KILL"})
	require.NoError(t, err)
}

// stopTimeout is how long a part may take to stop before it is killed. It is longer than a node
// of Tenantry waits for running calls.
const stopTimeout = 40 * time.Second

// Stop asks the part to end, and returns its exit status.
func (p *Part) Stop(t testing.TB) int {
	t.Helper()
	timeout := stopTimeout
	require.NoError(t, p.container.Stop(t.Context(), &timeout))
	state, err := p.container.State(t.Context())
	require.NoError(t, err)
	return state.ExitCode
}

// Start starts a part that has ended, with what it had on its disk. It may not be ready yet.
func (p *Part) Start(t testing.TB) {
	t.Helper()
	_, err := p.cluster.docker.ContainerStart(t.Context(), p.container.ID, client.ContainerStartOptions{})
	require.NoError(t, err)
}

// Restart stops the part and starts it again, and returns when it is ready.
func (p *Part) Restart(t testing.TB) {
	t.Helper()
	p.Stop(t)
	p.Start(t)
	p.AwaitReady(t)
}

// Pause freezes the part: it does nothing, and its connections stay open.
func (p *Part) Pause(t testing.TB) {
	t.Helper()
	_, err := p.cluster.docker.ContainerPause(t.Context(), p.container.ID, client.ContainerPauseOptions{})
	require.NoError(t, err)
}

// Unpause lets a frozen part go on.
func (p *Part) Unpause(t testing.TB) {
	t.Helper()
	_, err := p.cluster.docker.ContainerUnpause(t.Context(), p.container.ID, client.ContainerUnpauseOptions{})
	require.NoError(t, err)
}

// Running reports whether the part has not ended.
func (p *Part) Running(t testing.TB) bool {
	t.Helper()
	state, err := p.container.State(t.Context())
	require.NoError(t, err)
	return state.Running
}

// AwaitReady returns when the part is ready. It is asked through its link from the caller.
func (p *Part) AwaitReady(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), startTimeout)
	defer cancel()
	require.NoError(t, p.awaitReady(ctx))
}

// askPause is the time between two questions whether a part is ready.
const askPause = 50 * time.Millisecond

func (p *Part) awaitReady(ctx context.Context) error {
	ticker := time.NewTicker(askPause)
	defer ticker.Stop()
	for {
		err := p.ask(ctx)
		if err == nil {
			return nil
		}
		if state, stateErr := p.container.State(ctx); stateErr == nil && !state.Running {
			return fmt.Errorf("%s has ended with %d%s", p.Name, state.ExitCode, lastLines(ctx, p.container))
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready: %w", p.Name, err)
		}
	}
}

// Logs is all that the part has written, over all its starts.
func (p *Part) Logs(t testing.TB) string {
	t.Helper()
	text, err := logs(t.Context(), p.container)
	require.NoError(t, err)
	return text
}

// Exec runs a command in the part and returns what it prints; it must not fail.
func (p *Part) Exec(t testing.TB, command ...string) string {
	t.Helper()
	out, err := p.exec(t.Context(), command...)
	require.NoError(t, err)
	return out
}

func (p *Part) exec(ctx context.Context, command ...string) (string, error) {
	status, out, err := p.container.Exec(ctx, command, exec.Multiplexed())
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(out)
	if err == nil && status != 0 {
		err = fmt.Errorf("%s: %v ended with %d: %s", p.Name, command, status, text)
	}
	return string(text), err
}

func logs(ctx context.Context, c *testcontainers.DockerContainer) (string, error) {
	if c == nil {
		return "", errors.New("there is no container")
	}
	stream, err := c.Logs(ctx)
	if err != nil {
		return "", err
	}
	defer stream.Close()
	var text bytes.Buffer
	_, err = text.ReadFrom(stream)
	return text.String(), err
}

// lastLines are the last that a container has written, for people who look for what is wrong.
func lastLines(ctx context.Context, c *testcontainers.DockerContainer) string {
	const most = 20
	text, err := logs(ctx, c)
	if err != nil {
		return ""
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return "\n  " + strings.Join(lines[max(0, len(lines)-most):], "\n  ")
}
