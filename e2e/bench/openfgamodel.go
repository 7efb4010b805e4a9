package main

import (
	"bufio"
	"fmt"
	"strings"
)

// openfgaModel says in OpenFGA's words what a schema of SpiceDB says, so that both decide
// by the same rules. It knows what our schema uses: relations to types or to sets, and
// permissions that are sums of relations and arrows.
func openfgaModel(schema string) (map[string]any, error) {
	var types []map[string]any
	var current map[string]any
	for lines := bufio.NewScanner(strings.NewReader(schema)); lines.Scan(); {
		words := strings.Fields(lines.Text())
		if len(words) == 0 {
			continue
		}
		switch words[0] {
		case "definition":
			current = map[string]any{
				"type": words[1], "relations": map[string]any{},
				"metadata": map[string]any{"relations": map[string]any{}},
			}
			types = append(types, current)
		case "relation":
			define(current, strings.TrimSuffix(words[1], ":"), map[string]any{"this": map[string]any{}}, subjects(words[2:]))
		case "permission":
			define(current, words[1], sum(words[3:]), nil)
		case "caveat", "use":
			return nil, fmt.Errorf("the schema uses %s, which is not translated", words[0])
		}
	}
	return map[string]any{"schema_version": "1.1", "type_definitions": types}, nil
}

func define(current map[string]any, name string, rewrite map[string]any, subjects []map[string]string) {
	current["relations"].(map[string]any)[name] = rewrite
	if subjects != nil {
		metadata := current["metadata"].(map[string]any)["relations"].(map[string]any)
		metadata[name] = map[string]any{"directly_related_user_types": subjects}
	}
}

// subjects reads `machine | agent` and `group#member`.
func subjects(words []string) (subjects []map[string]string) {
	for _, word := range words {
		if word == "|" {
			continue
		}
		subject := map[string]string{}
		kind, relation, isSet := strings.Cut(word, "#")
		subject["type"] = kind
		if isSet {
			subject["relation"] = relation
		}
		subjects = append(subjects, subject)
	}
	return subjects
}

// sum reads `owner + group->own`.
func sum(words []string) map[string]any {
	var terms []map[string]any
	for _, word := range words {
		if word != "+" {
			terms = append(terms, term(word))
		}
	}
	if len(terms) == 1 {
		return terms[0]
	}
	return map[string]any{"union": map[string]any{"child": terms}}
}

func term(word string) map[string]any {
	from, name, isArrow := strings.Cut(word, "->")
	if !isArrow {
		return map[string]any{"computedUserset": map[string]any{"relation": word}}
	}
	return map[string]any{"tupleToUserset": map[string]any{
		"tupleset": map[string]any{"relation": from}, "computedUserset": map[string]any{"relation": name},
	}}
}
