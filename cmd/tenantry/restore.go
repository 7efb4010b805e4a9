package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/backup"
	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/engine/cluster"
	"github.com/tenantry/tenantry/internal/relation"
	"github.com/tenantry/tenantry/internal/store"
	"github.com/tenantry/tenantry/internal/store/postgres"
	"github.com/tenantry/tenantry/internal/store/sqlite"
	"github.com/tenantry/tenantry/internal/tenancy"
)

func newRestore(getenv func(string) string) *cobra.Command {
	var settings config.Config
	c := &cobra.Command{
		Use:   "restore FILE",
		Short: "Bring a backup to an empty record, embedded or in a cluster",
		Long: `Bring a backup to an empty record: to a data directory that is not there or holds nothing,
or to a PostgreSQL database that 'tenantry migrate' has made. Either is filled whole or not
at all, and nobody may serve it meanwhile.

In the cluster mode SpiceDB is filled, too, if it holds nothing. One that holds the
relationships of this record from another time is left as it is: 'tenantry reconcile
--repair' brings it to the record. FILE may be - for standard input.`,
		Args: invalidArgs(cobra.ExactArgs(1)),
	}
	settings.BindRecordAndEngine(c.Flags())
	c.RunE = func(c *cobra.Command, args []string) error {
		if err := settings.Resolve(c.Flags(), getenv); err != nil {
			return &invalidError{err}
		}
		if err := settings.ValidateRecordAndEngine(); err != nil {
			return &invalidError{oneLine(err)}
		}
		return restore(c.Context(), settings, args[0], c.InOrStdin(), c.OutOrStdout(), c.ErrOrStderr())
	}
	return c
}

func restore(ctx context.Context, settings config.Config, path string, in io.Reader, out, told io.Writer) (err error) {
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	file, err := backup.NewReader(in)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if file.Header.Version != sqlite.Version() {
		return fmt.Errorf("%s is of a record at version %d, and this program's is %d: restore it with the release that wrote it, and migrate then",
			path, file.Header.Version, sqlite.Version())
	}
	target, err := openTarget(ctx, settings)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	if err := target.prepare(ctx); err != nil {
		return fmt.Errorf("nothing was restored: %w", err)
	}
	progress := newProgress(told, "rows restored")
	err = target.Fill(ctx, counted(progress, file.Rows()))
	progress.end()
	if err != nil {
		return fmt.Errorf("nothing was restored: %w", err)
	}
	fmt.Fprintf(out, "the record %s is restored as it was at %s\n", file.Header.Record, file.Header.At.Format("2006-01-02 15:04:05 MST"))
	if err := target.ready(ctx, told); err != nil {
		return err
	}
	return verifyRestored(ctx, target, out)
}

// verifyRestored tells of trails that are not what they were made. They were not in the backup,
// either.
func verifyRestored(ctx context.Context, target restoreTarget, out io.Writer) (err error) {
	snap, err := target.Snapshot(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, snap.Close()) }()
	trails, err := snap.Trails(ctx)
	if err != nil {
		return err
	}
	valid := 0
	for _, root := range trails {
		v, err := tenancy.VerifyTrail(ctx, snap, root)
		if err != nil {
			return err
		}
		if v.Valid() {
			valid++
		} else {
			fmt.Fprintf(out, "the trail of %s is invalid from event %d on, as it was in the backup\n", trailName(root), v.FirstInvalid)
		}
	}
	fmt.Fprintf(out, "%d of %d trails are valid\n", valid, len(trails))
	return nil
}

// restoreTarget is the record that a backup is brought to.
type restoreTarget interface {
	Fill(ctx context.Context, rows iter.Seq2[store.TableRow, error]) error
	Snapshot(ctx context.Context) (tenancy.Snapshot, error)
	Close() error
	// prepare makes way for another record, if there is none yet.
	prepare(ctx context.Context) error
	// ready makes all else ready that a node needs which serves the record.
	ready(ctx context.Context, told io.Writer) error
}

func openTarget(ctx context.Context, settings config.Config) (restoreTarget, error) {
	if settings.InCluster() {
		s, err := postgres.Open(ctx, settings.Database.URL)
		return clusterTarget{s, settings.SpiceDB}, err
	}
	s, err := sqlite.Open(ctx, settings.Data)
	return embeddedTarget{s}, err
}

// embeddedTarget needs nothing: a node fills its engine at each start.
type embeddedTarget struct{ *sqlite.Store }

func (embeddedTarget) prepare(context.Context) error { return nil }

func (embeddedTarget) ready(context.Context, io.Writer) error { return nil }

type clusterTarget struct {
	*postgres.Store
	spicedb config.SpiceDB
}

// prepare releases the SpiceDB, which 'tenantry migrate' has claimed for the empty record.
// Whatever goes wrong after that, either command may be given again.
func (t clusterTarget) prepare(ctx context.Context) error {
	if err := t.RequireEmpty(ctx); err != nil {
		return err
	}
	return t.withSpiceDB(ctx, func(spicedb *cluster.Engine, id string) error { return spicedb.Release(ctx, id) })
}

// withSpiceDB speaks to the SpiceDB about the record with its id.
func (t clusterTarget) withSpiceDB(ctx context.Context, do func(spicedb *cluster.Engine, recordID string) error) (err error) {
	id, err := t.ID(ctx)
	if err != nil {
		return err
	}
	spicedb, err := connect(ctx, t.spicedb, tenancy.Unwatched{})
	if err != nil {
		return &invalidError{err}
	}
	defer func() { err = errors.Join(err, spicedb.Close()) }()
	return do(spicedb, id)
}

// ready fills the SpiceDB. A node that finds it empty would fill it tree by tree, from the
// trails; this is many times faster.
func (t clusterTarget) ready(ctx context.Context, told io.Writer) error {
	if err := t.Analyze(ctx); err != nil {
		return err
	}
	return t.withSpiceDB(ctx, func(spicedb *cluster.Engine, id string) error { return t.fill(ctx, spicedb, id, told) })
}

func (t clusterTarget) fill(ctx context.Context, spicedb *cluster.Engine, id string, told io.Writer) error {
	if _, err := spicedb.Migrate(ctx); err != nil {
		return err
	}
	if err := spicedb.Claim(ctx, id); err != nil {
		return err
	}
	holds, err := holdsRelationships(ctx, spicedb)
	if err != nil {
		return err
	}
	if holds {
		fmt.Fprintln(told, "SpiceDB holds relationships of this record already: 'tenantry reconcile --repair' brings it to what is restored")
		return nil
	}
	progress := newProgress(told, "relationships loaded")
	defer progress.end()
	return spicedb.Load(ctx, progress.count(relation.All(t.Rows(ctx, relation.Without...))))
}

// holdsRelationships reports whether there is more in a SpiceDB than whose it is.
func holdsRelationships(ctx context.Context, spicedb *cluster.Engine) (bool, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for r, err := range spicedb.Relationships(ctx) {
		if err != nil {
			return false, err
		}
		if !engine.IsClaim(r) {
			return true, nil
		}
	}
	return false, nil
}
