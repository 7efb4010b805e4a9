package proof_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/proof"
)

// root of the repository.
const root = "../.."

// attacks is how many there are.
const attacks = 34

// row is one of a table: its cells without what surrounds them.
type row []string

// readTable returns the rows of all tables of a file whose first cell fits.
func readTable(t *testing.T, file string, first *regexp.Regexp) (rows []row) {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if len(cells) > 1 && first.MatchString(cells[0]) {
			rows = append(rows, cells)
		}
	}
	return rows
}

// named is a test with the folder that it is in, as `folder.TestName`, and a mutant's control
// as `mutant`: both in code quotes.
var named = regexp.MustCompile("`([^`]+)`")

func namesIn(cell string) (names []string) {
	for _, found := range named.FindAllStringSubmatch(cell, -1) {
		names = append(names, found[1])
	}
	return names
}

// Every attack stands in the table, with tests that are there, a guard that is there, and
// controls that are mutants of it.
func TestEveryAttackHasItsCaseAndItsControl(t *testing.T) {
	rows := readTable(t, "ATTACKS.md", regexp.MustCompile(`^\d+$`))
	var numbers []int
	for _, r := range rows {
		require.Len(t, r, 5, "%s: number, attack, tests, guard, control", r[0])
		number, err := strconv.Atoi(r[0])
		require.NoError(t, err)
		numbers = append(numbers, number)
		t.Run(r[0], func(t *testing.T) {
			requireTests(t, r[2])
			requireGuards(t, r[3])
			requireControls(t, "attack "+r[0], r[4])
		})
	}
	want := make([]int, attacks)
	for i := range want {
		want[i] = i + 1
	}
	require.Equal(t, want, numbers)
}

// requireTests requires that each test of a cell is there.
func requireTests(t *testing.T, cell string) {
	t.Helper()
	tests := namesIn(cell)
	require.NotEmpty(t, tests, "no test is named")
	for _, test := range tests {
		folder, name, ok := strings.Cut(test, ".")
		require.True(t, ok, "%q is no folder.TestName", test)
		require.True(t, declares(t, filepath.Join(root, folder, "*_test.go"), "func "+name+"("), "there is no test %s", test)
	}
}

// requireGuards requires that each guard, as file:function, is there.
func requireGuards(t *testing.T, cell string) {
	t.Helper()
	guards := namesIn(cell)
	require.NotEmpty(t, guards, "no guard is named")
	for _, guard := range guards {
		file, function, ok := strings.Cut(guard, ":")
		require.True(t, ok, "%q is no file:function", guard)
		require.True(t, declares(t, filepath.Join(root, file), function), "there is no guard %s", guard)
	}
}

// requireControls requires that each control is a mutant that is said to guard against the
// attack, and can be noticed.
func requireControls(t *testing.T, attack, cell string) {
	t.Helper()
	controls := namesIn(cell)
	require.NotEmpty(t, controls, "no control is named")
	for _, id := range controls {
		at := slices.IndexFunc(proof.Mutants(), func(m proof.Mutant) bool { return m.ID == id })
		require.GreaterOrEqual(t, at, 0, "there is no mutant %q", id)
		m := proof.Mutants()[at]
		require.Contains(t, strings.Split(m.Guards, ", "), attack, "the mutant %q", id)
		require.Empty(t, m.Equivalent, "the mutant %q can't be noticed", id)
	}
}

// declares reports whether a text stands in one of the files.
func declares(t *testing.T, pattern, text string) bool {
	t.Helper()
	files, err := filepath.Glob(pattern)
	require.NoError(t, err)
	return slices.ContainsFunc(files, func(file string) bool {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		return strings.Contains(string(content), text)
	})
}

// Each requirement of the standard that is said to be met names a test that is there, and one
// that has none says so: its third cell is "met", "open", or "met, untested".
func TestRequirementsNameTheirTests(t *testing.T) {
	rows := readTable(t, "ASVS.md", regexp.MustCompile(`^V?\d+\.\d+\.\d+$`))
	require.NotEmpty(t, rows)
	seen := map[string]bool{}
	for _, r := range rows {
		require.Len(t, r, 5, "%s: item, what it asks, state, where, test", r[0])
		require.False(t, seen[r[0]], "%s stands there twice", r[0])
		seen[r[0]] = true
		t.Run(r[0], func(t *testing.T) {
			switch r[2] {
			case "met":
				requireTests(t, r[4])
			case "met, untested", "open":
				require.Empty(t, namesIn(r[4]), "it names a test")
				require.NotEmpty(t, r[3])
			default:
				require.Failf(t, "no state", "%q", r[2])
			}
		})
	}
}
