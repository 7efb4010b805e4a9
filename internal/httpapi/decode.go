package httpapi

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
)

// decode reads one JSON value into a struct, strictly. encoding/json alone takes unknown,
// repeated and re-cased names, null for anything, and characters that are none; here each
// of them is malformed, and the answer names the field.
func decode(text []byte, into any) error {
	if !json.Valid(text) {
		return malformed("The body is not one JSON value.")
	}
	f := form{json.NewDecoder(bytes.NewReader(text))}
	f.decoder.UseNumber()
	if err := f.value(reflect.TypeOf(into).Elem(), ""); err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return malformed("The body is not readable.")
	}
	return nil
}

// form compares a valid JSON text with a type, token by token, no deeper than the type.
type form struct{ decoder *json.Decoder }

// value compares the next value. field is its name, "" for the whole body.
func (f form) value(t reflect.Type, field string) error {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	token, err := f.decoder.Token()
	if err != nil {
		return malformed("The body is not one JSON value.")
	}
	switch token := token.(type) {
	case string:
		if t.Kind() == reflect.String && !isText(token) {
			return malformed("%s holds what is no character.", named(field))
		}
		return expect(t, field, reflect.String)
	case bool:
		return expect(t, field, reflect.Bool)
	case json.Delim:
		if token == '[' {
			return f.array(t, field)
		}
		return f.object(t, field)
	}
	return errType(t, field) // a number, or null: no field takes one
}

func (f form) array(t reflect.Type, field string) error {
	if err := expect(t, field, reflect.Slice); err != nil {
		return err
	}
	for f.decoder.More() {
		if err := f.value(t.Elem(), field); err != nil {
			return err
		}
	}
	_, err := f.decoder.Token()
	return err
}

func (f form) object(t reflect.Type, field string) error {
	if err := expect(t, field, reflect.Struct); err != nil {
		return err
	}
	seen := map[string]bool{}
	for f.decoder.More() {
		token, err := f.decoder.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string) // valid JSON has nothing else here
		inner := join(field, name)
		member, known := member(t, name)
		if !known {
			return malformed("The field %.100q is not known here.", inner)
		}
		if seen[name] {
			return malformed("The field %q is given more than once.", inner)
		}
		seen[name] = true
		if err := f.value(member, inner); err != nil {
			return err
		}
	}
	_, err := f.decoder.Token()
	return err
}

// member is the type of the field whose JSON name is exactly this. Structs of bodies are
// small, so it looks through them.
func member(t reflect.Type, name string) (reflect.Type, bool) {
	for i := range t.NumField() {
		tag, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if tag != "" && tag == name {
			return t.Field(i).Type, true
		}
	}
	return nil, false
}

func expect(t reflect.Type, field string, kind reflect.Kind) error {
	if t.Kind() != kind {
		return errType(t, field)
	}
	return nil
}

// kindNames are the words for what a field takes.
var kindNames = map[reflect.Kind]string{
	reflect.String: "a text",
	reflect.Bool:   "true or false",
	reflect.Slice:  "a list",
	reflect.Struct: "an object",
}

func errType(t reflect.Type, field string) error {
	return malformed("%s must be %s.", named(field), kindNames[t.Kind()])
}

func named(field string) string {
	if field == "" {
		return "The body"
	}
	return "The field \"" + field + "\""
}

func join(outer, inner string) string {
	if outer == "" {
		return inner
	}
	return outer + "." + inner
}
