package schema_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/authzed/spicedb/pkg/development"
	devinterface "github.com/authzed/spicedb/pkg/proto/developer/v1"
	"github.com/authzed/spicedb/pkg/validationfile"
	"github.com/authzed/spicedb/pkg/validationfile/blocks"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/zedtest"
	"github.com/tenantry/tenantry/schema"
)

// The version of SpiceDB that decides in production runs the examples.
func TestValidationFiles(t *testing.T) {
	for _, path := range validationFiles(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			file, err := validationfile.DecodeValidationFile(text)
			require.NoError(t, err)
			require.Equal(t, "../tenantry.zed", file.SchemaFile)
			require.NotEmpty(t, file.Assertions.AssertTrue)
			require.NotEmpty(t, file.Assertions.AssertFalse)
			require.NotEmpty(t, file.ExpectedRelations.ValidationMap)

			// The package reads no file above a directory that it is given, so it gets the text.
			file.SchemaFile, file.Schema = "", blocks.SchemaWithPosition{Schema: schema.Text}
			model, faults, err := development.NewDevContextForValidationFile(t.Context(), file)
			require.NoError(t, err)
			requireNoFaults(t, path, faults.GetInputErrors())

			failed, err := development.RunAllAssertions(model.DevContext, &model.Assertions)
			require.NoError(t, err)
			requireNoFaults(t, path, failed)
			_, failed, err = development.RunValidation(model.DevContext, &model.ExpectedRelations)
			require.NoError(t, err)
			requireNoFaults(t, path, failed)
		})
	}
}

// Auditors run zed on the same files. Warnings of its linter count as errors.
func TestZedValidates(t *testing.T) {
	zed := zedtest.Binary(t)
	for _, path := range append(validationFiles(t), "tenantry.zed") {
		t.Run(filepath.Base(path), func(t *testing.T) {
			out, err := exec.CommandContext(t.Context(), zed, "validate", "--fail-on-warn", path).CombinedOutput()
			require.NoError(t, err, "zed validate %s:\n%s", path, out)
		})
	}
}

// What zed says can be relied on: it refuses a file whose assertion does not hold.
func TestZedRefusesFalseAssertions(t *testing.T) {
	zed := zedtest.Binary(t)
	path := filepath.Join(t.TempDir(), "false.yaml")
	text := `
schema: |-
  definition user {}
  definition organization {
    relation owner: user
  }
relationships: |-
  organization:acme#owner@user:carla
assertions:
  assertFalse:
    - organization:acme#owner@user:carla
`
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	out, err := exec.CommandContext(t.Context(), zed, "validate", path).CombinedOutput()
	require.Error(t, err, "zed validate:\n%s", out)
}

func validationFiles(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob("validation/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	return paths
}

func requireNoFaults(t *testing.T, path string, faults []*devinterface.DeveloperError) {
	t.Helper()
	for _, fault := range faults {
		t.Errorf("%s:%d: %s", path, fault.GetLine(), fault.GetMessage())
	}
	if t.Failed() {
		t.FailNow()
	}
}
