package main

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// checkpoint is a signed head of a trail, as it is exported.
type checkpoint struct {
	RootID    string `json:"root_id"`
	Seq       int64  `json:"seq"`
	Hash      string `json:"hash"`
	At        string `json:"at"`
	KeyID     string `json:"key_id"`
	Signature []byte `json:"signature"`
}

const checkpointTime = "2006-01-02T15:04:05.000Z07:00"

func newAuditCheckpoint(getenv func(string) string) *cobra.Command {
	a := auditCommand{getenv: getenv}
	c := &cobra.Command{
		Use:   "checkpoint [ORGANIZATION]",
		Short: "Verify and sign the newest event of a trail, as JSON to be kept elsewhere",
		Long: "Verify the trail of an organization's tree, or all trails, and print the signed hash of the newest event\n" +
			"of each, a line of JSON each. Kept where nobody reaches who holds the record, it proves later that\n" +
			"nothing up to there was changed: 'tenantry audit verify --checkpoint FILE'.",
		Example: "  tenantry audit checkpoint >> /elsewhere/checkpoints.json",
		Args:    invalidArgs(cobra.MaximumNArgs(1)),
	}
	a.bind(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		return a.look(c, func(ctx context.Context, r *auditRecord) error {
			return r.printCheckpoints(ctx, c.OutOrStdout(), args)
		})
	}
	return c
}

// printCheckpoints signs nothing if one of the trails is not valid.
func (r *auditRecord) printCheckpoints(ctx context.Context, w io.Writer, args []string) error {
	key, err := r.key(ctx)
	if err != nil {
		return err
	}
	found, err := r.verify(ctx, args, nil)
	if err != nil {
		return err
	}
	for _, v := range found {
		if !v.Valid {
			return fmt.Errorf("%s from event %d on: %w", trailName(v.RootID), *v.FirstInvalidSeq, errInvalidTrail)
		}
	}
	lines := json.NewEncoder(w)
	for _, v := range found {
		head, err := r.Head(ctx, v.RootID)
		if err != nil {
			return err
		}
		if head.Seq == 0 {
			continue // nothing was told yet
		}
		if err := lines.Encode(showCheckpoint(tenancy.NewCheckpoint(key, head, time.Now()))); err != nil {
			return err
		}
	}
	return nil
}

func showCheckpoint(c tenancy.Checkpoint) checkpoint {
	return checkpoint{
		RootID: c.RootID, Seq: c.Seq, Hash: c.Hash.String(), At: c.At.Format(checkpointTime),
		KeyID: c.KeyID, Signature: c.Signature,
	}
}

// readCheckpoints reads as many as the file holds; no file holds none.
func readCheckpoints(file string) (list []tenancy.Checkpoint, err error) {
	if file == "" {
		return nil, nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("--checkpoint: %w", err)
	}
	defer f.Close()
	decoder := json.NewDecoder(f)
	decoder.DisallowUnknownFields()
	for {
		var shown checkpoint
		if err := decoder.Decode(&shown); errors.Is(err, io.EOF) && len(list) > 0 {
			return list, nil
		} else if err != nil {
			return nil, fmt.Errorf("--checkpoint: %s holds no checkpoints: %w", file, err)
		}
		c, err := shown.parse()
		if err != nil {
			return nil, fmt.Errorf("--checkpoint: %s: %w", file, err)
		}
		list = append(list, c)
	}
}

func (c checkpoint) parse() (tenancy.Checkpoint, error) {
	at, err := time.Parse(time.RFC3339, c.At)
	hash, hashErr := hex.DecodeString(c.Hash)
	if err = errors.Join(err, hashErr); err != nil {
		return tenancy.Checkpoint{}, err
	}
	head := tenancy.Head{RootID: c.RootID, Seq: c.Seq}
	if copy(head.Hash[:], hash) != len(head.Hash) || len(hash) != len(head.Hash) || c.Seq < 1 {
		return tenancy.Checkpoint{}, errors.New("a checkpoint has the number of an event and its hash")
	}
	return tenancy.Checkpoint{Head: head, At: at, KeyID: c.KeyID, Signature: c.Signature}, nil
}

func newAuditKey(getenv func(string) string) *cobra.Command {
	a := auditCommand{getenv: getenv}
	c := &cobra.Command{
		Use:   "key",
		Short: "Print the public key of this record's checkpoints, to be pinned",
		Long:  "Print the public key that verifies this record's checkpoints (Ed25519, base64).",
		Args:  invalidArgs(cobra.NoArgs),
	}
	a.bind(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		return a.look(c, func(ctx context.Context, r *auditRecord) error {
			key, err := r.key(ctx)
			if err != nil {
				return err
			}
			public, _ := key.Public().(ed25519.PublicKey)
			text := base64.StdEncoding.EncodeToString(public)
			if a.asJSON {
				return printJSON(c.OutOrStdout(), map[string]string{"key_id": tenancy.CheckpointKeyID(public), "public_key": text})
			}
			fmt.Fprintln(c.OutOrStdout(), text)
			return nil
		})
	}
	return c
}
