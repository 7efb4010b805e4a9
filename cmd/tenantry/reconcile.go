package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/delivery"
	"github.com/tenantry/tenantry/internal/store/postgres"
	"github.com/tenantry/tenantry/internal/store/sqlite"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// reconcilePause is how long a node that compares leaves the machine to others after every
// thousand relationships.
const reconcilePause = 2 * time.Millisecond

// reconcile compares the engine with the record from time to time. Nodes that were started
// together do not do it together.
func (n *node) reconcile(ctx context.Context, decisions *delivery.Cached) {
	interval := n.settings.Reconcile.Interval
	if interval == 0 {
		return
	}
	options := delivery.ReconcileOptions{Repair: n.settings.Reconcile.Repair, Pause: reconcilePause}
	apart := rand.N(interval/5 + 1) //nolint:gosec // nothing is kept secret by it
	n.repeat(ctx, interval-interval/10+apart, func(ctx context.Context, ticks <-chan time.Time) {
		decisions.Reconciling(ctx, ticks, options)
	})
}

// reconciler is the command.
type reconciler struct {
	settings config.Config
	repair   bool
	asJSON   bool
	out, log io.Writer
}

func newReconcile(getenv func(string) string) *cobra.Command {
	var r reconciler
	c := &cobra.Command{
		Use:   "reconcile",
		Short: "Compare the engine with the record, in both directions, and repair it",
		Long: `Compare all that the engine holds with what follows from the record, while both are in
use: relationships that are missing, those that nobody has committed, and trees whose fence
is not where the record says. What is merely on its way is no difference.

With --repair each tree that differs is put right by a change of its own, which its audit
trail tells of. Nodes do the same by themselves, see --reconcile-interval of 'serve'.

In the embedded mode it looks into the engine of the running node over its listener for zed
(TENANTRY_ZED_KEY), and repairs nothing: the node does, and makes its engine anew from the
record at each start.

The exit status is 1 if something differs that was not repaired.`,
		Args: invalidArgs(cobra.NoArgs),
	}
	r.settings.BindCompared(c.Flags())
	c.Flags().BoolVar(&r.repair, "repair", false, "put right what differs; in the cluster mode")
	c.Flags().BoolVar(&r.asJSON, "json", false, "print JSON")
	c.RunE = func(c *cobra.Command, _ []string) error {
		r.out, r.log = c.OutOrStdout(), c.ErrOrStderr()
		if err := r.settings.Resolve(c.Flags(), getenv); err != nil {
			return &invalidError{err}
		}
		if err := r.validate(); err != nil {
			return &invalidError{oneLine(err)}
		}
		return r.run(c.Context())
	}
	return c
}

func (r *reconciler) validate() error {
	if err := r.settings.ValidateRecordAndEngine(); err != nil || r.settings.InCluster() {
		return err
	}
	if r.settings.ZedKey == "" {
		return errors.New("TENANTRY_ZED_KEY: is needed to look into the engine of a node")
	}
	if r.repair {
		return errors.New("--repair: an embedded engine is put right by its node, within its --reconcile-interval or by another start")
	}
	return nil
}

func (r *reconciler) run(ctx context.Context) error {
	record, err := r.openRecord(ctx)
	if err != nil {
		return err
	}
	defer record.Close()
	engine, err := connect(ctx, r.engineSettings(), tenancy.Unwatched{})
	if err != nil {
		return &invalidError{err}
	}
	defer engine.Close()
	id := "" // an embedded engine belongs to its node, whichever record that serves
	if r.settings.InCluster() {
		if id, err = record.ID(ctx); err != nil {
			return err
		}
	}
	if err := inspect(ctx, engine, id); err != nil {
		return err
	}
	options := delivery.ReconcileOptions{Repair: r.repair, Progress: r.progress()}
	report, err := delivery.New(record, engine, slog.New(slog.DiscardHandler)).Reconcile(ctx, options)
	if err != nil {
		return err
	}
	if err := r.print(report); err != nil {
		return err
	}
	if report.Clean() || r.repair && report.Repaired() {
		return nil
	}
	return errors.New("the engine does not hold what follows from the record")
}

// compared is the record beside the nodes that serve it.
type compared interface {
	tenancy.Recorder
	ID(ctx context.Context) (string, error)
	Close() error
}

func (r *reconciler) openRecord(ctx context.Context) (compared, error) {
	if r.settings.InCluster() {
		return postgres.Open(ctx, r.settings.Database.URL)
	}
	return sqlite.OpenBeside(ctx, r.settings.Data)
}

func (r *reconciler) engineSettings() config.SpiceDB {
	if r.settings.InCluster() {
		return r.settings.SpiceDB
	}
	return config.SpiceDB{Endpoint: r.settings.ZedListen, Insecure: true, Key: r.settings.ZedKey}
}

func (r *reconciler) progress() func(int64) {
	told := time.Now()
	return func(relationships int64) {
		if time.Since(told) > time.Second {
			told = time.Now()
			fmt.Fprintf(r.log, "%d relationships compared\n", relationships)
		}
	}
}

func (r *reconciler) print(report delivery.Report) error {
	if r.asJSON {
		return printJSON(r.out, report)
	}
	fmt.Fprintf(r.out, "%d relationships of %d trees: %d missing, %d that nobody has committed, %d fences not in their place\n",
		report.Relationships, report.Trees, report.Missing, report.Surplus, report.Fences)
	for _, tree := range report.Differing {
		fmt.Fprintf(r.out, "%s at version %d: %d missing, %d surplus%s%s\n", tree.RootID, tree.Version, tree.Missing, tree.Surplus,
			fenceText(tree), map[bool]string{true: "; repaired"}[tree.Repaired])
		for _, example := range tree.Examples {
			fmt.Fprintln(r.out, "  "+example)
		}
	}
	for _, example := range report.OrphanExamples {
		fmt.Fprintln(r.out, "  of no tree: "+example)
	}
	if report.Unfinished {
		fmt.Fprintln(r.out, "Some of it was moving or too much: look again.")
	}
	return nil
}

func fenceText(tree delivery.TreeReport) string {
	if tree.FenceState == "" {
		return ""
	}
	return ", its fence " + tree.FenceState
}
