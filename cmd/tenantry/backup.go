package main

import (
	"context"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/backup"
	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/store"
	"github.com/tenantry/tenantry/internal/store/sqlite"
	"github.com/tenantry/tenantry/internal/tenancy"
)

func newBackup(getenv func(string) string) *cobra.Command {
	var settings config.Config
	c := &cobra.Command{
		Use:   "backup FILE",
		Short: "Write the whole record to a file, as it is at one instant",
		Long: `Write the whole record to a file, as it is at one instant, also while nodes serve it.

The file is the same whether the record is in a data directory or in PostgreSQL, and
'tenantry restore' brings it to either. The engine is in no backup: its relationships
follow from the record. The file holds hashes of keys, and the secrets that checkpoints and
cursors are made with: keep it as you keep the record. FILE may be - for standard output.`,
		Args: invalidArgs(cobra.ExactArgs(1)),
	}
	settings.BindData(c.Flags())
	c.RunE = func(c *cobra.Command, args []string) error {
		if err := resolveData(c, &settings, getenv); err != nil {
			return err
		}
		return backUp(c.Context(), settings, args[0], c.OutOrStdout(), c.ErrOrStderr())
	}
	return c
}

// resolveData fills the configuration of a command that only opens the record.
func resolveData(c *cobra.Command, settings *config.Config, getenv func(string) string) error {
	if err := settings.Resolve(c.Flags(), getenv); err != nil {
		return &invalidError{err}
	}
	if err := settings.ValidateData(); err != nil {
		return &invalidError{oneLine(err)}
	}
	return nil
}

func backUp(ctx context.Context, settings config.Config, path string, out, told io.Writer) (err error) {
	trails, err := openTrails(ctx, settings)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, trails.Close()) }()
	id, err := trails.ID(ctx)
	if err != nil {
		return err
	}
	progress := newProgress(told, "rows written")
	defer progress.end()
	header := backup.Header{Version: sqlite.Version(), Record: id, At: tenancy.SystemClock{}.Now()}
	write := func(w io.Writer) error {
		_, err := backup.Write(w, header, counted(progress, trails.Dump(ctx)))
		return err
	}
	if path == "-" {
		return write(out)
	}
	return writeFile(path, write)
}

// writeFile makes a file that is whole and on the disk, or none: what is there under the name
// stays until then.
func writeFile(path string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*") // for its owner alone
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			_ = os.Remove(f.Name()) // the other error is the one to tell
		}
	}()
	if err := write(f); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncDirectory(filepath.Dir(path))
}

func syncDirectory(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// counted tells of rows that pass.
func counted(p *progress, rows iter.Seq2[store.TableRow, error]) iter.Seq2[store.TableRow, error] {
	return func(yield func(store.TableRow, error) bool) {
		for row, err := range rows {
			p.step()
			if !yield(row, err) {
				return
			}
		}
	}
}
