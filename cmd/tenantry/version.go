package main

import (
	"errors"
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
			b, err := readBuild()
			if err != nil {
				return err
			}
			fmt.Fprintln(c.OutOrStdout(), "tenantry", b.version, b.goVersion)
			fmt.Fprintln(c.OutOrStdout(), "spicedb", b.engine)
			return nil
		},
	}
}

// build says what this program was built of.
type build struct{ version, goVersion, engine string }

func readBuild() (b build, err error) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b, errors.New("this program was built without information about itself")
	}
	b.version, b.goVersion = info.Main.Version, info.GoVersion
	for _, module := range info.Deps {
		if module.Path == "github.com/authzed/spicedb" {
			b.engine = module.Version
		}
	}
	return b, nil
}
