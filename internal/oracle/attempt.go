package oracle

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// refusal breaks an attempt off. It never leaves [World.Do].
type refusal string

// attempt is one request under way, in a world that is its own until it is done.
type attempt struct {
	*World
	request Request
	path    map[string]string
	body    map[string]any
	trail   string // where a refusal is told
	target  Object
	answer  Answer
}

// Do carries out a request. What is refused leaves the world as it is.
func (w *World) Do(r Request) Answer {
	op, path, found := operationOf(r)
	if !found {
		return Answer{Status: 404, Code: notFound}
	}
	if !w.authenticates(r) {
		return Answer{Status: 401, Code: "unauthenticated"}
	}
	a := &attempt{World: w.Clone(), request: r, path: path, body: map[string]any{}, answer: Answer{Status: op.status}}
	if r.Body != "" && json.Unmarshal([]byte(r.Body), &a.body) != nil {
		return Answer{Status: 400, Code: "malformed"}
	}
	if earlier, ok := a.repeated(); ok {
		return earlier
	}
	a.aim(op)
	code := a.try(op)
	switch {
	case code != "":
		return asDryRun(r, a.refused(op, code, w))
	case r.DryRun:
		a.answer.Gained, a.answer.Lost = differences(w, a.World)
		return asDryRun(r, a.answer)
	}
	a.answer.Events = a.news(op, w)
	if r.Key != "" && op.method != "GET" {
		a.keep()
	}
	*w = *a.World
	return a.answer
}

// refused is the answer to what was refused, with its one event. One that would be told in a
// tree that there never was is told in the service's own trail.
func (a *attempt) refused(op operation, code string, before *World) Answer {
	answer := Answer{Status: statusOf(code), Code: code}
	if op.silent() {
		return answer
	}
	if !before.roots[a.trail] {
		a.trail = ""
	}
	answer.Events = []Event{a.event(op, a.trail, "refused", code)}
	return answer
}

// try runs an operation, and tells by which code it was refused.
func (a *attempt) try(op operation) (code string) {
	defer func() {
		switch cause := recover().(type) {
		case nil:
		case refusal:
			code = string(cause)
		default:
			panic(cause)
		}
	}()
	if _, isKey := a.keys[a.request.Credential]; isKey && !strings.HasPrefix(op.name, "self.") {
		return "forbidden"
	}
	a.must(!a.keyWasUsed() || op.method == "GET", "idempotency-conflict")
	op.do(a)
	return ""
}

// must refuses with a code unless something holds.
func (a *attempt) must(holds bool, code string) {
	if !holds {
		panic(refusal(code))
	}
}

// authenticates says who is known: a good credential, and a user who is active (D-8).
func (w *World) authenticates(r Request) bool {
	switch r.Credential {
	case "platform", "console":
		return r.User == "" || w.active(r.User)
	}
	return r.User == "" && w.opens(r.Credential)
}

// opens tells whether an access key is good.
func (w *World) opens(id string) bool {
	k, exists := w.keys[id]
	return exists && !k.ended() && !w.suspended(k.organization)
}

func (k key) ended() bool { return k.expired || !k.revoked.IsZero() }

// repeated finds the answer to a request that was sent before with the same key.
func (a *attempt) repeated() (Answer, bool) {
	earlier := a.kept[a.keeper()]
	if !a.keyWasUsed() || earlier.request != a.digest() {
		return Answer{}, false
	}
	answer := earlier.answer
	answer.Events, answer.Repeated = nil, true
	return answer, true
}

// keyWasUsed tells that the key of a request was used before; what is no repeat is refused then.
func (a *attempt) keyWasUsed() bool {
	earlier, ok := a.kept[a.keeper()]
	return a.request.Key != "" && !a.request.DryRun && ok && a.Now.Before(earlier.until)
}

func (a *attempt) keeper() string {
	return a.request.Credential + "/" + a.request.User + "#" + a.request.Key
}

// answerLife is how long an answer is kept for repeats (decided).
const answerLife = 24 * time.Hour

func (a *attempt) keep() {
	a.kept[a.keeper()] = kept{a.digest(), a.answer, a.Now.Add(answerLife)}
}

// digest is all by which two requests are the same.
func (a *attempt) digest() string {
	r := a.request
	return r.Method + " " + r.Path + " " + r.Current + " " + r.Body
}

func asDryRun(r Request, would Answer) Answer {
	if !r.DryRun || would.Code == "malformed" {
		return would
	}
	return Answer{Status: 200, Would: &would, Gained: would.Gained, Lost: would.Lost, Events: refusals(would.Events)}
}

func refusals(events []Event) []Event {
	return slices.DeleteFunc(slices.Clone(events), func(e Event) bool { return e.Result != "refused" })
}

// differences are what is allowed in one world and not in the other.
func differences(before, after *World) (gained, lost []Question) {
	for _, q := range after.Questions() {
		if after.Allows(q) && !before.Allows(q) {
			gained = append(gained, q)
		}
	}
	for _, q := range before.Questions() {
		if before.Allows(q) && !after.Allows(q) {
			lost = append(lost, q)
		}
	}
	return gained, lost
}

// statusOf is the table of API, "Answers".
func statusOf(code string) int {
	switch code {
	case "malformed", "current-organization-required":
		return 400
	case "unauthenticated":
		return 401
	case "forbidden", "license-required", "email-mismatch":
		return 403
	case "not-found":
		return 404
	case "invalid", "email-domain", "immutable", "owner-subaccount-role":
		return 422
	case "cooldown":
		return 429
	}
	return 409
}

// choose gives a name to what the service gives an id of its own.
func (a *attempt) choose(kind string) string {
	a.made++
	a.answer.Made = fmt.Sprintf("%s%s%d", Made, kind, a.made)
	return a.answer.Made
}

// Made begins the names of what the service gives ids of its own.
const Made = "w0-made-"
