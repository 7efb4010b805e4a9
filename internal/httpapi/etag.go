package httpapi

import (
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"slices"
	"strings"
)

// entityTag is the strong ETag of an object: a digest of its text, so that it is another one
// whenever anything that a caller can see is. A secret is not seen twice, and does not count.
func entityTag(body string) string {
	digest := sha256.Sum256([]byte(withoutSecrets(body)))
	return `"` + base64.RawURLEncoding.EncodeToString(digest[:18]) + `"`
}

// entityTags is what If-Match and If-None-Match hold (RFC 9110, 13.1).
type entityTags struct {
	given    bool
	whatever bool // "*": any object that is there
	tags     []string
}

var entityTagForm = regexp.MustCompile(`^[ \t,]*((?:W/)?"[!#-~\x80-\xff]*")[ \t]*(?:,|$)`)

// entityTags reads the values of a header.
func (c *call) entityTags(header string) (t entityTags, err error) {
	values := c.request.Header.Values(header)
	text := strings.Join(values, ",")
	t.given = len(values) > 0
	if t.whatever = strings.Trim(text, " \t") == "*"; t.whatever {
		return t, nil
	}
	for strings.Trim(text, " \t,") != "" {
		found := entityTagForm.FindStringSubmatch(text)
		if found == nil {
			break
		}
		t.tags = append(t.tags, found[1])
		text = text[len(found[0]):]
	}
	if t.given && (len(t.tags) == 0 || strings.Trim(text, " \t,") != "") {
		err = malformed("The header %s holds ETags or an asterisk.", header)
	}
	return t, err
}

// has compares strongly, as If-Match asks: a weak tag is like no other.
func (t entityTags) has(tag string) bool { return t.whatever || slices.Contains(t.tags, tag) }

// hasWeakly compares as If-None-Match asks.
func (t entityTags) hasWeakly(tag string) bool {
	return t.has(tag) || slices.Contains(t.tags, "W/"+tag)
}
