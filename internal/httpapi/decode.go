package httpapi

import (
	"encoding/json"
	"reflect"
	"strconv"
)

// decode reads one JSON value into a struct, strictly. encoding/json alone takes unknown,
// repeated and re-cased names, null for anything, and characters that are none; here each
// of them is malformed, and the answer names the field.
func decode(text []byte, into any) error {
	if !json.Valid(text) {
		return malformed("The body is not one JSON value.")
	}
	f := form{scan{text: text}}
	return f.value(reflect.ValueOf(into).Elem(), "")
}

// form fills a value from a valid JSON text, in one walk and no deeper than the value's
// type. What it refuses leaves the value half filled.
type form struct{ scan }

// value reads the next value. field is its name, "" for the whole body. A pointer to an
// object takes null, which leaves it nil; a pointer to such a pointer tells null from what is
// not given.
func (f *form) value(into reflect.Value, field string) error {
	if into.Kind() == reflect.Pointer {
		if into.Type().Elem().Kind() == reflect.Struct && f.null() {
			return nil
		}
		into.Set(reflect.New(into.Type().Elem()))
		return f.value(into.Elem(), field)
	}
	if several, ok := into.Addr().Interface().(severalForms); ok {
		return several.read(func(into any) error { return f.value(reflect.ValueOf(into).Elem(), field) }, f.peek())
	}
	kind := into.Kind()
	switch first := f.peek(); {
	case first == '"' && kind == reflect.String:
		return f.string(into, field)
	case (first == 't' || first == 'f') && kind == reflect.Bool:
		into.SetBool(f.boolean())
		return nil
	case kind == reflect.Int && (first == '-' || '0' <= first && first <= '9'):
		return f.integer(into, field)
	case first == '[' && kind == reflect.Slice:
		return f.array(into, field)
	case first == '{' && kind == reflect.Struct:
		return f.object(into, field)
	}
	return errType(kind, field) // null where none is taken
}

// integer takes no fraction and no exponent, even if the number is a whole one.
func (f *form) integer(into reflect.Value, field string) error {
	n, err := strconv.Atoi(f.number())
	if err != nil {
		return errType(reflect.Int, field)
	}
	into.SetInt(int64(n))
	return nil
}

// severalForms is a field that takes more than one kind of value. first is the first byte of
// the one that is given; read takes it into what into points to.
type severalForms interface {
	read(read func(into any) error, first byte) error
}

func (f *form) string(into reflect.Value, field string) error {
	text := f.quoted()
	if !isText(text) {
		return malformed("%s holds what is no character.", named(field))
	}
	into.SetString(text)
	return nil
}

func (f *form) array(into reflect.Value, field string) error {
	into.Set(reflect.MakeSlice(into.Type(), 0, 0))
	for f.more('[', ']') {
		element := reflect.New(into.Type().Elem()).Elem()
		if err := f.value(element, field); err != nil {
			return err
		}
		into.Set(reflect.Append(into, element))
	}
	return nil
}

func (f *form) object(into reflect.Value, field string) error {
	members := membersOf(into.Type())
	given := make([]bool, into.NumField())
	for f.more('{', '}') {
		name := f.quoted()
		inner := join(field, name)
		i, known := members[name]
		if !known {
			return malformed("The field %.100q is not known here.", inner)
		}
		if given[i] {
			return malformed("The field %q is given more than once.", inner)
		}
		given[i] = true
		f.skip(':')
		if err := f.value(into.Field(i), inner); err != nil {
			return err
		}
	}
	return nil
}

// kindNames are the words for what a field takes.
var kindNames = map[reflect.Kind]string{
	reflect.String: "a text",
	reflect.Bool:   "true or false",
	reflect.Int:    "a whole number",
	reflect.Slice:  "a list",
	reflect.Struct: "an object",
}

func errType(takes reflect.Kind, field string) error {
	return malformed("%s must be %s.", named(field), kindNames[takes])
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
