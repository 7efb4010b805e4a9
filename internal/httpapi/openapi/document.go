// Package openapi holds a description of an HTTP API in the form of OpenAPI 3.1, makes
// schemas of Go types, and renders the whole for people. It knows nothing of this API.
package openapi

import (
	"bytes"
	"encoding/json"
)

// Version is that of the form.
const Version = "3.1.0"

// Document is the description of an API. Lists keep their order, in JSON too: it is read by
// people as well.
type Document struct {
	OpenAPI    string        `json:"openapi"`
	Info       Info          `json:"info"`
	Servers    []Server      `json:"servers"`
	Tags       []Tag         `json:"tags"`
	Paths      Members[Path] `json:"paths"`
	Components Components    `json:"components"`
}

// Info is about the whole.
type Info struct {
	Title       string `json:"title"`
	Version     string `json:"version"`
	Description string `json:"description"`
}

// Server is where the API is, relative to the document.
type Server struct {
	URL string `json:"url"`
}

// Tag groups operations.
type Tag struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
}

// Path has its operations by method, in small letters.
type Path = Members[Operation]

// Operation is one method of a path.
type Operation struct {
	ID          string                `json:"operationId"`
	Tags        []string              `json:"tags"`
	Summary     string                `json:"summary"`
	Description string                `json:"description,omitempty"`
	Security    []map[string][]string `json:"security"` // one of them is enough; none at all is needed if it is empty
	Parameters  []Parameter           `json:"parameters,omitempty"`
	RequestBody *Body                 `json:"requestBody,omitempty"`
	Responses   Members[Response]     `json:"responses"`
}

// Parameter is a part of a path, of a query, or a header; or refers to one.
type Parameter struct {
	Ref         string  `json:"$ref,omitempty"`
	Name        string  `json:"name,omitempty"`
	In          string  `json:"in,omitempty"`
	Required    bool    `json:"required,omitempty"`
	Description string  `json:"description,omitempty"`
	Schema      *Schema `json:"schema,omitempty"`
}

// Body is that of a request.
type Body struct {
	Required bool             `json:"required"`
	Content  Members[Content] `json:"content"`
}

// Response is an answer with one status.
type Response struct {
	Description string           `json:"description"`
	Headers     Members[Header]  `json:"headers,omitempty"`
	Content     Members[Content] `json:"content,omitempty"`
}

// Header is one of an answer, or refers to one.
type Header struct {
	Ref         string  `json:"$ref,omitempty"`
	Description string  `json:"description,omitempty"`
	Schema      *Schema `json:"schema,omitempty"`
}

// Content is a text of one media type.
type Content struct {
	Schema *Schema `json:"schema"`
}

// Components are what others refer to.
type Components struct {
	SecuritySchemes Members[SecurityScheme] `json:"securitySchemes"`
	Parameters      Members[Parameter]      `json:"parameters"`
	Headers         Members[Header]         `json:"headers"`
	Schemas         Members[*Schema]        `json:"schemas"`
}

// SecurityScheme is a way to say who calls.
type SecurityScheme struct {
	Type        string `json:"type"`
	Scheme      string `json:"scheme"`
	Description string `json:"description"`
}

// Members are an object in JSON whose members keep their order.
type Members[T any] []Member[T]

// Member is one of them.
type Member[T any] struct {
	Name  string
	Value T
}

// Get returns the value of a member, the zero value if there is none.
func (m Members[T]) Get(name string) (value T, ok bool) {
	for _, member := range m {
		if member.Name == name {
			return member.Value, true
		}
	}
	return value, false
}

// Set gives a member a value, and makes it the last one if it is new.
func (m *Members[T]) Set(name string, value T) {
	for i := range *m {
		if (*m)[i].Name == name {
			(*m)[i].Value = value
			return
		}
	}
	*m = append(*m, Member[T]{name, value})
}

// MarshalJSON implements [json.Marshaler].
func (m Members[T]) MarshalJSON() ([]byte, error) {
	var text bytes.Buffer
	text.WriteByte('{')
	for i, member := range m {
		if i > 0 {
			text.WriteByte(',')
		}
		name, err := json.Marshal(member.Name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(member.Value)
		if err != nil {
			return nil, err
		}
		text.Write(append(append(name, ':'), value...))
	}
	text.WriteByte('}')
	return text.Bytes(), nil
}
