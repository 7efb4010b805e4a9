package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

const (
	readyTimeout = 2 * time.Minute
	stopTimeout  = 20 * time.Second
	pollEvery    = 50 * time.Millisecond
)

// launch starts a program that serves at an address, and returns when that is open. What
// the program writes goes to a file, so that writing it costs what it does anywhere. It is
// stopped at the end by the signal.
func (s *stand) launch(ctx context.Context, address string, stop syscall.Signal, command *exec.Cmd) error {
	name := filepath.Base(command.Path)
	log, err := os.Create(filepath.Join(s.dir, fmt.Sprintf("%s-%d.log", name, len(s.stops))))
	if err != nil {
		return err
	}
	command.Stdout, command.Stderr = log, log
	if err := command.Start(); err != nil {
		return errors.Join(err, log.Close())
	}
	s.pids[command.Process.Pid] = true
	ended := make(chan error, 1)
	go func() { ended <- errors.Join(command.Wait(), log.Close()) }()
	s.onStop(func() error { return end(command.Process, stop, ended) })
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	if err := opened(ctx, address); err != nil {
		text, _ := os.ReadFile(log.Name()) // may be empty
		return fmt.Errorf("%s does not answer at %s: %w: %.2000s", name, address, err, text)
	}
	return nil
}

// end asks a process to stop, and kills it if it does not. How it ended does not matter.
func end(process *os.Process, stop syscall.Signal, ended <-chan error) error {
	if err := process.Signal(stop); errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	select {
	case <-ended:
		return nil
	case <-time.After(stopTimeout):
	}
	err := process.Kill()
	<-ended
	return err
}

// opened waits until somebody listens at the address.
func opened(ctx context.Context, address string) error {
	for {
		conn, err := (&net.Dialer{Timeout: pollEvery}).DialContext(ctx, "tcp", address)
		if err == nil {
			return conn.Close()
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(pollEvery):
		}
	}
}

// command runs a program to its end.
func command(ctx context.Context, path string, args ...string) error {
	return finish(exec.CommandContext(ctx, path, args...))
}

// finish runs a program that is prepared to its end.
func finish(c *exec.Cmd) error {
	out, err := c.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %v: %w: %s", filepath.Base(c.Path), c.Args[1:], err, out)
	}
	return nil
}

// freeAddress is one of this machine's own that nobody listens at now.
func freeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}
