package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5"

	"github.com/tenantry/tenantry/e2e/bench/load"
)

// loaded are the services that are loaded, each by itself.
var loaded = []struct {
	name  string
	start func(ctx context.Context, s *stand) (load.Target, error)
}{{"tenantry", loadEmbedded}, {"cluster", loadCluster}}

// loadSeed makes all runs alike.
const loadSeed = 1

// runLoad loads one service after the other, and reports on each as soon as it is done.
func runLoad(ctx context.Context, settings settings) error {
	var errs []error
	for _, l := range loaded {
		if !settings.asks(l.name) {
			continue
		}
		err := settings.stand(func(s *stand) error {
			target, err := l.start(ctx, s)
			if err != nil {
				return err
			}
			return s.load(ctx, target)
		})
		if errs = append(errs, err); ctx.Err() != nil {
			break
		}
	}
	return errors.Join(errs...)
}

// load runs, and reports also on a run that was ended, if anything was seen of it.
func (s *stand) load(ctx context.Context, target load.Target) error {
	report, err := load.Run(ctx, target, load.Plan{Duration: s.settings.load, Callers: s.callers, Seed: loadSeed, Told: tell})
	if err == nil {
		err = report.Err()
	}
	if !report.Begun() {
		return err
	}
	if s.asJSON {
		encoder := json.NewEncoder(os.Stdout)
		encoder.SetIndent("", "  ")
		return errors.Join(err, encoder.Encode(report))
	}
	return errors.Join(err, report.Text(os.Stdout))
}

func loadEmbedded(ctx context.Context, s *stand) (load.Target, error) {
	n, err := s.serveEmbedded(ctx)
	return load.Target{
		Name: "embedded", Nodes: []load.Node{{Address: n.address, PID: n.pid}}, Key: n.key, Shape: s.questions.Shape,
		Sizes: func(context.Context) ([]load.Size, error) { return filesIn(n.dir) },
		Used:  s.used,
	}, err
}

// filesIn tells how large the files of a record are.
func filesIn(dir string) (sizes []load.Size, err error) {
	files, err := os.ReadDir(dir)
	for _, f := range files {
		info, err := os.Stat(filepath.Join(dir, f.Name()))
		if errors.Is(err, os.ErrNotExist) {
			continue // it has ended meanwhile
		}
		if err != nil {
			return nil, err
		}
		if info.Mode().IsRegular() {
			sizes = append(sizes, load.Size{Part: f.Name(), Bytes: info.Size()})
		}
	}
	return sizes, err
}

// clusterNodes is how many nodes the load goes to.
const clusterNodes = 2

func loadCluster(ctx context.Context, s *stand) (target load.Target, err error) {
	c, err := s.startCluster(ctx)
	if err != nil {
		return target, err
	}
	target = load.Target{Name: "cluster", Key: c.key, Shape: s.questions.Shape, Sizes: c.sizes, Used: s.used}
	for range clusterNodes {
		n, err := s.serveInCluster(ctx, c)
		if err != nil {
			return target, err
		}
		target.Nodes = append(target.Nodes, load.Node{Address: n.address, PID: n.pid})
	}
	return target, nil
}

// sizes tells how large the databases are.
func (c *cluster) sizes(ctx context.Context) (sizes []load.Size, err error) {
	for _, of := range []struct{ name, uri string }{{"database of the record", c.record}, {"database of SpiceDB", c.engine}} {
		size, err := databaseSize(ctx, of.uri)
		if err != nil {
			return nil, err
		}
		sizes = append(sizes, load.Size{Part: of.name, Bytes: size})
	}
	return sizes, nil
}

func databaseSize(ctx context.Context, uri string) (bytes int64, err error) {
	conn, err := pgx.Connect(ctx, uri)
	if err != nil {
		return 0, err
	}
	defer conn.Close(ctx)
	err = conn.QueryRow(ctx, "SELECT pg_database_size(current_database())").Scan(&bytes)
	return bytes, err
}
