package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestExplainIsATree: what ways have in common stands there once, and nothing of a name
// steers the terminal.
func TestExplainIsATree(t *testing.T) {
	link := `{"resource":{"type":"organization","id":"shop"},"relation":"linked_group","subject":{"type":"group","id":"ops"},"text":"*Ops* is linked to *Shop*."}`
	claim := func(name string) string {
		return `{"resource":{"type":"group","id":"ops"},"relation":"claim_` + name + `","subject":{"type":"group","id":"ops","relation":"member"},"text":"*Ops* carries ` + name + `."}`
	}
	member := `{"resource":{"type":"group","id":"ops"},"relation":"member","subject":{"type":"user","id":"max"},"text":"Max\u001b[2J is a member of *Ops*."}`
	owner := `{"resource":{"type":"organization","id":"shop"},"relation":"owner","subject":{"type":"user","id":"max"},"text":"Max owns *Shop*."}`
	path := func(steps ...string) string { return "[" + strings.Join(steps, ",") + "]" }
	text := `{"allowed":true,"text":"Max has it.","paths":` + path(path(link, claim("x"), member), path(link, claim("y"), member), path(owner)) + `}`
	var answer explainAnswer
	require.NoError(t, json.Unmarshal([]byte(text), &answer))
	var out strings.Builder
	answer.print(&out)
	require.Equal(t, `allowed: Max has it.
├─ *Ops* is linked to *Shop*.  organization:shop#linked_group@group:ops
│  ├─ *Ops* carries x.  group:ops#claim_x@group:ops#member
│  │  └─ "Max\x1b[2J is a member of *Ops*."  group:ops#member@user:max
│  └─ *Ops* carries y.  group:ops#claim_y@group:ops#member
│     └─ "Max\x1b[2J is a member of *Ops*."  group:ops#member@user:max
└─ Max owns *Shop*.  organization:shop#owner@user:max
`, out.String())
}
