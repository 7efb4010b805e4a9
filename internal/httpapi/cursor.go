package httpapi

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
)

// A cursor says after which key a list goes on. It is bound to the list: the same caller
// asks the same route the same question, but for the length of the page.

// cursorBondLength is how much of the digest a cursor carries.
const cursorBondLength = 16

func (c *call) encodeCursor(after string) string {
	return base64.RawURLEncoding.EncodeToString(append(c.cursorBond(after), after...))
}

// after is the key after which the list is asked for: "" for its beginning.
func (c *call) after() (string, error) {
	if !c.query.Has("cursor") {
		return "", nil
	}
	text := c.query.Get("cursor")
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || strings.ContainsAny(text, "\r\n") || len(raw) <= cursorBondLength {
		return "", errCursor()
	}
	bond, after := raw[:cursorBondLength], string(raw[cursorBondLength:])
	if !hmac.Equal(bond, c.cursorBond(after)) {
		return "", errCursor()
	}
	return after, nil
}

// cursorBond is the digest of a key and of all that decides what the list holds.
func (c *call) cursorBond(after string) []byte {
	question := url.Values{}
	for name, values := range c.query {
		if name != "cursor" && name != "limit" {
			question[name] = values
		}
	}
	mac := hmac.New(sha256.New, c.CursorKey)
	fmt.Fprintf(mac, "%q", []string{
		c.route.Operation, c.request.URL.EscapedPath(), question.Encode(),
		string(c.caller.Kind), c.caller.KeyID, c.caller.UserID, c.caller.CurrentOrganization,
		after,
	})
	return mac.Sum(nil)[:cursorBondLength]
}

func errCursor() error {
	return malformed("\"cursor\" is not one that this list gave to this caller.")
}
