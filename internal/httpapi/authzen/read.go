package authzen

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// entity is a subject or a resource, or an action, which has a name alone. What is not given
// is "".
type entity struct{ Type, ID, Name string }

// or takes from defaults what is not given here.
func (e entity) or(defaults entity) entity {
	if e.Type == "" {
		e.Type = defaults.Type
	}
	if e.ID == "" {
		e.ID = defaults.ID
	}
	if e.Name == "" {
		e.Name = defaults.Name
	}
	return e
}

// request is what is asked about.
type request struct{ subject, action, resource entity }

// or takes from defaults what is not given here.
func (r request) or(defaults request) request {
	return request{r.subject.or(defaults.subject), r.action.or(defaults.action), r.resource.or(defaults.resource)}
}

// complete refuses a request without one of the parts that an evaluation needs.
func (r request) complete() error {
	return required(
		part{"subject.type", r.subject.Type}, part{"subject.id", r.subject.ID}, part{"action.name", r.action.Name},
		part{"resource.type", r.resource.Type}, part{"resource.id", r.resource.ID},
	)
}

type part struct{ name, value string }

func required(parts ...part) error {
	for _, p := range parts {
		if p.value == "" {
			return malformed("The request needs %q.", p.name)
		}
	}
	return nil
}

func malformed(format string, args ...any) error {
	return &tenancy.Error{Code: tenancy.CodeMalformed, Detail: fmt.Sprintf(format, args...)}
}

// object holds the members of a JSON object, as they are written.
type object map[string]json.RawMessage

// readObject takes a valid JSON text for an object in which no name stands twice. null is
// the empty one: a part that is null is not given.
func readObject(name string, text []byte) (object, error) {
	o := object{}
	text = bytes.TrimSpace(text)
	if len(text) == 0 || bytes.Equal(text, []byte("null")) && name != "" {
		return o, nil
	}
	if text[0] != '{' {
		return nil, errType(name, "an object")
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	_, _ = decoder.Token() // the brace
	for decoder.More() {
		member, _ := decoder.Token()
		key, _ := member.(string)
		if _, twice := o[key]; twice {
			return nil, malformed("The field %.100q is given more than once.", key)
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, malformed("The body is not one JSON value.")
		}
		o[key] = value
	}
	return o, nil
}

func errType(name, takes string) error {
	if name == "" {
		return malformed("The body must be %s.", takes)
	}
	return malformed("The field %q must be %s.", name, takes)
}

// readBody takes the whole body of a request.
func readBody(text []byte) (object, error) {
	if !json.Valid(text) {
		return nil, malformed("The body is not one JSON value.")
	}
	return readObject("", text)
}

// text is a member that is a text, "" if it is not given.
func (o object) text(name string) (text string, err error) {
	raw, given := o[name]
	if !given || bytes.Equal(raw, []byte("null")) {
		return "", nil
	}
	if raw[0] != '"' || json.Unmarshal(raw, &text) != nil {
		return "", errType(name, "a text")
	}
	return text, nil
}

// entity is a member that is one, with properties that are an object.
func (o object) entity(name string) (e entity, err error) {
	inner, err := readObject(name, o[name])
	if err != nil {
		return e, err
	}
	for field, into := range map[string]*string{"type": &e.Type, "id": &e.ID, "name": &e.Name} {
		if *into, err = inner.text(field); err != nil {
			return e, err
		}
	}
	_, err = readObject("properties", inner["properties"])
	return e, err
}

// request reads the parts that are given. What they are about is not looked at here.
func (o object) request() (r request, err error) {
	if r.subject, err = o.entity("subject"); err != nil {
		return r, err
	}
	if r.action, err = o.entity("action"); err != nil {
		return r, err
	}
	if r.resource, err = o.entity("resource"); err != nil {
		return r, err
	}
	_, err = readObject("context", o["context"])
	return r, err
}
