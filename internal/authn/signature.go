package authn

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// signature verifies one token by the keys of its issuer, and keeps what kept it from that.
type signature struct {
	keys   *issuerKeys
	failed error
}

var errSignature = errors.New("no key of the issuer has signed it")

// VerifySignature implements [oidc.KeySet].
func (s *signature) VerifySignature(ctx context.Context, text string) ([]byte, error) {
	token, err := jose.ParseSignedCompact(text, algorithms)
	if err != nil {
		return nil, err
	}
	header := token.Signatures[0].Protected
	// Base64 has several texts for the same bytes, of which one was issued.
	if canonical, err := token.CompactSerialize(); err != nil || canonical != text || !isTypeOfToken(header) {
		return nil, errSignature
	}
	keys, err := s.keys.named(ctx, header.KeyID)
	if err != nil {
		s.failed = err
		return nil, err
	}
	for _, key := range keys {
		if key.Algorithm != "" && key.Algorithm != header.Algorithm {
			continue
		}
		if payload, err := token.Verify(key.Key); err == nil {
			return payload, nil
		}
	}
	return nil, errSignature
}

// isTypeOfToken refuses what an issuer signs for something else: a logout, an event, a proof.
func isTypeOfToken(header jose.Header) bool {
	kind, given := header.ExtraHeaders[jose.HeaderType]
	if !given {
		return true
	}
	text, _ := kind.(string)
	return slices.Contains([]string{"jwt", "at+jwt", "application/at+jwt"}, strings.ToLower(text))
}
