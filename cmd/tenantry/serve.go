package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/config"
)

func newServe(getenv func(string) string) *cobra.Command {
	var settings config.Config
	c := &cobra.Command{
		Use:   "serve",
		Short: "Serve the API",
		Long: `Serve the API: on the record of a data directory and an engine in this process, or with
--database-url and --spicedb-endpoint as one node of many, on a PostgreSQL database and a
SpiceDB cluster that 'tenantry migrate' has made ready.

The first start on an empty record prints a platform key, this one time, unless
TENANTRY_BOOTSTRAP_KEY (32 characters or more) is given. TENANTRY_ZED_KEY and
TENANTRY_AUDITOR_KEY open the two listeners for zed. Every flag is also an environment
variable, --zed-listen for example TENANTRY_ZED_LISTEN.`,
		Args: invalidArgs(cobra.NoArgs),
	}
	settings.Bind(c.Flags())
	c.RunE = func(c *cobra.Command, _ []string) error {
		if err := resolve(c, &settings, getenv); err != nil {
			return err
		}
		return runNode(c.Context(), settings, c.OutOrStdout(), c.ErrOrStderr(), serving)
	}
	return c
}

// serving tells where the node answers.
func serving(_ context.Context, n *node) error {
	fmt.Fprintf(n.out, "tenantry answers at http://%s\n", n.listener.Addr())
	n.tellListener("zed reads and writes at", n.engine.ZedAddr())
	n.tellListener("auditors' zed reads at", n.engine.AuditorAddr())
	return nil
}

func (n *node) tellListener(what, address string) {
	if address != "" {
		fmt.Fprintf(n.out, "%s %s\n", what, address)
	}
}
