package main

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/store"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// auditCommand is what the commands share that read the trails in the record itself, also
// while a node serves it: they believe nothing that a node says.
type auditCommand struct {
	settings config.Config
	getenv   func(string) string
	asJSON   bool
}

func (a *auditCommand) bind(c *cobra.Command) {
	a.settings.BindData(c.Flags())
	c.Flags().BoolVar(&a.asJSON, "json", false, "print JSON")
	c.Long += "\n\nIt reads the record itself, also while a node serves it."
}

// look runs do on one view of the record.
func (a *auditCommand) look(c *cobra.Command, do func(ctx context.Context, r *auditRecord) error) (err error) {
	if err := a.settings.Resolve(c.Flags(), a.getenv); err != nil {
		return &invalidError{err}
	}
	if err := a.settings.ValidateData(); err != nil {
		return &invalidError{err}
	}
	trails, err := openTrails(c.Context(), a.settings)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, trails.Close()) }()
	snap, err := trails.Snapshot(c.Context())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, snap.Close()) }()
	return do(c.Context(), &auditRecord{snap, trails})
}

// auditRecord is a view of the record.
type auditRecord struct {
	tenancy.Snapshot
	trails *store.Trails
}

// roots are the trails that are asked for: that in which an organization's events are, or
// all of them for no argument.
func (r *auditRecord) roots(ctx context.Context, args []string) ([]string, error) {
	if len(args) == 0 {
		return r.Trails(ctx)
	}
	o, err := r.Organization(ctx, args[0])
	if err == nil {
		return []string{o.RootID}, nil
	}
	if !errors.Is(err, tenancy.ErrNoRow) {
		return nil, err
	}
	tree, err := r.Tree(ctx, args[0])
	if err == nil && tree.Version == 0 {
		err = fmt.Errorf("there is no organization %q", args[0])
	}
	return []string{args[0]}, err
}

// checkpointSecret is the name of the seed of the key that signs checkpoints. It is made at
// its first use, and is for nobody who may not read the record.
const checkpointSecret = "checkpoint"

func (r *auditRecord) key(ctx context.Context) (ed25519.PrivateKey, error) {
	seed, err := r.trails.Secret(ctx, checkpointSecret)
	if err != nil {
		return nil, err
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// trailName is how a trail is shown: the service's own has no root.
func trailName(rootID string) string {
	if rootID == "" {
		return "(service)"
	}
	return rootID
}
