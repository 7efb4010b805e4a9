package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/store"
	"github.com/tenantry/tenantry/internal/store/postgres"
	"github.com/tenantry/tenantry/internal/store/sqlite"
	"github.com/tenantry/tenantry/internal/tenancy"
)

func newMigrate(getenv func(string) string) *cobra.Command {
	var settings config.Config
	c := &cobra.Command{
		Use:   "migrate",
		Short: "Bring the record, and a SpiceDB cluster, to the version of this program",
		Long: `Bring the record to the version of this program. In the embedded mode 'serve' does it by
itself at its start.

In the cluster mode it is done before nodes of this release start, and may be done while
those of the last one serve: tables are made or changed in the PostgreSQL database, which
has to be there, and the schema is written to SpiceDB. It is looked whether SpiceDB holds
what the schema does not know, before anything is written, and whether it holds all that
it did, afterwards. A SpiceDB that holds nothing is from then on that of this record. To do
it again does no harm.`,
		Args: invalidArgs(cobra.NoArgs),
	}
	settings.BindRecordAndEngine(c.Flags())
	c.RunE = func(c *cobra.Command, _ []string) error {
		if err := settings.Resolve(c.Flags(), getenv); err != nil {
			return &invalidError{err}
		}
		if err := settings.ValidateRecordAndEngine(); err != nil {
			return &invalidError{oneLine(err)}
		}
		if settings.InCluster() {
			return migrateCluster(c.Context(), settings, c.OutOrStdout())
		}
		m, err := sqlite.Migrate(c.Context(), settings.Data)
		if err != nil {
			return err
		}
		tellMigration(c.OutOrStdout(), settings.Data, m)
		return nil
	}
	return c
}

func tellMigration(out io.Writer, what string, m store.Migration) {
	if m.From == m.To {
		fmt.Fprintf(out, "%s is at version %d already\n", what, m.To)
	} else {
		fmt.Fprintf(out, "%s went from version %d to %d\n", what, m.From, m.To)
	}
}

// migrateCluster begins with the record: the nodes that serve meanwhile know both.
func migrateCluster(ctx context.Context, settings config.Config, out io.Writer) error {
	m, err := postgres.Migrate(ctx, settings.Database.URL)
	if err != nil {
		return err
	}
	tellMigration(out, "the record", m)
	id, err := recordID(ctx, settings)
	if err != nil {
		return err
	}
	engine, err := connect(ctx, settings.SpiceDB, tenancy.Unwatched{})
	if err != nil {
		return &invalidError{err}
	}
	defer engine.Close()
	done, err := engine.Migrate(ctx)
	if err != nil {
		return err
	}
	switch {
	case !done.Changed:
		fmt.Fprintf(out, "SpiceDB has edition %d of the schema already\n", done.To)
	case done.From == 0:
		fmt.Fprintf(out, "SpiceDB has edition %d of the schema now\n", done.To)
	case done.Compared:
		fmt.Fprintf(out, "SpiceDB went from edition %d of the schema to %d, and holds all %d relationships\n", done.From, done.To, done.Relationships)
	default:
		fmt.Fprintf(out, "SpiceDB went from edition %d of the schema to %d; changes came in meanwhile: 'tenantry reconcile' tells whether it holds all\n", done.From, done.To)
	}
	return engine.Claim(ctx, id)
}

func recordID(ctx context.Context, settings config.Config) (id string, err error) {
	keys, err := openKeys(ctx, settings)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, keys.Close()) }()
	return keys.ID(ctx)
}
