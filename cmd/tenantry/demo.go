package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/tenancy"
)

func newDemo(getenv func(string) string) *cobra.Command {
	var settings config.Config
	c := &cobra.Command{
		Use:   "demo",
		Short: "Fill an empty data directory with examples, show them, and go on serving",
		Args:  invalidArgs(cobra.NoArgs),
	}
	settings.Bind(c.Flags())
	c.RunE = func(c *cobra.Command, _ []string) error {
		if err := resolve(c, &settings, getenv); err != nil {
			return err
		}
		// Keys that nobody gave are made for this run alone.
		for _, key := range []*string{&settings.ZedKey, &settings.AuditorKey} {
			if *key == "" {
				*key = rand.Text() + rand.Text()
			}
		}
		return runNode(c.Context(), settings, c.OutOrStdout(), c.ErrOrStderr(), runDemo)
	}
	return c
}

// runDemo tells the stories in an empty record, and says so if it holds them already.
func runDemo(ctx context.Context, n *node) error {
	held, err := n.holdsDemo(ctx)
	if err != nil {
		return err
	}
	if held {
		fmt.Fprintf(n.out, "%s holds the demo already.\n", n.place())
		return n.invite(ctx)
	}
	story := &storyteller{ctx: ctx, service: n.service}
	if err := story.tell(n.out); err != nil {
		return fmt.Errorf("the demo did not go as told: %w", err)
	}
	return n.invite(ctx)
}

// holdsDemo reports whether the record holds the whole demo. It refuses one that holds
// anything else: the demo is for an empty one.
func (n *node) holdsDemo(ctx context.Context) (bool, error) {
	organizations, err := n.service.Organizations(ctx, platform, tenancy.OrganizationQuery{}, tenancy.Page{Limit: 1})
	if err != nil || len(organizations) == 0 {
		return false, err
	}
	for _, root := range demoRoots {
		_, err := n.service.Organization(ctx, platform, root)
		if e, ok := tenancy.AsError(err); ok && e.Code == tenancy.CodeNotFound {
			return false, fmt.Errorf("%s holds other data than the demo, or a part of one that was broken off; name an empty one", n.place())
		}
		if err != nil {
			return false, err
		}
	}
	return true, nil
}

// place is where the record is.
func (n *node) place() string {
	if n.settings.InCluster() {
		return "the database"
	}
	return n.settings.Data
}

// invite shows how to go on from here, with keys that work.
func (n *node) invite(ctx context.Context) error {
	fmt.Fprintln(n.out)
	if err := n.revokeDemoKeys(ctx); err != nil {
		return err
	}
	secret, err := n.newKey(ctx, tenancy.ConsoleKey, demoKeyName)
	if err != nil {
		return err
	}
	api := "http://" + n.listener.Addr().String()
	if n.engine.ZedAddr() != "" {
		fmt.Fprintf(n.out, "zed key, reading and writing:        %s\n", n.settings.ZedKey)
	}
	fmt.Fprintf(n.out, "zed key of auditors, reading only:   %s\n\n", n.settings.AuditorKey)
	fmt.Fprintf(n.out, "Try, in another terminal:\n\n")
	fmt.Fprintf(n.out, "  curl -s %s/v1/check -H 'Authorization: Bearer %s' -H 'Content-Type: application/json' \\\n", api, secret)
	fmt.Fprintf(n.out, "    -d '{\"subject\":{\"type\":\"user\",\"id\":\"omar\"},\"permission\":\"view_agents\",\"resource\":{\"type\":\"organization\",\"id\":\"bakery\"}}'\n\n")
	fmt.Fprintf(n.out, "  zed relationship read organization:bakery --insecure --endpoint %s --token %s\n\n", n.engine.AuditorAddr(), n.settings.AuditorKey)
	fmt.Fprintf(n.out, "  TENANTRY_KEY=%s %s org tree acme-msp --act-as mia --server %s\n\n", secret, program(), api)
	if err := serving(ctx, n); err != nil {
		return err
	}
	fmt.Fprintln(n.out, "Press Ctrl-C to stop.")
	return nil
}

// demoKeyName names the console keys of demos.
const demoKeyName = "demo"

// revokeDemoKeys ends the keys of earlier runs, whose secrets nobody can show again.
func (n *node) revokeDemoKeys(ctx context.Context) error {
	keys, err := n.store.ServiceKeys(ctx)
	if err != nil {
		return err
	}
	for _, key := range keys {
		if key.Name != demoKeyName || !key.RevokedAt.IsZero() {
			continue
		}
		if err := n.store.RevokeServiceKey(ctx, key.ID, tenancy.SystemClock{}.Now()); err != nil {
			return err
		}
	}
	return nil
}

// program is how the reader calls this program: a clone runs it by the go command, which
// leaves the binary in its build folder.
func program() string {
	if strings.Contains(os.Args[0], "go-build") {
		return "go run ./cmd/tenantry"
	}
	return os.Args[0]
}
