package main

import (
	"context"
	"fmt"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tenantry/tenantry/internal/proof"
)

// choice is which mutants are tried: all, unless something narrows them.
type choice struct {
	matching string // a pattern of ids, guards, files and packages
	changed  string // a commit: those whose file is another one now
	sample   int    // so many, other ones at each commit
}

func (c choice) of(ctx context.Context, mutants []proof.Mutant) ([]proof.Mutant, error) {
	wanted, err := regexp.Compile(c.matching)
	if err != nil {
		return nil, err
	}
	mutants = slices.DeleteFunc(mutants, func(m proof.Mutant) bool {
		return !slices.ContainsFunc([]string{m.ID, m.Guards, m.File, m.Package}, wanted.MatchString)
	})
	if c.changed != "" {
		if mutants, err = changedSince(ctx, c.changed, mutants); err != nil {
			return nil, err
		}
	}
	if c.sample > 0 && c.sample < len(mutants) {
		return rotating(ctx, c.sample, mutants)
	}
	return mutants, nil
}

// changedSince leaves those whose file, or whose tests, differ from the commit's.
func changedSince(ctx context.Context, commit string, mutants []proof.Mutant) ([]proof.Mutant, error) {
	said, err := git(ctx, "diff", "--name-only", commit)
	if err != nil {
		return nil, err
	}
	files := strings.Fields(said)
	return slices.DeleteFunc(mutants, func(m proof.Mutant) bool {
		return !slices.ContainsFunc(files, func(file string) bool {
			return file == m.File || path.Dir(file) == m.Package && strings.HasSuffix(file, "_test.go")
		})
	}), nil
}

// rotating takes n that stand side by side, so that few packages are built, and at the next
// commit the n after them.
func rotating(ctx context.Context, n int, mutants []proof.Mutant) ([]proof.Mutant, error) {
	said, err := git(ctx, "rev-list", "--count", "HEAD")
	if err != nil {
		return nil, err
	}
	commits, err := strconv.Atoi(strings.TrimSpace(said))
	if err != nil {
		return nil, err
	}
	begin := commits * n % len(mutants)
	return mutants[begin:min(begin+n, len(mutants))], nil
}

func git(ctx context.Context, arguments ...string) (string, error) {
	said, err := exec.CommandContext(ctx, "git", arguments...).Output() //nolint:gosec // whoever runs it names the commit
	if err != nil {
		return "", fmt.Errorf("git %s: %w", strings.Join(arguments, " "), err)
	}
	return string(said), nil
}
