package main

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// verification is what is said of one trail, in the API's form.
type verification struct {
	RootID          string `json:"root_id"`
	Valid           bool   `json:"valid"`
	Events          int64  `json:"events"`
	FirstInvalidSeq *int64 `json:"first_invalid_seq"`
}

func newAuditVerify(getenv func(string) string) *cobra.Command {
	a := auditCommand{getenv: getenv}
	var file, key string
	c := &cobra.Command{
		Use:   "verify [ORGANIZATION]",
		Short: "Prove that no event was altered, removed, inserted or moved",
		Long: "Prove that no event of the trail of an organization's tree, or of all trails, was altered, removed,\n" +
			"inserted or moved. Without a checkpoint that was kept elsewhere, who holds the record can compute a\n" +
			"trail anew from any event on, or cut off refused attempts at its end, unnoticed.",
		Example: "  tenantry audit verify\n  tenantry audit verify --checkpoint kept.json --public-key \"$PINNED\"",
		Args:    invalidArgs(cobra.MaximumNArgs(1)),
	}
	a.bind(c)
	c.Flags().StringVar(&file, "checkpoint", "", "file of checkpoints that the trails must contain")
	c.Flags().StringVar(&key, "public-key", "", "the key that has signed them, from 'tenantry audit key'; by default the record's own")
	c.RunE = func(c *cobra.Command, args []string) error {
		checkpoints, err := readCheckpoints(file)
		if err != nil {
			return &invalidError{err}
		}
		pinned, err := parsePublicKey(key)
		if err != nil {
			return &invalidError{err}
		}
		var found []verification
		err = a.look(c, func(ctx context.Context, r *auditRecord) error {
			if err := r.requireSigned(ctx, checkpoints, pinned); err != nil {
				return err
			}
			found, err = r.verify(ctx, args, checkpoints)
			return err
		})
		if err != nil {
			return err
		}
		return a.printVerifications(c.OutOrStdout(), found)
	}
	return c
}

var errInvalidTrail = errors.New("a trail is not as it was written")

// requireSigned refuses checkpoints that the key has not signed.
func (r *auditRecord) requireSigned(ctx context.Context, checkpoints []tenancy.Checkpoint, key ed25519.PublicKey) error {
	if len(checkpoints) > 0 && key == nil {
		own, err := r.key(ctx)
		if err != nil {
			return err
		}
		key, _ = own.Public().(ed25519.PublicKey)
	}
	for _, point := range checkpoints {
		if !point.SignedBy(key) {
			return fmt.Errorf("the checkpoint of %s at event %d is not signed by the key %s",
				trailName(point.RootID), point.Seq, tenancy.CheckpointKeyID(key))
		}
	}
	return nil
}

// verify reads the trails that are asked for. All is every trail that is there, or that
// there is a checkpoint of.
func (r *auditRecord) verify(ctx context.Context, args []string, checkpoints []tenancy.Checkpoint) (found []verification, err error) {
	roots, err := r.roots(ctx, args)
	if err != nil {
		return nil, err
	}
	heads := map[string][]tenancy.Head{}
	for _, point := range checkpoints {
		heads[point.RootID] = append(heads[point.RootID], point.Head)
		if len(args) == 0 && !slices.Contains(roots, point.RootID) {
			roots = append(roots, point.RootID)
		}
	}
	for _, root := range roots {
		v, err := tenancy.VerifyTrail(ctx, r, root, heads[root]...)
		if err != nil {
			return nil, err
		}
		found = append(found, verificationOf(root, v))
	}
	return found, nil
}

func verificationOf(rootID string, v tenancy.Verification) verification {
	found := verification{RootID: rootID, Valid: v.Valid(), Events: v.Events}
	if !v.Valid() {
		found.FirstInvalidSeq = &v.FirstInvalid
	}
	return found
}

// printVerifications fails if one of the trails is not valid.
func (a *auditCommand) printVerifications(w io.Writer, found []verification) (err error) {
	for _, v := range found {
		if !v.Valid {
			err = errInvalidTrail
		}
	}
	if a.asJSON {
		return errors.Join(printJSON(w, found), err)
	}
	for _, v := range found {
		said := "valid"
		if !v.Valid {
			said = fmt.Sprintf("INVALID from event %d on", *v.FirstInvalidSeq)
		}
		fmt.Fprintf(w, "%s: %d events, %s\n", trailName(v.RootID), v.Events, said)
	}
	return err
}

func parsePublicKey(text string) (ed25519.PublicKey, error) {
	if text == "" {
		return nil, nil
	}
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return nil, errors.New("--public-key: must be the base64 of an Ed25519 public key")
	}
	return key, nil
}
