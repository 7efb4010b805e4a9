package openapi_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/httpapi/openapi"
)

type colour string

type inner struct {
	N int64 `json:"n"`
}

type embedded struct {
	E string `json:"e"`
}

type answer struct {
	embedded
	Text    string            `json:"text"`
	At      *string           `json:"at"`
	Gone    string            `json:"gone,omitempty"`
	List    []inner           `json:"list"`
	Maybe   []colour          `json:"maybe" api:"null"`
	Inner   *inner            `json:"inner"`
	Colour  *colour           `json:"colour"`
	Detail  map[string]string `json:"detail"`
	Same    []answer          `json:"same"`
	private string
	Hidden  bool `json:"-"`
}

type wantInput struct {
	Must  string  `json:"must" api:"required"`
	May   *string `json:"may"`
	Null  *inner  `json:"null"`
	Twice **inner `json:"twice"`
}

func reflector() *openapi.Reflector {
	return &openapi.Reflector{
		Name:  func(t reflect.Type) string { return t.Name() },
		Input: func(t reflect.Type) bool { return strings.HasSuffix(t.Name(), "Input") },
		Words: func(schema, field string) (string, string) {
			if field == "at" {
				return schema + " " + field, "date-time"
			}
			return "", ""
		},
		Known: func(t reflect.Type) (*openapi.Schema, bool) {
			return openapi.Among("red", "blue"), t == reflect.TypeFor[colour]()
		},
	}
}

// schemaOf is the schema of a type, as it is written.
func schemaOf[T any](t *testing.T) string {
	t.Helper()
	r := reflector()
	name := reflect.TypeFor[T]().Name()
	require.Equal(t, "#/components/schemas/"+name, r.Of(reflect.TypeFor[T]()).Ref)
	s, ok := r.Schemas.Get(name)
	require.True(t, ok)
	text, err := json.Marshal(s)
	require.NoError(t, err)
	return string(text)
}

// What is encoded has its fields in their order, all of them but those that may be missing,
// and nothing else.
func TestSchemaOfAnAnswer(t *testing.T) {
	_ = answer{private: ""}
	require.Equal(t, `{"type":"object","properties":{`+ //nolint:testifylint // the order counts
		`"e":{"type":"string"},"text":{"type":"string"},`+
		`"at":{"type":["string","null"],"description":"answer at","format":"date-time"},`+
		`"gone":{"type":"string"},"list":{"type":"array","items":{"$ref":"#/components/schemas/inner"}},`+
		`"maybe":{"type":["array","null"],"items":{"type":"string","enum":["red","blue"]}},`+
		`"inner":{"oneOf":[{"$ref":"#/components/schemas/inner"},{"type":"null"}]},`+
		`"colour":{"oneOf":[{"type":"string","enum":["red","blue"]},{"type":"null"}]},`+
		`"detail":{"type":"object","additionalProperties":{"type":"string"}},`+
		`"same":{"type":"array","items":{"$ref":"#/components/schemas/answer"}}},`+
		`"required":["e","text","at","list","maybe","inner","colour","detail","same"],"additionalProperties":false}`,
		schemaOf[answer](t))
}

// What is decoded may lack all that it need not have; null is taken for structs alone.
func TestSchemaOfAnInput(t *testing.T) {
	require.Equal(t, `{"type":"object","properties":{`+ //nolint:testifylint // the order counts
		`"must":{"type":"string"},"may":{"type":"string"},`+
		`"null":{"oneOf":[{"$ref":"#/components/schemas/inner"},{"type":"null"}]},`+
		`"twice":{"oneOf":[{"$ref":"#/components/schemas/inner"},{"type":"null"}]}},`+
		`"required":["must"],"additionalProperties":false}`, schemaOf[wantInput](t))
}

// What is open may hold more than its fields.
func TestSchemaOfWhatIsOpen(t *testing.T) {
	r := reflector()
	r.Open = func(t reflect.Type) bool { return t == reflect.TypeFor[inner]() }
	r.Of(reflect.TypeFor[wantInput]())
	for name, closed := range map[string]bool{"inner": false, "wantInput": true} {
		s, _ := r.Schemas.Get(name)
		require.Equal(t, closed, s.Additional == openapi.Nothing, name)
	}
}

type unsaid string

// A type that does not speak for itself is not guessed.
func TestTypesThatNobodySpokeOf(t *testing.T) {
	for _, unknown := range []reflect.Type{reflect.TypeFor[unsaid](), reflect.TypeFor[any](), reflect.TypeFor[func()]()} {
		require.Panics(t, func() { reflector().Of(unknown) }, unknown.String())
	}
}
