package openapi

import "encoding/json"

// Schema is what a value may be (JSON Schema 2020-12, as far as it is needed here).
type Schema struct {
	Ref         string           `json:"$ref,omitempty"`
	Type        Types            `json:"type,omitempty"`
	Description string           `json:"description,omitempty"`
	Format      string           `json:"format,omitempty"`
	Pattern     string           `json:"pattern,omitempty"`
	Enum        []string         `json:"enum,omitempty"`
	Minimum     *int             `json:"minimum,omitempty"`
	Maximum     *int             `json:"maximum,omitempty"`
	MaxItems    *int             `json:"maxItems,omitempty"`
	Items       *Schema          `json:"items,omitempty"`
	Properties  Members[*Schema] `json:"properties,omitempty"`
	Required    []string         `json:"required,omitempty"`
	// Additional says what members an object may have beside its properties; Nothing for none.
	Additional *Schema   `json:"additionalProperties,omitempty"`
	OneOf      []*Schema `json:"oneOf,omitempty"`

	never bool // the schema "false"
}

// Nothing is what no value is.
var Nothing = &Schema{never: true}

// MarshalJSON implements [json.Marshaler].
func (s *Schema) MarshalJSON() ([]byte, error) {
	if s.never {
		return []byte("false"), nil
	}
	type plain Schema
	return json.Marshal((*plain)(s))
}

// Types are the names of JSON types, one of which a value has.
type Types []string

// MarshalJSON implements [json.Marshaler].
func (t Types) MarshalJSON() ([]byte, error) {
	if len(t) == 1 {
		return json.Marshal(t[0])
	}
	return json.Marshal([]string(t))
}

// OneOf is a value of one of the schemas.
func OneOf(schemas ...*Schema) *Schema {
	if len(schemas) == 1 {
		return schemas[0]
	}
	return &Schema{OneOf: schemas}
}

// Text is any text.
func Text() *Schema { return &Schema{Type: Types{"string"}} }

// Among is one of some texts.
func Among(values ...string) *Schema { return &Schema{Type: Types{"string"}, Enum: values} }

// orNull also takes null.
func orNull(s *Schema) *Schema {
	if s.Ref != "" || len(s.OneOf) > 0 || len(s.Enum) > 0 {
		return OneOf(s, &Schema{Type: Types{"null"}})
	}
	nullable := *s
	nullable.Type = append(append(Types{}, s.Type...), "null")
	return &nullable
}
