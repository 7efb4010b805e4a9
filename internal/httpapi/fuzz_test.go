package httpapi

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzBody: a body of whichever operation is refused as malformed, or it is read as any
// reader of JSON does.
func FuzzBody(f *testing.F) {
	operations := slices.Sorted(maps.Keys(descriptions))
	operations = slices.DeleteFunc(operations, func(name string) bool { return descriptions[name].body == nil })
	for i := range operations {
		f.Add(uint8(i), []byte(`{"id":"a","name":"b","claims":["owner"],"expires_at":"2030-01-01T00:00:00Z"}`))
		f.Add(uint8(i), []byte(`{"subject":{"type":"user","id":"x"},"checks":[{}],"subaccounts":{"except":["a"]},"do_not_disturb":null,"limit":1}`))
	}
	f.Fuzz(func(t *testing.T, operation uint8, text []byte) {
		kind := reflect.TypeOf(descriptions[operations[int(operation)%len(operations)]].body)
		got, want := reflect.New(kind), reflect.New(kind)
		if err := decode(text, got.Interface()); err != nil {
			requireMalformed(t, err, string(text))
			return
		}
		// null may say that there is none, which encoding/json can't tell from nothing.
		if !hasForms(kind) && !bytes.Contains(text, []byte("null")) {
			require.NoError(t, json.Unmarshal(text, want.Interface()))
			require.Equal(t, want.Interface(), got.Interface())
		}
	})
}

// hasForms reports whether a part of a type takes several kinds of values.
func hasForms(kind reflect.Type) bool {
	if kind.Implements(reflect.TypeFor[severalForms]()) || reflect.PointerTo(kind).Implements(reflect.TypeFor[severalForms]()) {
		return true
	}
	switch kind.Kind() {
	case reflect.Pointer, reflect.Slice:
		return hasForms(kind.Elem())
	case reflect.Struct:
		for i := range kind.NumField() {
			if hasForms(kind.Field(i).Type) {
				return true
			}
		}
	}
	return false
}

// FuzzCursor: a cursor that a list did not give is refused, and one that it gave leads to
// where it says.
func FuzzCursor(f *testing.F) {
	target := func(cursor string) string { return "/v1/x?q=1&cursor=" + url.QueryEscape(cursor) }
	given := listing("key", "owner.list", "/v1/x?q=1", somebody)
	f.Add(given.encodeCursor("acme"), "auth0|x/y")
	f.Add(listing("other", "owner.list", "/v1/x?q=1", somebody).encodeCursor("acme"), "\x00\xff")
	f.Add("", "")
	f.Fuzz(func(t *testing.T, cursor, key string) {
		after, err := listing("key", "owner.list", target(cursor), somebody).after()
		if err == nil {
			require.Equal(t, given.encodeCursor(after), cursor)
		} else {
			requireMalformed(t, err, cursor)
		}
		if key == "" {
			return
		}
		after, err = listing("key", "owner.list", target(given.encodeCursor(key)), somebody).after()
		require.NoError(t, err)
		require.Equal(t, key, after)
		_, err = listing("key", "group.list", target(given.encodeCursor(key)), somebody).after()
		require.Error(t, err, "it leads on in another list")
	})
}

// FuzzTokenFlips: a token of which anything is changed is refused, or is another state: never
// is one state asked for by two texts.
func FuzzTokenFlips(f *testing.F) {
	f.Add("AQ5hY21l", uint8(0), byte(1))
	f.Add("Ag4BYQ4BYg", uint8(3), byte(32))
	f.Fuzz(func(t *testing.T, text string, at uint8, flipped byte) {
		states, err := decodeToken(text)
		if err != nil || int(at) >= len(text) || flipped == 0 {
			return
		}
		changed := []byte(text)
		changed[at] ^= flipped
		others, err := decodeToken(string(changed))
		if err == nil {
			require.NotEqual(t, states, others)
		}
	})
}

// FuzzEntityTags: what is taken for tags are the tags that a caller wrote, in order, and the
// same in the canonical form of the header.
func FuzzEntityTags(f *testing.F) {
	for _, header := range []string{`"a"`, `*`, `W/"a" , "b",,"c"`, `"a" "b"`, `"a,b",W/""`, `a`, ``, "\"\xff\"", `w/"a"`, `"a`} {
		f.Add(header, header)
	}
	read := func(values ...string) (entityTags, error) {
		r := httptest.NewRequest(http.MethodPut, "/", nil)
		r.Header[http.CanonicalHeaderKey(headerIfMatch)] = values
		return (&call{request: r}).entityTags(headerIfMatch)
	}
	f.Fuzz(func(t *testing.T, one, other string) {
		tags, err := read(one, other)
		if err != nil {
			requireMalformed(t, err, one)
			return
		}
		require.True(t, tags.given)
		if tags.whatever {
			require.Equal(t, "*", strings.Trim(one+","+other, " \t"))
			return
		}
		require.NotEmpty(t, tags.tags)
		rest := one + "," + other
		for _, tag := range tags.tags {
			require.Regexp(t, `^(W/)?"[^"\x00-\x20\x7f]*"$`, tag)
			before, after, found := strings.Cut(rest, tag)
			require.True(t, found)
			require.Empty(t, strings.Trim(before, " \t,"), "something between two tags is passed over")
			rest = after
			require.True(t, tags.has(tag))
		}
		require.Empty(t, strings.Trim(rest, " \t,"))
		again, err := read(strings.Join(tags.tags, ", "))
		require.NoError(t, err)
		require.Equal(t, tags.tags, again.tags)
	})
}

// FuzzCredential: a credential is the whole text behind one scheme Bearer, in whatever case.
func FuzzCredential(f *testing.F) {
	for _, header := range []string{"Bearer tpk_x", "bearer  x", "Basic x", "Bearer", "Bearer ", "", "Bearer\tx"} {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, value string) {
		credential, ok := bearer(http.Header{"Authorization": {value}})
		const scheme = "bearer "
		is := len(value) >= len(scheme) && strings.EqualFold(value[:len(scheme)], scheme)
		require.Equal(t, is, ok, "%q", value)
		if is {
			require.Equal(t, value[len(scheme):], credential)
		}
		_, ok = bearer(http.Header{"Authorization": {value, value}})
		require.False(t, ok, "two credentials are none")
	})
}

// tokenForm is that of a parameter's value without quotes (RFC 9110, 5.6.2).
var tokenForm = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")

// FuzzContentType: what is taken for JSON is application/json in UTF-8, by its standard.
func FuzzContentType(f *testing.F) {
	for _, value := range []string{
		"application/json", "Application/JSON; charset=UTF-8", "application/json; charset=latin1", "text/json",
		`application/json;a=b;charset="utf-8"`, "application/json, text/html", `application/json; a=";charset="`,
	} {
		f.Add(value, "utf-8")
		f.Add(value, "latin1")
	}
	f.Fuzz(func(t *testing.T, value, charset string) {
		if isJSON(http.Header{"Content-Type": {value}}) {
			kind, _, _ := strings.Cut(value, ";")
			require.True(t, strings.EqualFold(strings.TrimSpace(kind), mediaJSON), value)
			require.False(t, isJSON(http.Header{"Content-Type": {value, value}}), "two types are none")
		}
		if tokenForm.MatchString(charset) {
			named := isJSON(http.Header{"Content-Type": {mediaJSON + "; charset=" + charset}})
			require.Equal(t, strings.EqualFold(charset, "utf-8"), named, charset)
		}
	})
}
