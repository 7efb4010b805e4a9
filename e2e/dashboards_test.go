package e2e

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Dashboards and alerts ask for metrics, labels and operations that nodes have. One that is
// misspelled would be silent for ever.
func TestDashboardsAskWhatNodesTell(t *testing.T) {
	p := start(t, t.TempDir())
	p.root(t, "acme", "mia")
	p.allowed(t, "mia", "own", "acme")
	p.must(t, "", "GET", "/healthz", nil)
	p.must(t, "", "GET", "/readyz", nil)
	p.as(t, "mia", "POST", "/v1/self/check", map[string]any{})
	p.as(t, "", "POST", "/access/v1/evaluation", map[string]any{})
	told := metricsOf(t, p)

	asked := regexp.MustCompile(`\b((?:tenantry|process|go)_\w+)(?:\{([^}]*)\})?`)
	matcher := regexp.MustCompile(`(\w+)(=~|!~|!=|=)"([^"]*)"`)
	for _, expression := range expressions(t) {
		for _, series := range asked.FindAllStringSubmatch(expression, -1) {
			name, matchers := series[1], series[2]
			if !assertTold(t, told, name) {
				continue
			}
			for _, m := range matcher.FindAllStringSubmatch(matchers, -1) {
				label, values := m[1], strings.Split(m[3], "|")
				if label == "job" || label == "instance" {
					continue // Prometheus adds them
				}
				require.NotEmpty(t, told[name][label], "%s has no label %s: %s", name, label, expression)
				if label == "operation" {
					require.Subset(t, told[name][label], values, "%s tells of no such operation: %s", name, expression)
				}
			}
		}
	}
}

func assertTold(t *testing.T, told map[string]map[string][]string, name string) bool {
	t.Helper()
	_, ok := told[name]
	if !ok {
		t.Errorf("no node tells %s", name)
	}
	return ok
}

// expressions are all queries of the dashboards, and all lines of the alerts.
func expressions(t *testing.T) []string {
	t.Helper()
	alerts, err := os.ReadFile("../deploy/alerts.yaml")
	require.NoError(t, err)
	text, err := os.ReadFile("../deploy/grafana/tenantry.json")
	require.NoError(t, err)
	var dashboard struct {
		Panels []struct{ Targets []struct{ Expr string } }
	}
	require.NoError(t, json.Unmarshal(text, &dashboard))
	queries := strings.Split(string(alerts), "\n")
	for _, panel := range dashboard.Panels {
		for _, target := range panel.Targets {
			queries = append(queries, target.Expr)
		}
	}
	return queries
}

// metricsOf are the names that a node exports, each with the values of its labels.
func metricsOf(t *testing.T, p *process) map[string]map[string][]string {
	t.Helper()
	response, err := http.Get(p.url + "/metrics")
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	series := regexp.MustCompile(`(?m)^(\w+)(?:\{(.*)\})? `)
	label := regexp.MustCompile(`(\w+)="([^"]*)"`)
	told := map[string]map[string][]string{}
	for _, line := range series.FindAllStringSubmatch(string(text), -1) {
		if told[line[1]] == nil {
			told[line[1]] = map[string][]string{}
		}
		for _, l := range label.FindAllStringSubmatch(line[2], -1) {
			told[line[1]][l[1]] = append(told[line[1]][l[1]], l[2])
		}
	}
	return told
}
