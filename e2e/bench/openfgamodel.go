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
	var types []openfgaType
	for lines := bufio.NewScanner(strings.NewReader(schema)); lines.Scan(); {
		words := strings.Fields(lines.Text())
		if len(words) == 0 {
			continue
		}
		switch words[0] {
		case "definition":
			types = append(types, newOpenFGAType(words[1]))
		case "relation":
			types[len(types)-1].define(strings.TrimSuffix(words[1], ":"), map[string]any{"this": map[string]any{}}, subjects(words[2:]))
		case "permission":
			types[len(types)-1].define(words[1], sum(words[3:]), nil)
		case "caveat", "use":
			return nil, fmt.Errorf("the schema uses %s, which is not translated", words[0])
		}
	}
	return map[string]any{"schema_version": "1.1", "type_definitions": types}, nil
}

// openfgaType is one type of a model. Relations says how each relation follows, and Metadata
// what may stand in it directly.
type openfgaType struct {
	Type      string                    `json:"type"`
	Relations map[string]map[string]any `json:"relations"`
	Metadata  struct {
		Relations map[string]openfgaSubjects `json:"relations"`
	} `json:"metadata"`
}

type openfgaSubjects struct {
	Types []map[string]string `json:"directly_related_user_types"`
}

func newOpenFGAType(name string) openfgaType {
	t := openfgaType{Type: name, Relations: map[string]map[string]any{}}
	t.Metadata.Relations = map[string]openfgaSubjects{}
	return t
}

func (t openfgaType) define(name string, rewrite map[string]any, subjects []map[string]string) {
	t.Relations[name] = rewrite
	if subjects != nil {
		t.Metadata.Relations[name] = openfgaSubjects{subjects}
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
