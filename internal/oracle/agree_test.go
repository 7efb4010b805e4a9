package oracle_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/oracle"
)

// agree compares two answers.
func agree(r oracle.Request, want oracle.Answer, got reply) error {
	if want.Status != got.status || want.Code != got.code() {
		return fmt.Errorf("the rules say %d %s, the service %d %s", want.Status, want.Code, got.status, got.text)
	}
	if want.Would != nil {
		return agreeDryRun(r, want, got)
	}
	if want.Status >= 300 || want.Repeated {
		return nil
	}
	if want.Shown != nil {
		shown := got.json
		if _, asked := want.Shown.(map[string]any)["allowed"]; asked {
			shown = map[string]any{"allowed": got.json["allowed"]}
		}
		return same("what is shown", want.Shown, shown)
	}
	if items, isList := got.json["items"]; isList && r.Method == "GET" && !strings.Contains(r.Path, "/audit") || strings.Contains(r.Path, "/lookup/") {
		return same("the list", orNone(want.Items), items)
	}
	return nil
}

func orNone(items []any) []any {
	if items == nil {
		return []any{}
	}
	return items
}

func same(what string, want, got any) error {
	a, b := plain(want), plain(got)
	if reflect.DeepEqual(a, b) {
		return nil
	}
	if these, isList := a.([]any); isList {
		those, _ := b.([]any)
		a, b = without(these, those), without(those, these)
	}
	return fmt.Errorf("%s differs\n  rules    %s\n  service  %s", what, text(a), text(b))
}

// without are the items of a list that another one lacks.
func without(list, other []any) (rest []any) {
	for _, item := range list {
		if !slices.ContainsFunc(other, func(o any) bool { return reflect.DeepEqual(o, item) }) {
			rest = append(rest, item)
		}
	}
	return rest
}

func text(v any) string {
	out, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(out)
}

// agreeDryRun compares what a dry run tells. Who is gained and lost is the difference of all
// decisions; of that others than the platform and consoles see a part.
func agreeDryRun(r oracle.Request, want oracle.Answer, got reply) error {
	would, _ := got.json["would"].(map[string]any)
	status, _ := would["status"].(float64)
	code, _ := would["code"].(string)
	if int(status) != want.Would.Status || code != want.Would.Code {
		return fmt.Errorf("the rules say that it would be %d %s, the service %s", want.Would.Status, want.Would.Code, got.text)
	}
	for name, all := range map[string][]oracle.Question{"gained": want.Gained, "lost": want.Lost} {
		told := texts(got.json[name])
		expected := []string{}
		for _, q := range all {
			expected = append(expected, question(q))
		}
		for _, q := range told {
			if !slices.Contains(expected, q) {
				return fmt.Errorf("the service tells of %s %s, the rules do not", name, q)
			}
		}
		if whole := got.json["truncated"] == false && r.User == ""; whole && len(told) != len(expected) {
			return fmt.Errorf("the service tells that these are %s: %s, the rules %s", name, told, expected)
		}
	}
	return nil
}

func texts(list any) (texts []string) {
	items, _ := list.([]any)
	for _, item := range items {
		q, _ := item.(map[string]any)
		texts = append(texts, fmt.Sprintf("%s %v %s", object(q["subject"]), q["permission"], object(q["resource"])))
	}
	return texts
}

func object(v any) string {
	o, _ := v.(map[string]any)
	return fmt.Sprintf("%v:%v", o["type"], o["id"])
}

func question(q oracle.Question) string {
	return fmt.Sprintf("%s:%s %s %s:%s", q.Subject.Type, q.Subject.ID, q.Permission, q.Resource.Type, q.Resource.ID)
}
