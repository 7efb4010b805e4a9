package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/proof"
)

// bench tries mutants and counts what becomes of them.
type bench struct {
	root    string // of the repository
	dir     string // for what is built
	verbose bool
	built   string // the package whose unaltered tests are built

	killed, equivalent, wrong int
}

// tryAll builds what can be woven together at once for each package of tests. What is woven
// into any package is in the build of each, so the compiler does its work once.
func (b *bench) tryAll(ctx context.Context, mutants []proof.Mutant) error {
	var woven, lone []proof.Mutant
	for _, m := range mutants {
		switch err := b.isThere(m); {
		case err != nil:
			b.tell(m, trial{by: err.Error()}, false)
		case m.Function != "":
			woven = append(woven, m)
		default:
			lone = append(lone, m)
		}
	}
	overlay, err := wovenOverlay(b.root, filepath.Join(b.dir, "woven"), woven)
	if err != nil {
		return err
	}
	for len(woven) > 0 {
		n := slices.IndexFunc(woven, func(m proof.Mutant) bool { return m.Package != woven[0].Package })
		if n < 0 {
			n = len(woven)
		}
		if err := b.tryWoven(ctx, overlay, woven[:n]); err != nil {
			return err
		}
		woven = woven[n:]
	}
	for _, m := range lone {
		if err := b.tryLone(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

// isThere fails if the text that the mutant alters is not there any more.
func (b *bench) isThere(m proof.Mutant) error {
	text, err := os.ReadFile(filepath.Join(b.root, m.File))
	if err != nil {
		return err
	}
	if m.Function == "" {
		_, err = alter(string(text), m)
	} else {
		_, _, err = weave(string(text), []proof.Mutant{m})
	}
	return err
}

// tryWoven tries mutants whose tests are in one package. First all of the tests have to pass
// without any of them at work: else their failure would tell nothing.
func (b *bench) tryWoven(ctx context.Context, overlay string, mutants []proof.Mutant) error {
	pkg, binary := mutants[0].Package, filepath.Join(b.dir, "woven.test")
	if err := buildTests(ctx, b.root, overlay, pkg, binary); err != nil {
		return err
	}
	var tests []string
	for _, m := range mutants {
		tests = append(tests, m.Tests...)
	}
	slices.Sort(tests)
	unaltered := try(ctx, b.root, pkg, binary, "", slices.Compact(tests), longest)
	if unaltered.failed {
		return fmt.Errorf("%s: %s fails without any mutant\n%s", pkg, unaltered.by, unaltered.output)
	}
	for _, m := range mutants {
		b.judge(m, try(ctx, b.root, pkg, binary, m.ID, m.Tests, shortest+2*unaltered.elapsed))
	}
	return nil
}

// tryLone builds a mutant that can't be woven by itself. That its tests pass without it is
// seen in the unaltered tree.
func (b *bench) tryLone(ctx context.Context, m proof.Mutant) error {
	binary, err := b.unaltered(ctx, m.Package)
	if err != nil {
		return err
	}
	without := try(ctx, b.root, m.Package, binary, "", m.Tests, longest)
	if without.failed {
		return fmt.Errorf("%s: %s fails without any mutant\n%s", m.Package, without.by, without.output)
	}
	overlay, err := loneOverlay(b.root, filepath.Join(b.dir, "lone"), m)
	if err != nil {
		return err
	}
	binary = filepath.Join(b.dir, "lone.test")
	if err := buildTests(ctx, b.root, overlay, m.Package, binary); err != nil {
		return err
	}
	b.judge(m, try(ctx, b.root, m.Package, binary, "", m.Tests, shortest+2*without.elapsed))
	return nil
}

// unaltered builds the tests of a package as they are, once while one follows on another.
func (b *bench) unaltered(ctx context.Context, pkg string) (binary string, err error) {
	binary = filepath.Join(b.dir, "unaltered.test")
	if b.built == pkg {
		return binary, nil
	}
	nothing, err := wovenOverlay(b.root, filepath.Join(b.dir, "nothing"), nil)
	if err != nil {
		return "", err
	}
	if err := buildTests(ctx, b.root, nothing, pkg, binary); err != nil {
		return "", err
	}
	b.built = pkg
	return binary, nil
}

func (b *bench) judge(m proof.Mutant, t trial) {
	switch {
	case t.failed && m.Equivalent == "":
		b.killed++
		b.tell(m, t, true)
	case !t.failed && m.Equivalent != "":
		b.equivalent++
		t.by = "equivalent: " + m.Equivalent
		b.tell(m, t, true)
	case t.failed:
		t.by = "called equivalent, and noticed by " + t.by
		b.tell(m, t, false)
	default:
		t.by = "SURVIVED " + strings.Join(m.Tests, " ")
		b.tell(m, t, false)
	}
}

// tell prints one line of the table, at once: a whole run takes a while.
func (b *bench) tell(m proof.Mutant, t trial, right bool) {
	verdict := "ok  "
	if !right {
		verdict = "FAIL"
		b.wrong++
	}
	fmt.Printf("%s %-34s %-22s %6.1f s  %s\n", verdict, m.ID, m.Guards, t.elapsed.Seconds(), t.by)
	if b.verbose {
		fmt.Println(t.output)
	}
}
