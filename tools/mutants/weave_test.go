package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/proof"
)

// Every mutant alters something that is there, and names tests that are. Whether they notice
// is seen when they are run.
func TestMutantsAreThere(t *testing.T) {
	b := bench{root: "../.."}
	known := map[string]bool{}
	for _, m := range proof.Mutants() {
		if known[m.ID] {
			t.Errorf("%s: the name is used twice", m.ID)
		}
		known[m.ID] = true
		if err := b.isThere(m); err != nil {
			t.Errorf("%s: %v", m.ID, err)
		}
		if m.From == m.To || m.Guards == "" || len(m.Tests) == 0 {
			t.Errorf("%s: it alters nothing, or guards nothing, or has no test", m.ID)
		}
		for _, test := range m.Tests {
			if name, _, _ := strings.Cut(test, "/"); !hasTest(t, filepath.Join(b.root, m.Package), name) {
				t.Errorf("%s: there is no test %s in %s", m.ID, name, m.Package)
			}
		}
	}
}

func hasTest(t *testing.T, folder, name string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(text, []byte("\nfunc "+name+"(t *testing.T) {")) {
			return true
		}
	}
	return false
}

const sample = `package sample

func guarded(given int) (taken int, err error) {
	if given > 3 {
		return 0, errTooLarge
	}
	return given, nil
}

func told(text string) {
	if text != "" {
		tell(text)
	}
}
`

// A woven file is one that compiles, in which each mutant has a branch of its own and the
// unaltered text stays behind them.
func TestWeave(t *testing.T) {
	mutants := []proof.Mutant{
		{ID: "any", Function: "guarded", From: "given > 3", To: "false"},
		{ID: "more", Function: "guarded", From: "> 3", To: "> 4"},
		{ID: "silent", Function: "told", From: `text != ""`, To: "false"},
	}
	woven, name, err := weave(sample, mutants)
	if err != nil {
		t.Fatal(err)
	}
	if name != "sample" {
		t.Errorf("the package is %q", name)
	}
	for _, want := range []string{
		`if mutantAtWork == "any" { return func() (taken int, err error) {`,
		`if mutantAtWork == "more" { return func() (taken int, err error) {`,
		`if mutantAtWork == "silent" { func() {`,
		"if given > 4 {",
	} {
		if !strings.Contains(woven, want) {
			t.Errorf("%q is not in\n%s", want, woven)
		}
	}
	branches := regexp.MustCompile(`(?s) if mutantAtWork == .*?\}(?:\(\) \}|\(\); return \});`)
	if rest := branches.ReplaceAllString(woven, ""); rest != sample {
		t.Errorf("without its branches it is\n%s", rest)
	}
}

func TestWeaveRefuses(t *testing.T) {
	for _, m := range []proof.Mutant{
		{ID: "gone", Function: "guarded", From: "given > 5"},
		{ID: "twice", Function: "guarded", From: "given"},
		{ID: "moved", Function: "elsewhere", From: "given > 3"},
	} {
		if _, _, err := weave(sample, []proof.Mutant{m}); err == nil {
			t.Errorf("%s is woven", m.ID)
		}
	}
}

func TestPattern(t *testing.T) {
	if got := pattern([]string{"TestOne", "TestTwo/part"}); got != "^TestOne$|^TestTwo$/part" {
		t.Error(got)
	}
}
