package authzen

import (
	"context"
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// deciding notes what it is asked, and allows it.
type deciding struct {
	Decider
	asked []tenancy.Check
}

func (d *deciding) CheckEach(_ context.Context, _ tenancy.Caller, checks []tenancy.Check) ([]tenancy.Answer, error) {
	d.asked = append(d.asked, checks...)
	answers := make([]tenancy.Answer, len(checks))
	for i := range answers {
		answers[i].Allowed = true
	}
	return answers, nil
}

// FuzzEvaluation: a body is refused, or asked about is what any reader of JSON finds in it.
func FuzzEvaluation(f *testing.F) {
	f.Add([]byte(`{"subject":{"type":"user","id":"mia"},"action":{"name":"own"},"resource":{"type":"organization","id":"acme"}}`))
	f.Add([]byte(`{"subject":{"type":"user","id":"a","id":"b"},"action":{"name":"x"},"resource":{"type":"o","id":"i"}}`))
	f.Add([]byte(`{"Subject":{"type":"user"},"subject":{"type":"u","id":"\ud800","properties":{"x":1}},"action":{"name":"own"},"resource":{"type":"o","id":"i"},"context":{}}`))
	f.Add([]byte(`{"subject":null,"action":[],"resource":"x"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		d := &deciding{}
		decision, err := PDP{Decider: d}.Evaluation(t.Context(), body)
		if err != nil {
			requireMalformed(t, err)
			require.Empty(t, d.asked)
			return
		}
		require.True(t, decision.Decision)
		var read map[string]any
		require.NoError(t, json.Unmarshal(body, &read))
		part := func(of, name string) string { return read[of].(map[string]any)[name].(string) }
		require.Equal(t, []tenancy.Check{{Question: tenancy.Question{
			Subject:    tenancy.Object{Type: part("subject", "type"), ID: part("subject", "id")},
			Permission: part("action", "name"),
			Resource:   tenancy.Object{Type: part("resource", "type"), ID: part("resource", "id")},
		}}}, d.asked)
	})
}

// FuzzEvaluations: of several, each has an answer of its own, up to the first that ends them.
func FuzzEvaluations(f *testing.F) {
	f.Add([]byte(`{"subject":{"type":"user","id":"mia"},"action":{"name":"own"},"evaluations":[{"resource":{"type":"organization","id":"acme"}},{}]}`))
	f.Add([]byte(`{"evaluations":[null,1,{"subject":{"type":"u","id":"i"},"action":{"name":"a"},"resource":{"type":"t","id":"i"}}],"options":{"evaluations_semantic":"permit_on_first_permit"}}`))
	f.Add([]byte(`{"evaluations":{},"options":[]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		d := &deciding{}
		failure := func(err error) Failure { requireMalformed(t, err); return Failure{Status: 400} }
		answer, err := PDP{Decider: d, Failure: failure}.Evaluations(t.Context(), body)
		if err != nil {
			requireMalformed(t, err)
			return
		}
		var read struct {
			Evaluations []json.RawMessage `json:"evaluations"`
		}
		if several, ok := answer.(Decisions); ok {
			require.NoError(t, json.Unmarshal(body, &read))
			require.LessOrEqual(t, len(several.Evaluations), len(read.Evaluations))
			require.LessOrEqual(t, len(d.asked), len(read.Evaluations))
			for _, decision := range several.Evaluations {
				require.NotEqual(t, decision.Decision, decision.Context != nil, "allowed, or with its fault")
			}
		}
	})
}

// FuzzSearch: what is searched for is what stands in the body, and its page is one that can be.
func FuzzSearch(f *testing.F) {
	f.Add("subject", []byte(`{"subject":{"type":"user"},"action":{"name":"own"},"resource":{"type":"organization","id":"acme"},"page":{"size":5,"next_token":"x"}}`))
	f.Add("action", []byte(`{"subject":{"type":"user","id":"a"},"resource":{"type":"o","id":"i"},"page":{"limit":1e9}}`))
	f.Add("resource", []byte(`{"page":null}`))
	f.Fuzz(func(t *testing.T, what string, body []byte) {
		if !slices.Contains([]string{"subject", "resource", "action"}, what) {
			return
		}
		if _, err := ReadSearch(what, body); err != nil {
			requireMalformed(t, err)
			return
		}
		var read map[string]any
		require.NoError(t, json.Unmarshal(body, &read))
		for _, name := range []string{"subject", "resource", "action"} {
			if name != what {
				require.NotEmpty(t, read[name], "a search for a %s without a %s", what, name)
			}
		}
	})
}

func requireMalformed(t *testing.T, err error) {
	t.Helper()
	refusal, ok := tenancy.AsError(err)
	require.True(t, ok, "%v", err)
	require.Equal(t, tenancy.CodeMalformed, refusal.Code)
}

// FuzzMapping: a file is refused in one line, or each of its names has one of ours.
func FuzzMapping(f *testing.F) {
	f.Add("subject_types: {person: user}\nresource_types: {record: machine}\nactions:\n  record: {read: view, write: manage}\n")
	f.Add("actions: {organization: {x: own}, spaceship: {}}")
	f.Add("subject_types: &a {a: *a}")
	f.Add("subject_types: [user]\n---\nx: y")
	f.Add("? {a: b}\n: c")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := parseMapping([]byte(text))
		if err != nil {
			require.NotContains(t, err.Error(), "\n")
			return
		}
		for theirs := range m.SubjectTypes {
			require.Contains(t, tenancy.SubjectTypes(), m.subjectType(theirs))
		}
		for theirs := range m.ResourceTypes {
			require.Contains(t, tenancy.ResourceTypes(), m.resourceType(theirs))
		}
		for theirs, actions := range m.Actions {
			require.Len(t, m.actions(theirs), len(actions))
			for action := range actions {
				require.Contains(t, tenancy.PermissionsOf(m.resourceType(theirs)), m.permission(theirs, action))
			}
		}
	})
}
