package httpapi

import (
	"encoding/base64"
	"encoding/binary"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// tokenFormat begins every token, so that another form can be told from this one.
const tokenFormat = 1

// encodeToken gives a consistency token as callers see it; "" for the zero Token. It is
// opaque, not secret: who changes one asks for another state, which need not exist.
func encodeToken(t tenancy.Token) string {
	if t == (tenancy.Token{}) {
		return ""
	}
	raw := binary.AppendVarint([]byte{tokenFormat}, t.Version)
	return base64.RawURLEncoding.EncodeToString(append(raw, t.RootID...))
}

// decodeToken takes only what encodeToken gives.
func decodeToken(text string) (tenancy.Token, error) {
	if text == "" {
		return tenancy.Token{}, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) == 0 || raw[0] != tokenFormat {
		return tenancy.Token{}, errToken()
	}
	version, n := binary.Varint(raw[1:])
	if n <= 0 || version < 1 {
		return tenancy.Token{}, errToken()
	}
	t := tenancy.Token{RootID: string(raw[1+n:]), Version: version}
	if !tenancy.ValidID(t.RootID) || encodeToken(t) != text {
		return tenancy.Token{}, errToken()
	}
	return t, nil
}

func errToken() error { return malformed("\"at_least\" is not a token of this service.") }
