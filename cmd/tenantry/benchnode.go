package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"github.com/spf13/pflag"

	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/estate"
	"github.com/tenantry/tenantry/internal/estate/measure"
	"github.com/tenantry/tenantry/internal/store/sqlite"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// benchNode is a node that serves an estate, opened in the same way as by 'serve'. Its log
// lines are written, and go nowhere.
type benchNode struct {
	*node
	questions *measure.Sequence
	key       string // of a console
	cancel    context.CancelFunc
	ended     chan error
}

func openBenchNode(ctx context.Context, dir string, shape estate.Shape) (*benchNode, error) {
	dir = filepath.Join(dir, fmt.Sprint(shape.Relationships()))
	if err := fillRecord(ctx, dir, shape); err != nil {
		return nil, err
	}
	b := &benchNode{questions: &measure.Sequence{Shape: shape}, ended: make(chan error, 1)}
	ctx, b.cancel = context.WithCancel(ctx)
	ready := make(chan *node, 1)
	go func() {
		b.ended <- runNode(ctx, benchSettings(dir), io.Discard, io.Discard, func(_ context.Context, n *node) error {
			ready <- n
			return nil
		})
	}()
	select {
	case b.node = <-ready:
	case err := <-b.ended:
		b.cancel()
		return nil, err
	}
	var err error
	if b.key, err = b.newKey(ctx, tenancy.ConsoleKey, "bench"); err != nil {
		return nil, errors.Join(err, b.close())
	}
	return b, nil
}

func fillRecord(ctx context.Context, dir string, shape estate.Shape) error {
	store, err := sqlite.Open(ctx, dir)
	if err != nil {
		return err
	}
	return errors.Join(shape.Fill(ctx, store), store.Close())
}

// benchSettings are the defaults of a node, on any free port.
func benchSettings(dir string) config.Config {
	var settings config.Config
	settings.Bind(pflag.NewFlagSet("bench", pflag.ContinueOnError))
	settings.Data, settings.Listen, settings.DrainTimeout = dir, "127.0.0.1:0", time.Second
	return settings
}

func (b *benchNode) close() error {
	b.cancel()
	return <-b.ended
}

func (b *benchNode) address() string { return b.listener.Addr().String() }

// name says what is measured on this node.
func (b *benchNode) name(what string) string {
	return fmt.Sprintf("%s, %d relationships", what, b.questions.Shape.Relationships())
}
