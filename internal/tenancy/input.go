package tenancy

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// maxNameLength is the longest name of anything, in characters.
const maxNameLength = 200

// validation collects everything that is wrong with an input, so that one answer names
// it all.
type validation struct{ fields []FieldError }

func (v *validation) fail(field, format string, args ...any) {
	v.fields = append(v.fields, FieldError{Field: field, Message: fmt.Sprintf(format, args...)})
}

func (v *validation) err() error {
	if len(v.fields) == 0 {
		return nil
	}
	return &Error{Code: CodeInvalid, Detail: "The input is invalid.", Fields: v.fields}
}

// name takes a name as people write it: without white space around it, printable, and
// not too long.
func (v *validation) name(field, name string) string {
	name = strings.TrimSpace(name)
	switch {
	case name == "":
		v.fail(field, "must not be empty")
	case utf8.RuneCountInString(name) > maxNameLength:
		v.fail(field, "must have at most %d characters", maxNameLength)
	case !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl):
		v.fail(field, "must not hold control characters")
	}
	return name
}

// newID takes the id that the caller chose, or makes one with the prefix.
func (v *validation) newID(field, id, prefix string) string {
	if id == "" {
		return NewID(prefix)
	}
	if !ValidID(id) {
		v.fail(field, "must be 1 to 64 of the characters A-Z a-z 0-9 _ -")
	}
	return id
}

func (v *validation) claims(field string, claims []Claim) []Claim {
	if len(claims) > len(Claims) {
		v.fail(field, "must have at most %d claims", len(Claims))
		return nil
	}
	canonical, unknown := canonicalClaims(claims)
	for _, c := range unknown {
		v.fail(field, "%q is no claim", c)
	}
	return canonical
}

// end takes the instant at which something ends: in RFC 3339, to the millisecond, and yet to
// come (D-29). nil means never.
func (v *validation) end(field string, text *string, now time.Time) time.Time {
	if text == nil {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, *text)
	at = at.UTC().Truncate(time.Millisecond)
	switch {
	case err != nil || at.Year() > 9999:
		v.fail(field, "must be a time in RFC 3339")
	case !at.After(now):
		v.fail(field, "must be yet to come")
	}
	return at
}

// overlap takes for how long two things hold side by side; "" is not at all.
func (v *validation) overlap(field, text string) time.Duration {
	if text == "" {
		return 0
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		v.fail(field, "must be a span of time as 90m or 24h")
	}
	return d
}

func oneOf[T ~string](v *validation, field string, value T, allowed ...T) {
	for _, a := range allowed {
		if value == a {
			return
		}
	}
	v.fail(field, "must be one of %q", allowed)
}
