// Package zedtest gives tests the real zed CLI.
package zedtest

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tooltest"
)

var zed = tooltest.New("zed", "github.com/authzed/zed/cmd/zed")

// Binary returns the path of the zed CLI, built from its module in tools/zed. Where it can't be
// built the test is skipped; with TENANTRY_REQUIRE_ALL=1 it fails.
func Binary(t testing.TB) string {
	t.Helper()
	return zed.Binary(t)
}
