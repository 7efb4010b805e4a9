package main

import (
	"context"
	"errors"
	"os"
	"os/exec"

	"github.com/tenantry/tenantry/internal/estate"
	"github.com/tenantry/tenantry/internal/estate/measure"
	pgstore "github.com/tenantry/tenantry/internal/store/postgres"
)

// cluster is a SpiceDB on PostgreSQL that holds the estate, and beside it, in another database
// of the same server, the record from which its relationships follow. Tenantry works over
// both, and the SpiceDB is what is asked without Tenantry too.
type cluster struct {
	spicedb string // address
	engine  string // URI of the database of SpiceDB
	record  string // URI
	key     string // of a console
}

// startCluster makes the cluster of this run, if it is not there yet.
func (s *stand) startCluster(ctx context.Context) (*cluster, error) {
	if s.cluster != nil {
		return s.cluster, nil
	}
	pg, err := s.startPostgres(ctx)
	if err != nil {
		return nil, err
	}
	c := &cluster{engine: pg.uri}
	if c.record, err = pg.create(ctx, "tenantry"); err != nil {
		return nil, err
	}
	if c.spicedb, err = s.serveSpiceDB(ctx, pg.uri); err != nil {
		return nil, err
	}
	if err := s.fillCluster(ctx, c); err != nil {
		return nil, err
	}
	s.cluster = c
	return c, errors.Join(analyze(ctx, pg.uri), analyze(ctx, c.record))
}

// fillCluster has both made as operators do, and filled with one estate.
func (s *stand) fillCluster(ctx context.Context, c *cluster) error {
	path, err := s.build(ctx, tenantryProgram)
	if err != nil {
		return err
	}
	migrate := exec.CommandContext(ctx, path, "migrate")
	migrate.Env = c.environment()
	if err := finish(migrate); err != nil {
		return err
	}
	if err := fillSpiceDB(ctx, c.spicedb, s.questions.Shape); err != nil {
		return err
	}
	tell("filling the record of Tenantry in the cluster")
	c.key, err = fillDatabase(ctx, c.record, s.questions.Shape)
	return err
}

// environment tells a tenantry program where the cluster is.
func (c *cluster) environment() []string {
	return append(os.Environ(), "TENANTRY_DATABASE_URL="+c.record,
		"TENANTRY_SPICEDB_ENDPOINT="+c.spicedb, "TENANTRY_SPICEDB_KEY="+spicedbKey, "TENANTRY_SPICEDB_INSECURE=true")
}

// fillDatabase fills a record in PostgreSQL with the estate and a console's key, and returns
// the key.
func fillDatabase(ctx context.Context, uri string, shape estate.Shape) (secret string, err error) {
	store, err := pgstore.Open(ctx, uri)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	return fill(ctx, store, shape)
}

// startTenantryInCluster serves the cluster by one node, and measures beside its changes what
// they are made of.
func startTenantryInCluster(ctx context.Context, s *stand) ([]measure.Measure, error) {
	c, err := s.startCluster(ctx)
	if err != nil {
		return nil, err
	}
	n, err := s.serveInCluster(ctx, c)
	if err != nil {
		return nil, err
	}
	bare, err := s.bareWrites(ctx, c)
	if err != nil {
		return nil, err
	}
	toggles := measure.NewToggles(s.questions.Shape, 1)
	change := measure.Load(clusterChange, 1, func(int) (measure.Caller, error) {
		linker, err := measure.NewLinker(n.address, n.key, toggles[0])
		return linkAndUnlink{linker}, err
	})
	return append(append(s.checks(n.address, n.key, clusterUncached, clusterCached), change), bare...), nil
}

// serveInCluster serves the cluster by a node, beside others that there may be.
func (s *stand) serveInCluster(ctx context.Context, c *cluster) (n node, err error) {
	path, err := s.build(ctx, tenantryProgram)
	if err != nil {
		return n, err
	}
	n.key = c.key
	if n.address, err = freeAddress(); err != nil {
		return n, err
	}
	serve := exec.Command(path, "serve", "--listen", n.address)
	serve.Env = c.environment()
	n.pid, err = s.serveReady(ctx, n.address, serve)
	return n, err
}

// linkAndUnlink makes both changes in one call: they take times that are too different for
// one median.
type linkAndUnlink struct{ *measure.Linker }

// Call implements [measure.Caller].
func (l linkAndUnlink) Call(ctx context.Context) error {
	return inTurn(l.Linker.Call, l.Linker.Call)(ctx)
}
