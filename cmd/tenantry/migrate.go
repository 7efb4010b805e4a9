package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/store/sqlite"
)

func newMigrate(getenv func(string) string) *cobra.Command {
	var settings config.Config
	c := &cobra.Command{
		Use:   "migrate",
		Short: "Bring the record to the version of this program",
		Long:  "Bring the record to the version of this program. 'serve' does it by itself at its start.",
		Args:  invalidArgs(cobra.NoArgs),
	}
	settings.BindData(c.Flags())
	c.RunE = func(c *cobra.Command, _ []string) error {
		if err := settings.Resolve(c.Flags(), getenv); err != nil {
			return &invalidError{err}
		}
		if err := settings.ValidateData(); err != nil {
			return &invalidError{err}
		}
		m, err := sqlite.Migrate(c.Context(), settings.Data)
		if err != nil {
			return err
		}
		if m.From == m.To {
			fmt.Fprintf(c.OutOrStdout(), "%s is at version %d already\n", settings.Data, m.To)
		} else {
			fmt.Fprintf(c.OutOrStdout(), "%s went from version %d to %d\n", settings.Data, m.From, m.To)
		}
		return nil
	}
	return c
}
