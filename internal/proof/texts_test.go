package proof

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTheTextOfEachMutantStandsInItsFile, where the tool finds it: who moves it moves the mutant.
func TestTheTextOfEachMutantStandsInItsFile(t *testing.T) {
	for _, m := range Mutants() {
		text, err := os.ReadFile(filepath.Join("..", "..", m.File))
		require.NoError(t, err, m.ID)
		if !strings.Contains(string(text), m.From) {
			t.Errorf("%s: %s has no %q", m.ID, m.File, m.From)
		}
	}
}
