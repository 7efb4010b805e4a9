package httpapi

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

type sample struct {
	Name  string         `json:"name"`
	On    bool           `json:"on"`
	Patch *string        `json:"patch"`
	Count *int           `json:"count"`
	List  []string       `json:"list"`
	Inner tenancy.Object `json:"inner"`
	Plain string
}

func TestDecode(t *testing.T) {
	patch, count, less := "p", 12, -1
	for text, want := range map[string]sample{
		`{}`:                            {},
		" {\"name\":\"ä\"}\n":           {Name: "ä"},
		`{"name":"\u00e4\ud83d\ude00"}`: {Name: "ä😀"},
		`{"name":"","list":[],"inner":{"type":"t","id":"i"},"on":true,"patch":"p"}`: {List: []string{}, Inner: tenancy.Object{Type: "t", ID: "i"}, On: true, Patch: &patch},
		`{"list":["a","a"]}`:       {List: []string{"a", "a"}},
		`{"count":12 ,"name":"n"}`: {Count: &count, Name: "n"},
		`{"count":-1}`:             {Count: &less},
	} {
		var got sample
		require.NoError(t, decode([]byte(text), &got), text)
		require.Equal(t, want, got)
	}
}

// TestDecodeNull: what may be null is told from what is not given.
func TestDecodeNull(t *testing.T) {
	type body struct {
		Object *tenancy.Object  `json:"object"`
		Patch  **tenancy.Object `json:"patch"`
	}
	none, one := (*tenancy.Object)(nil), &tenancy.Object{Type: "t"}
	for text, want := range map[string]body{
		`{}`:                      {},
		`{"object":null}`:         {},
		`{"object":{"type":"t"}}`: {Object: one},
		`{"patch" : null }`:       {Patch: &none},
		`{"patch":{"type":"t"}}`:  {Patch: &one},
	} {
		var got body
		require.NoError(t, decode([]byte(text), &got), text)
		require.Equal(t, want, got, text)
	}
}

func TestDecodeRefuses(t *testing.T) {
	for text, detail := range map[string]string{
		``:                               "one JSON value",
		`{`:                              "one JSON value",
		`{}{}`:                           "one JSON value",
		`{}]`:                            "one JSON value",
		`{"name":"a",}`:                  "one JSON value",
		"{\"name\":\"\x00\"}":            "one JSON value",
		"\ufeff{}":                       "one JSON value",
		`{'name':'a'}`:                   "one JSON value",
		`null`:                           `The body must be an object`,
		`[]`:                             `The body must be an object`,
		`"x"`:                            `The body must be an object`,
		`1`:                              `The body must be an object`,
		`{"name":null}`:                  `"name" must be a text`,
		`{"name":1}`:                     `"name" must be a text`,
		`{"name":{}}`:                    `"name" must be a text`,
		`{"name":["a"]}`:                 `"name" must be a text`,
		`{"on":"true"}`:                  `"on" must be true or false`,
		`{"on":1}`:                       `"on" must be true or false`,
		`{"count":"1"}`:                  `"count" must be a whole number`,
		`{"count":null}`:                 `"count" must be a whole number`,
		`{"count":1.5}`:                  `"count" must be a whole number`,
		`{"count":1e2}`:                  `"count" must be a whole number`,
		`{"count":1.0}`:                  `"count" must be a whole number`,
		`{"count":99999999999999999999}`: `"count" must be a whole number`,
		`{"count":[1]}`:                  `"count" must be a whole number`,
		`{"patch":null}`:                 `"patch" must be a text`,
		`{"list":null}`:                  `"list" must be a list`,
		`{"list":"a"}`:                   `"list" must be a list`,
		`{"list":["a",null]}`:            `"list" must be a text`,
		`{"inner":null}`:                 `"inner" must be an object`,
		`{"inner":[]}`:                   `"inner" must be an object`,
		`{"inner":{"type":1}}`:           `"inner.type" must be a text`,
		`{"inner":{"x":1}}`:              `"inner.x" is not known`,
		`{"x":1}`:                        `"x" is not known`,
		`{"":1}`:                         `"" is not known`,
		`{"Name":"a"}`:                   `"Name" is not known`,
		`{"Plain":"a"}`:                  `"Plain" is not known`,
		`{"name":"a","name":"a"}`:        `"name" is given more than once`,
		`{"name":"a","n\u0061me":1}`:     `"name" is given more than once`,
		"{\"name\":\"\xff\"}":            "no character",
		"{\"\xff\":1}":                   "is not known",
		`{"name":"\ud800"}`:              "no character",
		`{"name":"\u0000"}`:              "no character",
	} {
		var got sample
		err := decode([]byte(text), &got)
		refusal, ok := tenancy.AsError(err)
		require.True(t, ok, "%s: %v", text, err)
		require.Equal(t, tenancy.CodeMalformed, refusal.Code)
		require.Contains(t, refusal.Detail, detail, text)
	}
}

// Attack 34: nothing is followed deeper than a body can be.
func TestDecodeDeep(t *testing.T) {
	for _, open := range []string{`[`, `{"inner":`, `{"x":`} {
		require.Error(t, decode([]byte(strings.Repeat(open, 1_000_000)), &sample{}))
	}
	deep := strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000)
	require.ErrorContains(t, decode([]byte(deep), &sample{}), "must be an object")
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"name":"a","inner":{"type":"t"},"list":["x"]}`))
	f.Add([]byte(` { "name" : "\\\"\u00e4\ud83d\ude00\/" , "list" : [ "\\" , "" ] , "on" : false , "patch" : "" } `))
	f.Add([]byte("{\"on\":true,\"inner\":{},\"list\":[],\"name\":\"\xff\"}"))
	f.Fuzz(func(t *testing.T, text []byte) {
		var got sample
		if err := decode(text, &got); err != nil {
			refusal, ok := tenancy.AsError(err)
			require.True(t, ok)
			require.Equal(t, tenancy.CodeMalformed, refusal.Code)
			return
		}
		var want sample
		require.NoError(t, json.Unmarshal(text, &want))
		require.Equal(t, want, got)
	})
}

func BenchmarkDecode(b *testing.B) {
	text := []byte(`{"subject":{"type":"user","id":"usr_0123456789"},"permission":"manage_agents","resource":{"type":"organization","id":"org_0123456789"}}`)
	b.ReportAllocs()
	for b.Loop() {
		var in struct {
			Subject    tenancy.Object `json:"subject"`
			Permission string         `json:"permission"`
			Resource   tenancy.Object `json:"resource"`
			AtLeast    string         `json:"at_least"`
		}
		if err := decode(text, &in); err != nil {
			b.Fatal(err)
		}
	}
}
