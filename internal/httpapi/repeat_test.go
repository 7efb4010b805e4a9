package httpapi

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Secrets are never kept; all else is, byte by byte.
func TestSecretsAreNotKept(t *testing.T) {
	for body, kept := range map[string]string{
		`{"b":1,"a":"<&>","n":1.50}`:                          `{"b":1,"a":"<&>","n":1.50}`,
		`{"id":"k","secret":"planted","prefix":"p"}`:          `{"id":"k","prefix":"p"}`,
		`{"id":"i","accept_token":"planted","email":"a@b.c"}`: `{"id":"i","email":"a@b.c"}`,
		`{"a":{"x":[1,{"y":null}]},"secret":"\\\"planted\\"}`: `{"a":{"x":[1,{"y":null}]}}`,
		`{"a":[{"id":"k","secret":"planted"}]}`:               `{"a":[{"id":"k"}]}`,
		`{"name":"x,\"secret\":\"kept\""}`:                    `{"name":"x,\"secret\":\"kept\""}`,
		``:                                                    ``,
	} {
		r := rendered{Status: 201, Location: "/x", Token: "t", Body: body}
		require.NotContains(t, string(r.keep()), "planted")
		got, err := recalled(r.keep())
		require.NoError(t, err)
		require.Equal(t, kept, got.Body)
		got.Body = body
		require.Equal(t, r, got)
	}
}
