package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// unfenced builds, once, the program without its fence: its questions are answered from
// whatever the engine holds, and not first from the version that is committed. A test that
// it passes would prove nothing.
var unfenced = sync.OnceValues(func() (program string, err error) {
	return mutant("unfenced", "internal/delivery/watch.go",
		"func (d *Deliverer) settleForQuestion(ctx context.Context, t *tree, version int64) error {\n",
		"func (d *Deliverer) settleForQuestion(context.Context, *tree, int64) error { return nil }\n\n"+
			"func (d *Deliverer) _(ctx context.Context, t *tree, version int64) error {\n")
})

// mutant builds the program with one text of a source file in place of another. The file
// itself is left alone.
func mutant(name, file, old, replacement string) (program string, err error) {
	root, err := filepath.Abs("..")
	if err != nil {
		return "", err
	}
	file = filepath.Join(root, file)
	source, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	if strings.Count(string(source), old) != 1 {
		return "", fmt.Errorf("%s does not hold once what is to be replaced", file)
	}
	dir := filepath.Dir(binary)
	program = filepath.Join(dir, "tenantry-"+name)
	altered, overlay := program+".go", program+".json"
	text, err := json.Marshal(map[string]map[string]string{"Replace": {file: altered}})
	if err != nil {
		return "", err
	}
	err = errors.Join(
		os.WriteFile(altered, []byte(strings.Replace(string(source), old, replacement, 1)), 0o600),
		os.WriteFile(overlay, text, 0o600))
	if err != nil {
		return "", err
	}
	out, err := exec.Command("go", "build", "-overlay", overlay, "-o", program, "../cmd/tenantry").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return program, nil
}
