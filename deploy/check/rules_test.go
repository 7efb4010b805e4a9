package check

import (
	"encoding/json"
	"log/slog"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
	"sigs.k8s.io/yaml"
)

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Prometheus takes the rules, and PrometheusRule has the same.
func TestAlerts(t *testing.T) {
	text := readFile(t, "../alerts.yaml")
	_, errs := rulefmt.Parse(text, false, model.UTF8Validation, parser.NewParser(parser.Options{}), slog.New(slog.DiscardHandler))
	for _, err := range errs {
		t.Error(err)
	}
	var plain map[string]any
	if err := yaml.Unmarshal(text, &plain); err != nil {
		t.Fatal(err)
	}
	if rules := read(t).rules; len(rules) != 1 || !reflect.DeepEqual(rules[0].Spec, plain) {
		t.Error("kubernetes/monitoring.yaml has other rules than alerts.yaml")
	}
}

// The runbook has a part for each alert, with its four questions, and no other part.
func TestRunbook(t *testing.T) {
	var rules struct {
		Groups []struct {
			Rules []struct {
				Alert       string            `json:"alert"`
				Labels      map[string]string `json:"labels"`
				Annotations map[string]string `json:"annotations"`
			} `json:"rules"`
		} `json:"groups"`
	}
	if err := yaml.Unmarshal(readFile(t, "../alerts.yaml"), &rules); err != nil {
		t.Fatal(err)
	}
	parts := map[string]string{}
	for _, part := range strings.Split(string(readFile(t, "../RUNBOOK.md")), "\n## ")[1:] {
		name, text, _ := strings.Cut(part, "\n")
		parts[name] = text
	}
	for _, group := range rules.Groups {
		for _, rule := range group.Rules {
			text, ok := parts[rule.Alert]
			if !ok {
				t.Errorf("the runbook has no part %s", rule.Alert)
			}
			for _, question := range []string{"**Means**", "**People see**", "**Look**", "**do**"} {
				if !strings.Contains(strings.ReplaceAll(text, "**Do**", "**do**"), question) {
					t.Errorf("the runbook does not say of %s: %s", rule.Alert, question)
				}
			}
			if want := "RUNBOOK.md#" + strings.ToLower(rule.Alert); rule.Annotations["runbook_url"] != want || rule.Annotations["summary"] == "" {
				t.Errorf("%s does not lead to %s, or has no summary", rule.Alert, want)
			}
			if !slices.Contains([]string{"critical", "warning", "info"}, rule.Labels["severity"]) {
				t.Errorf("%s has the severity %q", rule.Alert, rule.Labels["severity"])
			}
			delete(parts, rule.Alert)
		}
	}
	for name := range parts {
		t.Errorf("the runbook has a part %s, and there is no such alert", name)
	}
}

// Every panel of the dashboard asks something that Prometheus understands, and has a place of
// its own.
func TestDashboard(t *testing.T) {
	var dashboard struct {
		Panels []struct {
			ID      int
			Title   string
			Type    string
			GridPos struct{ H, W, X, Y int }
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(readFile(t, "../grafana/tenantry.json"), &dashboard); err != nil {
		t.Fatal(err)
	}
	variable := regexp.MustCompile(`\$__rate_interval`)
	ids, cells := map[int]bool{}, map[[2]int]string{}
	for _, panel := range dashboard.Panels {
		if ids[panel.ID] {
			t.Errorf("%s: another panel has its id", panel.Title)
		}
		ids[panel.ID] = true
		if panel.Type != "row" && len(panel.Targets) == 0 {
			t.Errorf("%s asks nothing", panel.Title)
		}
		for _, target := range panel.Targets {
			if _, err := parser.NewParser(parser.Options{}).ParseExpr(variable.ReplaceAllString(target.Expr, "5m")); err != nil {
				t.Errorf("%s: %s: %v", panel.Title, target.Expr, err)
			}
		}
		for x := panel.GridPos.X; x < panel.GridPos.X+panel.GridPos.W; x++ {
			for y := panel.GridPos.Y; y < panel.GridPos.Y+panel.GridPos.H; y++ {
				if other, taken := cells[[2]int{x, y}]; taken || x >= 24 {
					t.Fatalf("%s lies over %q, or beside the page", panel.Title, other)
				}
				cells[[2]int{x, y}] = panel.Title
			}
		}
	}
}
