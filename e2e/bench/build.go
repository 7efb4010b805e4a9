package main

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// program is one that is built from a module of its own, named from this folder.
type program struct{ name, module, pkg string }

var (
	tenantryProgram = program{"tenantry", "../..", "./cmd/tenantry"}
	spicedbProgram  = program{"spicedb", "../../tools/spicedb", "github.com/authzed/spicedb/cmd/spicedb"}
	openfgaProgram  = program{"openfga", "peers/openfga", "github.com/openfga/openfga/cmd/openfga"}
)

// build makes the program, or leaves the one of an earlier run if nothing of it has changed
// since, and returns its path.
func (s *stand) build(ctx context.Context, p program) (path string, err error) {
	path = filepath.Join(s.bin, p.name)
	if s.built {
		return path, nil
	}
	tell("building %s", p.name)
	command := exec.CommandContext(ctx, "go", "build", "-C", p.module, "-buildvcs=false", "-o", path, p.pkg)
	if out, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w: %s", p.name, err, out)
	}
	return path, nil
}

// versions adds the versions of the peers, as their modules name them, and of PostgreSQL.
func versions(ctx context.Context, known map[string]string) error {
	for _, v := range []struct {
		name string
		args []string
	}{
		{"spicedb", []string{"go", "list", "-C", spicedbProgram.module, "-m", "-f", "{{.Version}}", "github.com/authzed/spicedb"}},
		{"openfga", []string{"go", "list", "-C", openfgaProgram.module, "-m", "-f", "{{.Version}}", "github.com/openfga/openfga"}},
		{"postgres", []string{"postgres", "--version"}},
	} {
		out, err := exec.CommandContext(ctx, v.args[0], v.args[1:]...).Output()
		if err != nil {
			return fmt.Errorf("version of %s: %w", v.name, err)
		}
		known[v.name] = strings.TrimPrefix(strings.TrimSpace(string(out)), "postgres (PostgreSQL) ")
	}
	return nil
}
