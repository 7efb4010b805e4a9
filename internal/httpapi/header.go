package httpapi

import (
	"net/http"
	"regexp"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// The headers of the API (API, "Who calls" and "Answers").
const (
	headerActAsUser           = "Act-As-User"
	headerCurrentOrganization = "Current-Organization"
	headerIdempotencyKey      = "Idempotency-Key"
	headerIfMatch             = "If-Match"
	headerIfNoneMatch         = "If-None-Match"
	headerRequestID           = "X-Request-Id"
	headerToken               = "Tenantry-Token"
)

func (c *call) readHeaders() error {
	values := c.request.Header.Values(headerCurrentOrganization)
	if len(values) == 0 {
		return nil
	}
	if len(values) > 1 || values[0] == "" || !readable(values[0]) {
		return malformed("The header %s names one organization.", headerCurrentOrganization)
	}
	c.caller.CurrentOrganization = values[0]
	return nil
}

var requestIDForm = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// requestID is the caller's own id of the request, if it is one that can stand in logs
// and the trail; else a new one.
func requestID(header http.Header) string {
	if values := header.Values(headerRequestID); len(values) == 1 && requestIDForm.MatchString(values[0]) {
		return values[0]
	}
	return tenancy.NewID("req")
}

// maxEchoed bounds an id of a request that is sent back though it is none for us, in bytes.
const maxEchoed = 256

// shownID is the id of the request as its caller is told. AuthZEN has callers get back what
// they have sent, also where it can't stand in logs and the trail.
func (c *call) shownID() string {
	given := c.request.Header.Values(headerRequestID)
	if !c.route.isAuthZEN() || len(given) != 1 || given[0] == "" || len(given[0]) > maxEchoed || !printable(given[0]) {
		return c.id
	}
	return given[0]
}

// printable reports whether a text is of visible ASCII and spaces alone.
func printable(text string) bool {
	for _, b := range []byte(text) {
		if b < ' ' || b > '~' {
			return false
		}
	}
	return true
}
