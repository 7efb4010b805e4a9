// Command tenantry decides who may do what in which tenant of a managed service provider's
// console: it keeps the record of organizations, groups and links, and answers permission
// checks. See README.md.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"
	"go.opentelemetry.io/otel"

	"github.com/tenantry/tenantry/internal/observe"
)

// The exit statuses of the program.
const (
	exitFailed  = 1 // what was asked could not be done
	exitInvalid = 2 // the command line or the configuration is wrong; nothing was opened
)

func main() {
	otel.SetTracerProvider(observe.Untraced{}) // SpiceDB records no spans
	collectLate(os.Getenv)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// heapGrowth is how much the heap may grow between two collections, in percent of what is
// in use. A check leaves much garbage beside little that stays, so with Go's default of 100
// a third of the processor's time went into collections.
const heapGrowth = 400

// collectLate sets heapGrowth, unless the operator has chosen one in GOGC. GOMEMLIMIT bounds
// the memory in either case.
func collectLate(getenv func(string) string) {
	if getenv("GOGC") == "" {
		debug.SetGCPercent(heapGrowth)
	}
}

// run is the whole program.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	root := newRoot(getenv)
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	fmt.Fprintln(stderr, "tenantry:", err)
	if invalid := (*invalidError)(nil); errors.As(err, &invalid) {
		return exitInvalid
	}
	return exitFailed
}

func newRoot(getenv func(string) string) *cobra.Command {
	root := &cobra.Command{
		Use:           "tenantry",
		Short:         "Who may do what in which tenant",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          invalidArgs(cobra.NoArgs),
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &invalidError{err} })
	root.AddCommand(
		newServe(getenv), newDemo(getenv), newMigrate(getenv), newKey(getenv), newBackup(getenv), newRestore(getenv), newReconcile(getenv),
		newCheck(getenv), newExplain(getenv), newOrg(getenv), newRoster(getenv), newAudit(getenv), newBench(getenv), newHealth(getenv), newVersion(),
	)
	return root
}

// invalidError is a wrong command line or configuration.
type invalidError struct{ error }

func (e *invalidError) Unwrap() error { return e.error }

// invalidArgs makes what cobra says of arguments an invalidError.
func invalidArgs(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if err := check(c, args); err != nil {
			return &invalidError{fmt.Errorf("%w; see 'tenantry %s --help'", err, c.Name())}
		}
		return nil
	}
}
