package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/config"
)

// healthTimeout bounds the question: a node that is busy for longer is not ready.
const healthTimeout = 8 * time.Second

func newHealth(getenv func(string) string) *cobra.Command {
	var server string
	c := &cobra.Command{
		Use:   "health",
		Short: "Ask whether a node is ready",
		Long: `Ask whether a node is ready, as a health check of its container does where there is no shell.

It needs no key. The exit status is 0 if the node is ready.`,
		Args: invalidArgs(cobra.NoArgs),
	}
	c.Flags().StringVar(&server, "server", "http://127.0.0.1:8080", "address of the node's HTTP API")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if v := getenv(config.Variable("server")); v != "" && !c.Flags().Changed("server") {
			server = v
		}
		ctx, cancel := context.WithTimeout(c.Context(), healthTimeout)
		defer cancel()
		if err := ready(ctx, server); err != nil {
			return err
		}
		fmt.Fprintln(c.OutOrStdout(), "ready")
		return nil
	}
	return c
}

// ready returns nil if the node at the address is ready, and else what it says is missing.
func ready(ctx context.Context, server string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(server, "/")+"/readyz", http.NoBody)
	if err != nil {
		return &invalidError{fmt.Errorf("--server: %w", err)}
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("no node answers at %s: %w", server, err)
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusOK {
		return nil
	}
	var answer struct{ Missing []string }
	if json.NewDecoder(response.Body).Decode(&answer) != nil || len(answer.Missing) == 0 {
		return fmt.Errorf("%s answered %s", server, response.Status)
	}
	return errors.New("not ready, missing: " + strings.Join(answer.Missing, ", "))
}
