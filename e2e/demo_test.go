package e2e

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestDemo runs the demo as a newcomer does, tries what it offers, and runs it again.
func TestDemo(t *testing.T) {
	dir := t.TempDir()
	p := start(t, dir, "demo")
	for _, line := range []string{
		"may omar view_agents in bakery?                       allowed",
		"may omar view_agents in clinic?                       denied   the link has ended",
		"may ivan manage_backup_configs in globex-berlin?      allowed  and nothing was lost",
		"may dora manage_agents in south?                      allowed  she reaches all that are delegated",
		"may nora use the module company-g/invoicing?          allowed  set at the team",
		"bo                            member of bookkeepers in nonstop, by team-william",
		"theo                          help_desk in nonstop",
		"may william access in company-g?                      denied   he has left them all",
		"nora                          all_tenant_permissions of team-william in nonstop",
		"may nils view the monitored_system erp-db?            allowed  by the link",
		"would notify alpine as an organization                suppressed: do-not-disturb",
		"would notify the owners of alpine                     alma, cora",
	} {
		require.Contains(t, p.seen(), line)
	}
	require.True(t, p.allowed(t, "omar", "view_agents", "bakery"))

	_, key, _ := strings.Cut(p.seen(), "console key (shown this one time): ")
	key, _, _ = strings.Cut(key, "\n")
	stdout, stderr, status := output(t, []string{"TENANTRY_KEY=" + key}, "org", "tree", "acme-msp", "--act-as", "mia", "--server", p.url)
	require.Zero(t, status, stderr)
	require.Equal(t, "acme-msp  Acme MSP\n├── bakery  Sunrise Bakery\n└── clinic  Hillside Clinic\n", stdout)
	require.Zero(t, p.stop(t))

	again := start(t, dir, "demo")
	require.Contains(t, again.seen(), "holds the demo already")
	require.True(t, again.allowed(t, "omar", "view_agents", "bakery"))
}

func TestTheDemoIsForAnEmptyDirectory(t *testing.T) {
	dir := t.TempDir()
	p := start(t, dir)
	p.root(t, "acme", "mia")
	require.Zero(t, p.stop(t))
	_, stderr, status := output(t, nil, "demo", "--data", dir, "--listen", "127.0.0.1:0", "--zed-listen", "127.0.0.1:0", "--auditor-listen", "127.0.0.1:0")
	require.Equal(t, 1, status)
	require.Contains(t, stderr, "holds other data")
}
