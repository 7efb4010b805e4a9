package main

import (
	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/config"
)

// resolve fills the configuration of a node from flags, environment and file. What is
// wrong with it is found before anything is opened.
func resolve(c *cobra.Command, settings *config.Config, getenv func(string) string) error {
	if err := settings.Resolve(c.Flags(), getenv); err != nil {
		return &invalidError{err}
	}
	if err := settings.Validate(); err != nil {
		return &invalidError{oneLine(err)}
	}
	return nil
}
