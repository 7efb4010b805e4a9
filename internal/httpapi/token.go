package httpapi

import (
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// The forms of tokens, which each begins with, so that they can be told apart. One of a
// single tree is its version and root. One of several trees, which answers about several
// have, holds for each the version, the length of the root and the root, in the order of roots.
const (
	tokenFormat  = 1
	tokensFormat = 2
)

// encodeToken gives a consistency token as callers see it; "" for no state. It is opaque, not
// secret: who changes one asks for another state, which need not exist.
func encodeToken(states ...tenancy.Token) string {
	states = newest(states)
	switch len(states) {
	case 0:
		return ""
	case 1:
		raw := binary.AppendVarint([]byte{tokenFormat}, states[0].Version)
		return base64.RawURLEncoding.EncodeToString(append(raw, states[0].RootID...))
	}
	raw := []byte{tokensFormat}
	for _, t := range states {
		raw = binary.AppendVarint(raw, t.Version)
		raw = append(raw, byte(len(t.RootID))) //nolint:gosec // an id is shorter
		raw = append(raw, t.RootID...)
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

// newest is the newest state of each tree, in the order of roots.
func newest(states []tenancy.Token) []tenancy.Token {
	if len(states) == 1 && states[0] != (tenancy.Token{}) {
		return states
	}
	states = slices.Clone(states)
	slices.SortFunc(states, func(a, b tenancy.Token) int {
		return cmp.Or(cmp.Compare(a.RootID, b.RootID), cmp.Compare(b.Version, a.Version))
	})
	states = slices.CompactFunc(states, func(a, b tenancy.Token) bool { return a.RootID == b.RootID })
	return slices.DeleteFunc(states, func(t tenancy.Token) bool { return t == tenancy.Token{} })
}

// decodeToken takes only what encodeToken gives.
func decodeToken(text string) ([]tenancy.Token, error) {
	if text == "" {
		return nil, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) == 0 {
		return nil, errToken()
	}
	states, ok := readStates(raw[0], raw[1:])
	if !ok || encodeToken(states...) != text {
		return nil, errToken()
	}
	return states, nil
}

func readStates(format byte, raw []byte) (states []tenancy.Token, ok bool) {
	for len(raw) > 0 {
		version, n := binary.Varint(raw)
		if n <= 0 || version < 1 {
			return nil, false
		}
		var root []byte
		switch raw = raw[n:]; {
		case format == tokenFormat:
			root, raw = raw, nil
		case format == tokensFormat && len(raw) > 0 && int(raw[0]) < len(raw):
			root, raw = raw[1:1+raw[0]], raw[1+raw[0]:]
		default:
			return nil, false
		}
		if !tenancy.ValidID(string(root)) {
			return nil, false
		}
		states = append(states, tenancy.Token{RootID: string(root), Version: version})
	}
	return states, len(states) > 0
}

func errToken() error { return malformed("\"at_least\" is not a token of this service.") }
