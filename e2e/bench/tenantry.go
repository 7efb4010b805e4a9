package main

import (
	"context"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/tenantry/tenantry/internal/authn"
	"github.com/tenantry/tenantry/internal/estate"
	"github.com/tenantry/tenantry/internal/estate/measure"
	"github.com/tenantry/tenantry/internal/store/sqlite"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// startTenantry serves the estate from a record that was filled before.
func startTenantry(ctx context.Context, s *stand) ([]measure.Measure, error) {
	n, err := s.serveEmbedded(ctx)
	if err != nil {
		return nil, err
	}
	return s.checks(n.address, n.key, uncached, cached), nil
}

// node is one process of Tenantry.
type node struct {
	address string
	pid     int
	key     string // of a console
	dir     string // of the record, where that is the node's own
}

// serveEmbedded fills a record and serves it by a node that has all in itself.
func (s *stand) serveEmbedded(ctx context.Context) (n node, err error) {
	path, err := s.build(ctx, tenantryProgram)
	if err != nil {
		return n, err
	}
	tell("filling the record of Tenantry")
	n.dir = filepath.Join(s.dir, "tenantry")
	if n.key, err = fillRecord(ctx, n.dir, s.questions.Shape); err != nil {
		return n, err
	}
	if n.address, err = freeAddress(); err != nil {
		return n, err
	}
	zed, err := freeAddress()
	if err != nil {
		return n, err
	}
	serve := exec.Command(path, "serve", "--data", n.dir, "--listen", n.address, "--zed-listen", zed)
	n.pid, err = s.serveReady(ctx, n.address, serve)
	return n, err
}

// serveReady starts a node, and returns when it answers.
func (s *stand) serveReady(ctx context.Context, address string, serve *exec.Cmd) (pid int, err error) {
	if err := s.launch(ctx, address, syscall.SIGTERM, serve); err != nil {
		return 0, err
	}
	return serve.Process.Pid, ready(ctx, "http://"+address+"/readyz")
}

// checks ask a node questions that were never asked before, and the same ones again and again.
func (s *stand) checks(address, key, uncached, cached string) []measure.Measure {
	check := func(name string, next func(caller int) func() estate.Case) measure.Measure {
		return measure.Load(name, s.callers, func(caller int) (measure.Caller, error) {
			return measure.NewChecker(address, key, next(caller))
		})
	}
	return []measure.Measure{
		check(uncached, func(int) func() estate.Case { return s.questions.Next }),
		check(cached, s.questions.Repeated),
	}
}

// fillRecord makes a record with the estate and a console's key, and returns the key.
func fillRecord(ctx context.Context, dir string, shape estate.Shape) (secret string, err error) {
	store, err := sqlite.Open(ctx, dir)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	return fill(ctx, store, shape)
}

// record is what of either store the filling needs.
type record interface {
	tenancy.Recorder
	AddServiceKey(ctx context.Context, key tenancy.ServiceKey) error
}

func fill(ctx context.Context, store record, shape estate.Shape) (secret string, err error) {
	if err := shape.Fill(ctx, store); err != nil {
		return "", err
	}
	key, secret, err := authn.NewServiceKey(tenancy.ConsoleKey, "bench", time.Now())
	if err != nil {
		return "", err
	}
	return secret, store.AddServiceKey(ctx, key)
}

// ready waits until a service answers with 200, not only listens.
func ready(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		response, err := http.DefaultClient.Do(request)
		if err == nil {
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(pollEvery):
		}
	}
}

// startEmptyGin runs this program once more, as the handler that decides nothing.
func startEmptyGin(ctx context.Context, s *stand) ([]measure.Measure, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	if err := s.launch(ctx, address, syscall.SIGTERM, exec.Command(self, emptyGinArg, address)); err != nil {
		return nil, err
	}
	return []measure.Measure{measure.Load(ginEmpty, s.callers, func(caller int) (measure.Caller, error) {
		return measure.NewChecker(address, "", measure.AllAllowed(s.questions.Repeated(caller)))
	})}, nil
}

// emptyGinArg makes this program serve an empty Gin handler at the address that follows.
const emptyGinArg = "empty-gin"

func serveEmptyGin(address string) error {
	server := &http.Server{Addr: address, Handler: measure.EmptyGin(), ReadHeaderTimeout: time.Minute}
	return server.ListenAndServe()
}
