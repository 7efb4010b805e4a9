package tenancy_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestR61AdministratorsAreNotified by the role that each holds there: of the account in
// the root, of the subaccounts where they are delegated.
func TestR61AdministratorsAreNotified(t *testing.T) {
	w := account(t)
	w.administrator("ada", inAll("read_only", "administrator"))
	w.administrator("art", inAll("help_desk", "help_desk"))
	for target, want := range map[string][]string{
		"organization acme":       {"ada", "art", "gil", "olga"},
		"organization shop":       {"ada", "art", "gil", "olga", "sam"},
		"organization farm":       {"finn"}, // isolated
		"role read_only acme":     {"ada"},
		"role read_only shop":     nil,
		"role administrator acme": nil,
		"role administrator shop": {"ada"},
		"role help_desk acme":     {"art"},
		"role help_desk kiosk":    {"art"},
		"role owner shop":         {"gil", "olga", "sam"}, // D-4
		"role owner farm":         {"finn"},
		"role administrator farm": nil,
		"user ada shop":           {"ada"},
		"user ada farm":           nil,
		"group bosses shop":       {"gil"},
	} {
		require.Equal(t, want, w.recipients(target), target)
	}
}
