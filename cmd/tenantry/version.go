package main

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of this program and of its engine",
		Args:  invalidArgs(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			info, ok := debug.ReadBuildInfo()
			if !ok {
				return fmt.Errorf("this program was built without information about itself")
			}
			fmt.Fprintln(c.OutOrStdout(), "tenantry", info.Main.Version, info.GoVersion)
			for _, module := range info.Deps {
				if module.Path == "github.com/authzed/spicedb" {
					fmt.Fprintln(c.OutOrStdout(), "spicedb", module.Version)
				}
			}
			return nil
		},
	}
}
