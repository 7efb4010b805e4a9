package authn

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
)

// What an issuer may take of a node.
const (
	issuerTimeout = 5 * time.Second // for all that is asked at a time
	maxIssuerBody = 1 << 20
)

// discovery asks an issuer for its keys.
type discovery struct {
	issuer string
	client *http.Client
}

// newDiscovery follows no redirects: what an issuer says, it says at its own address.
func newDiscovery(issuer string) *discovery {
	return &discovery{issuer, &http.Client{
		Transport:     bounded{http.DefaultTransport},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// keys asks anew where they are, too: an issuer may have moved them. Who has asked may have
// gone meanwhile; the answer is for the next one.
func (d *discovery) keys(ctx context.Context) ([]jose.JSONWebKey, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), issuerTimeout)
	defer cancel()
	provider, err := oidc.NewProvider(oidc.ClientContext(ctx, d.client), d.issuer)
	if err != nil {
		return nil, fmt.Errorf("asking the issuer of tokens: %w", err)
	}
	var place struct {
		Keys string `json:"jwks_uri"`
	}
	if err := provider.Claims(&place); err != nil {
		return nil, err
	}
	if !d.protects(place.Keys) {
		return nil, errors.New("the issuer's keys are not at an address that is protected as its own is")
	}
	return d.read(ctx, place.Keys)
}

// protects keeps the keys from coming over a line on which others could change them.
func (d *discovery) protects(address string) bool {
	own, _ := url.Parse(d.issuer)
	keys, err := url.Parse(address)
	return err == nil && own != nil && (keys.Scheme == "https" || keys.Scheme == own.Scheme && keys.Hostname() == own.Hostname())
}

func (d *discovery) read(ctx context.Context, address string) ([]jose.JSONWebKey, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	response, err := d.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("reading the issuer's keys: %w", err)
	}
	defer response.Body.Close()
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("reading the issuer's keys: %s", response.Status)
	}
	if err := json.NewDecoder(response.Body).Decode(&set); err != nil {
		return nil, fmt.Errorf("reading the issuer's keys: %w", err)
	}
	return usable(set.Keys), nil
}

// usable leaves out the keys that are for something else, or of no use here.
func usable(texts []json.RawMessage) (keys []jose.JSONWebKey) {
	for _, text := range texts {
		var key jose.JSONWebKey
		if key.UnmarshalJSON(text) == nil && (key.Use == "" || key.Use == "sig") && isStrong(key.Key) {
			keys = append(keys, key)
		}
	}
	return keys
}

// minRSA is the least size of an RSA key (RFC 7518).
const minRSA = 2048

// isStrong takes the public keys of the algorithms, and no secret.
func isStrong(key any) bool {
	switch key := key.(type) {
	case *rsa.PublicKey:
		return key.N.BitLen() >= minRSA
	case *ecdsa.PublicKey:
		return key.Curve == elliptic.P256()
	}
	return false
}

// bounded reads no more of an answer than it may have.
type bounded struct{ http.RoundTripper }

func (b bounded) RoundTrip(request *http.Request) (*http.Response, error) {
	response, err := b.RoundTripper.RoundTrip(request)
	if err == nil {
		response.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(response.Body, maxIssuerBody), response.Body}
	}
	return response, err
}
