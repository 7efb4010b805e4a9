package oracle

import (
	"fmt"
	"strings"
)

// Request is one call of the API. Credential is "platform", "console", "none" (there is no
// header), "broken" (a wrong one), or the name of an access key.
type Request struct {
	Credential string
	User       string // for whom a platform or console key acts, "" for nobody
	Current    string // the organization that he operates from, "" for none
	Method     string
	Path       string
	Body       string // JSON, "" for none
	DryRun     bool
	Key        string // Idempotency-Key, "" for none
}

// String writes a request in one line, as it stands in histories; see [Parse].
func (r Request) String() string {
	who := r.Credential
	if r.User != "" {
		who += "/" + r.User
	}
	if r.Current != "" {
		who += "@" + r.Current
	}
	if r.DryRun {
		who += "?"
	}
	if r.Key != "" {
		who += "#" + r.Key
	}
	return strings.TrimSpace(fmt.Sprintf("%s %s %s %s", who, r.Method, r.Path, r.Body))
}

// Parse reads what [Request.String] writes.
func Parse(line string) (r Request, err error) {
	parts := strings.SplitN(line, " ", 4)
	if len(parts) < 3 {
		return r, fmt.Errorf("%q is no request", line)
	}
	who := parts[0]
	who, r.Key, _ = strings.Cut(who, "#")
	who, r.DryRun = strings.CutSuffix(who, "?")
	who, r.Current, _ = strings.Cut(who, "@")
	r.Credential, r.User, _ = strings.Cut(who, "/")
	r.Method, r.Path = parts[1], parts[2]
	if len(parts) == 4 {
		r.Body = parts[3]
	}
	return r, nil
}

// Answer is what a request is answered with. Shown is the body of what was read, nil where the
// oracle does not say it; Items is that of a list, in any order.
type Answer struct {
	Status int
	Code   string
	Shown  any
	Items  []any
	Made   string // what the oracle calls that which the service gave an id
	Token  string // what it calls the token of an invitation
	Would  *Answer
	Gained []Question
	Lost   []Question
	Events []Event
	// Repeated tells that it is the answer to a request that was carried out before.
	Repeated bool
}

// Event is what a trail tells of an attempt. Trail is the root of a tree, or "" for
// the service's own.
type Event struct {
	Trail      string
	Action     string
	Result     string
	Code       string
	Actor      Object
	OnBehalfOf string
	Target     Object
}
