package main

import (
	"encoding/json"
	"testing"

	"github.com/tenantry/tenantry/schema"
)

func TestModel(t *testing.T) {
	model, err := openfgaModel(`
definition user {}

/** Words of a comment are no rules. */
definition group {
	relation member: user | group#member
	relation home: group
	permission use = member
	permission view = use + home->view
}`)
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(model)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"schema_version":"1.1","type_definitions":[` +
		`{"type":"user","relations":{},"metadata":{"relations":{}}},` +
		`{"type":"group","relations":{"home":{"this":{}},"member":{"this":{}},` +
		`"use":{"computedUserset":{"relation":"member"}},` +
		`"view":{"union":{"child":[{"computedUserset":{"relation":"use"}},` +
		`{"tupleToUserset":{"computedUserset":{"relation":"view"},"tupleset":{"relation":"home"}}}]}}},` +
		`"metadata":{"relations":{"home":{"directly_related_user_types":[{"type":"group"}]},` +
		`"member":{"directly_related_user_types":[{"type":"user"},{"relation":"member","type":"group"}]}}}}]}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestModelOfTheSchema(t *testing.T) {
	model, err := openfgaModel(schema.Text)
	if err != nil {
		t.Fatal(err)
	}
	if types := model["type_definitions"].([]openfgaType); len(types) < 10 {
		t.Errorf("%d types", len(types))
	}
	if _, err := openfgaModel("caveat late(now timestamp) { true }"); err == nil {
		t.Error("a caveat was translated")
	}
}
