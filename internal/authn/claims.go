package authn

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"time"
)

// claims are those of a token, by their exact names.
type claims map[string]json.RawMessage

// readClaims refuses a claim that stands there twice: others might take the other one.
func readClaims(payload []byte) (c claims, ok bool) {
	decoder := json.NewDecoder(bytes.NewReader(payload))
	if open, err := decoder.Token(); err != nil || open != json.Delim('{') {
		return nil, false
	}
	c = claims{}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, false
		}
		text, _ := name.(string) // an object's names are texts
		var value json.RawMessage
		if _, twice := c[text]; twice || decoder.Decode(&value) != nil {
			return nil, false
		}
		c[text] = value
	}
	return c, true
}

// text is a claim that is one; "" for none.
func (c claims) text(name string) (text string) {
	if json.Unmarshal(c[name], &text) != nil {
		return ""
	}
	return text
}

// latest is the last second that RFC 3339 can write.
var latest = float64(time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC).Unix())

// instant is a claim that is seconds since 1970, with fractions of them.
func (c claims) instant(name string) (at time.Time, ok bool) {
	var seconds *float64
	if json.Unmarshal(c[name], &seconds) != nil || seconds == nil || *seconds < 0 || *seconds > latest {
		return time.Time{}, false
	}
	whole, fraction := math.Modf(*seconds)
	return time.Unix(int64(whole), int64(fraction*float64(time.Second))), true
}

// isFor reports whether the audience, which is a text or a list of them, has this one.
func (c claims) isFor(audience string) bool {
	var several []string
	if json.Unmarshal(c["aud"], &several) != nil {
		several = []string{c.text("aud")}
	}
	return slices.Contains(several, audience)
}
