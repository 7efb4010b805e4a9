package openapi

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"strings"
)

//go:embed page.html
var pageText string

//go:embed page.css
var style string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"form": form, "under": under, "anchor": anchor, "operations": operations, "media": mediaOf,
	"codes": codesIn, "parameter": (*Document).parameter, "paragraphs": func(s string) []string { return strings.Split(s, "\n\n") },
	"upper": strings.ToUpper, "last": func(ref string) string { return ref[strings.LastIndexByte(ref, '/')+1:] },
}).Parse(pageText))

// Page is a description for people: one text that needs nothing else, and the
// Content-Security-Policy that lets it load nothing else.
type Page struct{ HTML, Policy string }

// Render makes the page of a document.
func Render(d *Document) Page {
	var text bytes.Buffer
	err := page.Execute(&text, struct {
		*Document
		Style template.CSS
	}{d, template.CSS(style)}) //nolint:gosec // it is a file of this package
	if err != nil {
		panic(err) // the template does not fit the document
	}
	digest := sha256.Sum256([]byte(style))
	return Page{
		HTML: text.String(),
		Policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(digest[:]) +
			"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	}
}

// shown is an operation at its place.
type shown struct {
	Method, Path string
	Operation
}

// operations are those with a tag, in the order of the document.
func operations(d *Document, tag string) (list []shown) {
	for _, path := range d.Paths {
		for _, o := range path.Value {
			if o.Value.Tags[0] == tag {
				list = append(list, shown{o.Name, path.Name, o.Value})
			}
		}
	}
	return list
}

// parameter follows a reference.
func (d *Document) parameter(p Parameter) Parameter {
	if p.Ref == "" {
		return p
	}
	found, _ := d.Components.Parameters.Get(strings.TrimPrefix(p.Ref, "#/components/parameters/"))
	return found
}

// form is the type of a value in a few words; what refers to a schema is left to under.
func form(s *Schema) string {
	switch {
	case s == nil || s.Ref != "" || len(s.OneOf) > 0:
		return ""
	case len(s.Enum) > 0:
		return strings.Join(s.Enum, " · ")
	case s.Items != nil:
		return strings.TrimSpace("list of " + form(s.Items))
	case s.Additional != nil && !s.Additional.never:
		return "object of " + form(s.Additional)
	}
	types := strings.Join(s.Type, " or ")
	if s.Format != "" {
		return strings.Replace(types, "string", s.Format, 1)
	}
	return types
}

// under are the names of the schemas that a value refers to.
func under(s *Schema) (names []string) {
	if s == nil {
		return nil
	}
	if s.Ref != "" {
		return []string{strings.TrimPrefix(s.Ref, "#/components/schemas/")}
	}
	for _, one := range s.OneOf {
		names = append(names, under(one)...)
	}
	return append(names, under(s.Items)...)
}

// codesIn are the problem codes of an answer.
func codesIn(r Response) []string {
	for _, c := range r.Content {
		if code, ok := c.Value.Schema.Properties.Get("code"); ok && c.Value.Schema.Ref != "" {
			return code.Enum
		}
	}
	return nil
}

// mediaOf are the contents of a message that are no problems.
func mediaOf(contents Members[Content]) (list Members[Content]) {
	for _, c := range contents {
		if !strings.Contains(c.Name, "problem") {
			list = append(list, c)
		}
	}
	return list
}

func anchor(name string) string { return strings.ReplaceAll(name, ".", "-") }
