package oracle

import (
	"slices"
	"strings"
	"time"
)

// This file reads what a request gives.

func textOf(v any) string {
	s, _ := v.(string)
	return s
}

func (a *attempt) text(name string) string { return textOf(a.body[name]) }

func (a *attempt) flag(name string) bool {
	b, _ := a.body[name].(bool)
	return b
}

func (a *attempt) given(name string) bool { return a.body[name] != nil }

// texts are a list of the body, nil if it is not given.
func (a *attempt) texts(name string) []string { return textsOf(a.body[name]) }

func textsOf(v any) []string {
	list, ok := v.([]any)
	if !ok {
		return nil
	}
	texts := []string{}
	for _, item := range list {
		texts = append(texts, textOf(item))
	}
	return texts
}

// query is a value of the request's query.
func (a *attempt) query(name string) string {
	_, query, _ := strings.Cut(a.request.Path, "?")
	for part := range strings.SplitSeq(query, "&") {
		if value, ok := strings.CutPrefix(part, name+"="); ok {
			return value
		}
	}
	return ""
}

func (a *attempt) valid(holds bool) { a.must(holds, "invalid") }

// name takes a name as people write it.
func (a *attempt) name(text string) string {
	text = strings.TrimSpace(text)
	a.valid(text != "")
	return text
}

func (a *attempt) id(text string) string {
	a.valid(text != "" && !strings.ContainsAny(text, ": *"))
	return text
}

// end is when something is to end: yet to come (D-29). Not given is never.
func (a *attempt) end(name string) time.Time {
	if !a.given(name) {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, a.text(name))
	a.valid(err == nil && at.After(a.Now))
	return at.UTC()
}

func (a *attempt) claims(claims []string) []string {
	for _, c := range claims {
		a.valid(slices.Contains(Claims, c))
	}
	return inOrder(claims)
}

func instant(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func list(texts []string) []any {
	items := []any{}
	for _, t := range texts {
		items = append(items, t)
	}
	return items
}

// instant takes a time of the body.
func (a *attempt) instant(name string) time.Time {
	at, err := time.Parse(time.RFC3339, a.text(name))
	a.valid(err == nil)
	return at
}
