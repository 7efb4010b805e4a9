package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/tenantry/tenantry/internal/proof"
)

// overlay is what `go build -overlay` reads: files that stand in the place of others, or
// where there is none. The tree itself is never touched.
type overlay struct {
	Replace map[string]string
	root    string // of the repository
	dir     string // for the files that stand in
}

func newOverlay(root, dir string) (*overlay, error) {
	return &overlay{map[string]string{}, root, dir}, os.MkdirAll(dir, 0o700)
}

// put has a text stand in for the file, a path below the root.
func (o *overlay) put(file, text string) error {
	standIn := filepath.Join(o.dir, fmt.Sprintf("%d-%s", len(o.Replace), filepath.Base(file)))
	o.Replace[filepath.Join(o.root, file)] = standIn
	return os.WriteFile(standIn, []byte(text), 0o600) //nolint:gosec // below a folder of our own
}

// write makes the file that the command is given.
func (o *overlay) write() (string, error) {
	text, err := json.Marshal(o)
	if err != nil {
		return "", err
	}
	path := filepath.Join(o.dir, "overlay.json")
	return path, os.WriteFile(path, text, 0o600)
}

// wovenOverlay holds all the mutants, each behind its question.
func wovenOverlay(root, dir string, mutants []proof.Mutant) (string, error) {
	o, err := newOverlay(root, dir)
	if err != nil {
		return "", err
	}
	byFile := map[string][]proof.Mutant{}
	for _, m := range mutants {
		byFile[m.File] = append(byFile[m.File], m)
	}
	for file, those := range byFile {
		text, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			return "", err
		}
		woven, name, err := weave(string(text), those)
		if err != nil {
			return "", fmt.Errorf("%s: %w", file, err)
		}
		if err := errors.Join(o.put(file, woven),
			o.put(filepath.Join(filepath.Dir(file), "mutant_at_work.go"), chooser(name))); err != nil {
			return "", err
		}
	}
	return o.write()
}

// loneOverlay holds one mutant of something that is no function: a table, or a query.
func loneOverlay(root, dir string, m proof.Mutant) (string, error) {
	o, err := newOverlay(root, dir)
	if err != nil {
		return "", err
	}
	text, err := os.ReadFile(filepath.Join(root, m.File))
	if err != nil {
		return "", err
	}
	altered, err := alter(string(text), m)
	if err != nil {
		return "", err
	}
	if err := o.put(m.File, altered); err != nil {
		return "", err
	}
	return o.write()
}

// buildTests makes the test program of a package.
func buildTests(ctx context.Context, root, overlay, pkg, binary string) error {
	command := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-ldflags=-s -w", "-overlay", overlay, "-o", binary, "./"+pkg) //nolint:gosec // names of our own
	command.Dir = root
	said, err := command.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s can't be built: %w\n%s", pkg, err, strings.TrimSpace(string(said)))
	}
	return nil
}
