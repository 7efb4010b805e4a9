package httpapi

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"regexp"
)

// idempotencyKeyForm takes what clients make keys of: visible ASCII, also in the quotes of
// a structured header.
var idempotencyKeyForm = regexp.MustCompile(`^[!-~]{1,255}$`)

// idempotencyKey is the key of a mutation, "" for none. Elsewhere it has no meaning, and is
// not looked at: a request that changes nothing may be repeated as it is.
func (c *call) idempotencyKey() (string, error) {
	values := c.request.Header.Values(headerIdempotencyKey)
	if len(values) == 0 {
		return "", nil
	}
	if len(values) > 1 || !idempotencyKeyForm.MatchString(values[0]) {
		return "", malformed("The header %s has 1 to 255 visible ASCII characters.", headerIdempotencyKey)
	}
	return values[0], nil
}

// requestDigest is of all by which a request is the same as another one of its caller:
// method, path, query and body, and the organization that is operated from, which may
// decide what the rest means.
func (c *call) requestDigest() ([]byte, error) {
	body, err := c.readBody()
	if err != nil {
		return nil, err
	}
	digest := sha256.New()
	fmt.Fprintf(digest, "%q", []string{
		c.request.Method, c.request.URL.EscapedPath(), c.request.URL.RawQuery, c.caller.CurrentOrganization,
	})
	_, _ = digest.Write(body) // never fails
	return digest.Sum(nil), nil
}

// keep gives the form in which an answer is kept: without secrets.
func (r rendered) keep() []byte {
	r.Body = withoutSecrets(r.Body)
	return encode(r)
}

func recalled(kept []byte) (r rendered, err error) {
	err = json.Unmarshal(kept, &r)
	return r, err
}

// secretMember finds the members of objects that are told once, to whoever asked first (API,
// "Forms and defaults"). They are texts, and in our own encoding nothing within a text looks
// like one: its quotes are escaped.
var secretMember = regexp.MustCompile(`,"(?:secret|accept_token)":"(?:[^"\\]|\\.)*"`)

// withoutSecrets leaves the secrets out of an object. No object begins with one. All else
// stays as it is, byte by byte, and so does the ETag.
func withoutSecrets(body string) string { return secretMember.ReplaceAllString(body, "") }
