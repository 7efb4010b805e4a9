package main

import (
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/authn"
	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/store"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// keyCommand is what the commands of service keys share. They work on the record itself,
// also while a node serves it.
type keyCommand struct {
	settings config.Config
	getenv   func(string) string
	asJSON   bool
}

func newKey(getenv func(string) string) *cobra.Command {
	c := &cobra.Command{
		Use:   "key",
		Short: "Make, list and revoke the keys of platforms and consoles",
		Args:  invalidArgs(cobra.NoArgs),
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newKeyCreate(getenv), newKeyList(getenv), newKeyRevoke(getenv))
	return c
}

func (k *keyCommand) bind(c *cobra.Command) {
	k.settings.BindData(c.Flags())
	c.Flags().BoolVar(&k.asJSON, "json", false, "print JSON")
}

func (k *keyCommand) open(c *cobra.Command) (*store.Keys, error) {
	if err := k.settings.Resolve(c.Flags(), k.getenv); err != nil {
		return nil, &invalidError{err}
	}
	if err := k.settings.ValidateData(); err != nil {
		return nil, &invalidError{err}
	}
	return openKeys(c.Context(), k.settings)
}

// keyInfo is a key as it is shown. Secret is shown once, when the key is made.
type keyInfo struct {
	ID        string     `json:"id"`
	Kind      string     `json:"kind"`
	Name      string     `json:"name"`
	CreatedAt time.Time  `json:"created_at"`
	RevokedAt *time.Time `json:"revoked_at"`
	Secret    string     `json:"secret,omitempty"`
}

func infoOf(key tenancy.ServiceKey) keyInfo {
	info := keyInfo{ID: key.ID, Kind: string(key.Kind), Name: key.Name, CreatedAt: key.CreatedAt}
	if !key.RevokedAt.IsZero() {
		info.RevokedAt = &key.RevokedAt
	}
	return info
}

func newKeyCreate(getenv func(string) string) *cobra.Command {
	k := keyCommand{getenv: getenv}
	var kind, name string
	c := &cobra.Command{
		Use:   "create --kind platform|console --name NAME",
		Short: "Make a key and print its secret, this one time",
		Args:  invalidArgs(cobra.NoArgs),
	}
	k.bind(c)
	c.Flags().StringVar(&kind, "kind", "", "platform or console")
	c.Flags().StringVar(&name, "name", "", "what the key is for")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if kind != string(tenancy.PlatformKey) && kind != string(tenancy.ConsoleKey) {
			return &invalidError{fmt.Errorf("--kind: %q is none of platform, console", kind)}
		}
		if name == "" || strings.ContainsFunc(name, unicode.IsControl) {
			return &invalidError{errors.New("--name: must not be empty or hold control characters")}
		}
		keys, err := k.open(c)
		if err != nil {
			return err
		}
		defer keys.Close()
		key, secret, err := authn.NewServiceKey(tenancy.KeyKind(kind), name, tenancy.SystemClock{}.Now())
		if err != nil {
			return err
		}
		if err := keys.AddServiceKey(c.Context(), key); err != nil {
			return err
		}
		if !k.asJSON {
			fmt.Fprintln(c.OutOrStdout(), secret)
			return nil
		}
		info := infoOf(key)
		info.Secret = secret
		return printJSON(c.OutOrStdout(), info)
	}
	return c
}

func newKeyList(getenv func(string) string) *cobra.Command {
	k := keyCommand{getenv: getenv}
	c := &cobra.Command{Use: "list", Short: "List the keys, without their secrets", Args: invalidArgs(cobra.NoArgs)}
	k.bind(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		keys, err := k.open(c)
		if err != nil {
			return err
		}
		defer keys.Close()
		all, err := keys.ServiceKeys(c.Context())
		if err != nil {
			return err
		}
		infos := []keyInfo{}
		for _, key := range all {
			infos = append(infos, infoOf(key))
		}
		if k.asJSON {
			return printJSON(c.OutOrStdout(), infos)
		}
		table := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "ID\tKIND\tNAME\tCREATED\tREVOKED")
		for _, info := range infos {
			revoked := "-"
			if info.RevokedAt != nil {
				revoked = info.RevokedAt.Format(time.RFC3339)
			}
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", info.ID, info.Kind, info.Name, info.CreatedAt.Format(time.RFC3339), revoked)
		}
		return table.Flush()
	}
	return c
}

func newKeyRevoke(getenv func(string) string) *cobra.Command {
	k := keyCommand{getenv: getenv}
	c := &cobra.Command{Use: "revoke ID", Short: "Revoke a key: the next call with it is refused", Args: invalidArgs(cobra.ExactArgs(1))}
	k.bind(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		keys, err := k.open(c)
		if err != nil {
			return err
		}
		defer keys.Close()
		err = keys.RevokeServiceKey(c.Context(), args[0], tenancy.SystemClock{}.Now())
		if errors.Is(err, tenancy.ErrNoRow) {
			return fmt.Errorf("there is no key %q", args[0])
		}
		return err
	}
	return c
}
