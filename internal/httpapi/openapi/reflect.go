package openapi

import (
	"fmt"
	"reflect"
	"strings"
)

// Reflector makes schemas of the types by which an API decodes and encodes. So what is
// described is what is done.
//
// A struct is a schema of its own, which has its exported fields by their JSON names and
// nothing else. Its fields are always there, but for those with omitempty. In a struct that
// is only ever decoded (see Input) they may all be left out, but for those with the tag
// api:"required". A pointer may be null where it is encoded, and where a struct is decoded; a
// slice if it has the tag api:"null".
type Reflector struct {
	// Name is the name of a struct's schema.
	Name func(reflect.Type) string
	// Input reports whether a struct is only ever decoded.
	Input func(reflect.Type) bool
	// Open reports whether more may stand in a struct than its fields; nil for none.
	Open func(reflect.Type) bool
	// Words say what a field means. format is that of a text, "" for none.
	Words func(schema, field string) (words, format string)
	// Known are schemas of types that do not speak for themselves: texts of a fixed few,
	// types with an encoding of their own, interfaces.
	Known func(reflect.Type) (*Schema, bool)
	// Schemas are those that others refer to.
	Schemas Members[*Schema]
}

// Of is the schema of a type. A type that has none is a fault of the program.
func (r *Reflector) Of(t reflect.Type) *Schema {
	if known, ok := r.Known(t); ok {
		return known
	}
	switch t.Kind() {
	case reflect.String:
		if t.PkgPath() != "" {
			panic(fmt.Sprintf("openapi: nobody said which texts a %s is: add it to the known types", t))
		}
		return Text()
	case reflect.Bool:
		return &Schema{Type: Types{"boolean"}}
	case reflect.Int, reflect.Int64:
		return &Schema{Type: Types{"integer"}}
	case reflect.Slice:
		return &Schema{Type: Types{"array"}, Items: r.Of(t.Elem())}
	case reflect.Map:
		return &Schema{Type: Types{"object"}, Additional: r.Of(t.Elem())}
	case reflect.Pointer:
		return r.Of(t.Elem())
	case reflect.Struct:
		return r.object(t)
	}
	panic(fmt.Sprintf("openapi: a %s has no schema: add it to the known types", t))
}

// Refer makes a schema one that others refer to, and refers to it.
func (r *Reflector) Refer(name string, s *Schema) *Schema {
	if _, ok := r.Schemas.Get(name); !ok {
		r.Schemas.Set(name, s)
	}
	return &Schema{Ref: "#/components/schemas/" + name}
}

// object refers to the schema of a struct, which may refer to itself.
func (r *Reflector) object(t reflect.Type) *Schema {
	name := r.Name(t)
	_, there := r.Schemas.Get(name)
	s := &Schema{Type: Types{"object"}, Additional: Nothing}
	if r.Open != nil && r.Open(t) {
		s.Additional = nil
	}
	ref := r.Refer(name, s)
	for i := 0; i < t.NumField() && !there; i++ {
		r.field(s, name, t, t.Field(i))
	}
	return ref
}

func (r *Reflector) field(s *Schema, schema string, of reflect.Type, f reflect.StructField) {
	name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
	if f.Anonymous && name == "" {
		for i := range f.Type.NumField() {
			r.field(s, schema, f.Type, f.Type.Field(i))
		}
		return
	}
	if name == "" || name == "-" {
		return
	}
	value := *r.Of(f.Type)
	words, format := r.Words(schema, name)
	if len(value.Type) == 1 && value.Type[0] == "string" {
		value.Format = format
	}
	described := r.nullable(of, f, &value)
	if described.Ref != "" {
		described = &Schema{Ref: described.Ref} // words may stand beside it
	}
	described.Description = words
	s.Properties.Set(name, described)
	tag := f.Tag.Get("api")
	if tag == "required" || !r.Input(of) && options != "omitempty" {
		s.Required = append(s.Required, name)
	}
}

func (r *Reflector) nullable(of reflect.Type, f reflect.StructField, value *Schema) *Schema {
	t := f.Type
	switch {
	case f.Tag.Get("api") == "null":
	case t.Kind() != reflect.Pointer:
		return value
	case !r.Input(of):
	case t.Elem().Kind() == reflect.Struct || t.Elem().Kind() == reflect.Pointer:
	default:
		return value
	}
	return orNull(value)
}
