package oracle

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
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

// operation is one row of the API.
type operation struct {
	method, path, name string
	target             string // the type of what the operation is about
	status             int    // where it is done
	do                 func(*attempt)
}

// silent are the operations that leave no event when they are refused: questions are no
// attempts to change or to see a tenant's data.
func (o operation) silent() bool { return strings.HasPrefix(o.target, "-") }

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
		return Answer{Status: 404, Code: "not-found"}
	}
	a := &attempt{World: w.Clone(), request: r, path: path, answer: Answer{Status: op.status}}
	if !w.authenticates(r) {
		return Answer{Status: 401, Code: "unauthenticated"}
	}
	a.body = map[string]any{}
	if r.Body != "" && json.Unmarshal([]byte(r.Body), &a.body) != nil {
		return Answer{Status: 400, Code: "malformed"}
	}
	if earlier, ok := a.repeated(); ok && r.Key != "" && !r.DryRun {
		return earlier
	}
	a.aim(op)
	code := a.try(op)
	if code != "" {
		refused := Answer{Status: statusOf(code), Code: code}
		if !op.silent() {
			if !w.roots[a.trail] {
				a.trail = "" // of a tree that there never was
			}
			refused.Events = []Event{a.event(op, a.trail, "refused", code)}
		}
		return asDryRun(r, refused)
	}
	if r.DryRun {
		done := a.answer
		done.Gained, done.Lost = differences(w, a.World)
		return asDryRun(r, done)
	}
	a.answer.Events = a.news(op, w)
	if r.Key != "" && op.method != "GET" {
		a.keep()
	}
	*w = *a.World
	return a.answer
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
	a.must(!a.misused() || op.method == "GET", "idempotency-conflict")
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
	earlier, ok := a.kept[a.keeper()]
	if !ok || !a.Now.Before(earlier.until) {
		return Answer{}, false
	}
	if earlier.request != a.digest() {
		return Answer{}, false
	}
	answer := earlier.answer
	answer.Events, answer.Repeated = nil, true
	return answer, true
}

// misused tells that a key stands for another request.
func (a *attempt) misused() bool {
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

// operationOf finds the row of the API that a request is for, and what stands in its path.
func operationOf(r Request) (operation, map[string]string, bool) {
	path, _, _ := strings.Cut(r.Path, "?")
	asked := strings.Split(path, "/")
	for _, op := range operations() {
		parts := strings.Split(op.path, "/")
		if op.method != r.Method || len(parts) != len(asked) {
			continue
		}
		values, fits := map[string]string{}, true
		for i, part := range parts {
			if name, ok := strings.CutPrefix(part, ":"); ok {
				values[name] = asked[i]
			} else {
				fits = fits && part == asked[i]
			}
		}
		if fits {
			return op, values, true
		}
	}
	return operation{}, nil, false
}

// Operation is the name of what a request asks for.
func Operation(r Request) string {
	op, _, _ := operationOf(r)
	return op.name
}

// Operations are the names of all operations that the oracle knows.
func Operations() (names []string) {
	for _, op := range operations() {
		names = append(names, op.name)
	}
	return names
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

// Events.

// aim says what an attempt is about, before anything is looked for.
func (a *attempt) aim(op operation) {
	kind := strings.TrimPrefix(op.target, "-")
	a.target = Object{kind, ""}
	for _, name := range []string{"key", "invitation", "user", "gid", "tg", "id"} {
		if id, ok := a.path[name]; ok && kind == targetTypes[name] {
			a.target.ID = id
		}
	}
	switch {
	case kind == "resource":
		a.target = Object{a.path["type"], a.path["rid"]}
	case strings.HasSuffix(op.name, ".create") && kind != "invitation" && kind != "access_key" && op.name != "invitation.create":
		a.target.ID = a.text("id")
	case op.name == "notification.audience":
		target, _ := a.body["target"].(map[string]any)
		a.target = Object{textOf(target["type"]), textOf(target["id"])}
	}
}

var targetTypes = map[string]string{
	"id": "organization", "gid": "group", "tg": "tenant_group", "user": "user", "key": "access_key", "invitation": "invitation",
}

func (a *attempt) event(op operation, trail, result, code string) Event {
	actor := Object{a.request.Credential + "_key", a.request.Credential}
	if _, isKey := a.keys[a.request.Credential]; isKey {
		actor = Object{"access_key", a.request.Credential}
	}
	return Event{Trail: trail, Action: op.name, Result: result, Code: code, Actor: actor, OnBehalfOf: a.request.User, Target: a.target}
}

// tell says in which tree's trail a refusal is told: that of the first thing that was found
// (D-27).
func (a *attempt) tell(root string) {
	if a.trail == "" {
		a.trail = root
	}
}

// news are the events of what was done: one in each tree of which something is not as it was
// (I-3), and one in the service's trail for users, who are in no tree.
func (a *attempt) news(op operation, before *World) (events []Event) {
	old, now := before.rows(), a.rows()
	trees := map[string]bool{}
	for name := range union(old, now) {
		if old[name] != now[name] {
			for _, r := range []map[string]row{old, now} {
				if fact, there := r[name]; there {
					trees[fact.tree] = true
				}
			}
		}
	}
	if len(trees) == 0 {
		return nil
	}
	for _, root := range slices.Sorted(maps.Keys(trees)) {
		events = append(events, a.event(op, root, "done", ""))
	}
	return events
}

func union(a, b map[string]row) map[string]row {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// row is one fact, with the tree that it belongs to.
type row struct{ tree, text string }

// rows are all facts, by name.
func (w *World) rows() map[string]row {
	rows := wholly{}
	for id, u := range w.users {
		rows.add("", "user "+id, u)
	}
	for id, o := range w.organizations {
		rows.add(w.root(id), "organization "+id, o, w.suspended(id))
	}
	for id, s := range w.subscriptions {
		rows.add(w.root(id), "subscription "+id, s)
	}
	for p, since := range w.owners {
		rows.add(w.root(p.of), "owner "+p.of+" "+p.name, since, w.active(p.name))
	}
	for id, g := range w.groups {
		rows.add(w.root(g.home), "group "+id, g)
	}
	for s, m := range w.memberships {
		rows.add(w.root(w.groups[s.group].home), fmt.Sprint("membership ", s), m, w.active(s.user))
	}
	for k, l := range w.links {
		rows.add(w.root(w.groups[k.group].home), fmt.Sprint("link ", k), l)
	}
	for id, i := range w.invitations {
		rows.add(w.root(w.groups[i.group].home), "invitation "+id, i)
	}
	for p, d := range w.admins {
		rows.add(p.of, "admin "+p.of+" "+p.name, d, w.active(p.name))
	}
	for id, t := range w.teams {
		rows.add(t.root, "team "+id, t)
	}
	for p, since := range w.places {
		rows.add(w.teams[p.of].root, fmt.Sprint("place ", p), since)
	}
	for p, u := range w.teamUsers {
		rows.add(w.teams[p.of].root, fmt.Sprint("team user ", p), u, w.active(p.name))
	}
	for o, r := range w.resources {
		rows.add(w.root(r.organization), fmt.Sprint("resource ", o), r)
	}
	for id, k := range w.keys {
		rows.add(w.root(k.organization), "key "+id, k)
	}
	for name, r := range rows {
		if r.tree == "" && !strings.HasPrefix(name, "user ") {
			panic("the fact " + name + " is in no tree")
		}
	}
	return rows
}

type wholly map[string]row

func (rows wholly) add(tree, name string, facts ...any) {
	rows[name] = row{tree, fmt.Sprintf("%s %#v", tree, facts)}
}

// Reading what a request gives.

func textOf(v any) string {
	s, _ := v.(string)
	return s
}

func (a *attempt) text(name string) string { return textOf(a.body[name]) }

func (a *attempt) flag(name string) bool {
	b, _ := a.body[name].(bool)
	return b
}

func (a *attempt) given(name string) bool { return a.body[name] != nil }

// texts are a list of the body, nil if it is not given.
func (a *attempt) texts(name string) []string { return textsOf(a.body[name]) }

func textsOf(v any) []string {
	list, ok := v.([]any)
	if !ok {
		return nil
	}
	texts := []string{}
	for _, item := range list {
		texts = append(texts, textOf(item))
	}
	return texts
}

// query is a value of the request's query.
func (a *attempt) query(name string) string {
	_, query, _ := strings.Cut(a.request.Path, "?")
	for part := range strings.SplitSeq(query, "&") {
		if value, ok := strings.CutPrefix(part, name+"="); ok {
			return value
		}
	}
	return ""
}

func (a *attempt) valid(holds bool) { a.must(holds, "invalid") }

// name takes a name as people write it.
func (a *attempt) name(text string) string {
	text = strings.TrimSpace(text)
	a.valid(text != "")
	return text
}

func (a *attempt) id(text string) string {
	a.valid(text != "" && !strings.ContainsAny(text, ": *"))
	return text
}

// end is when something is to end: yet to come (D-29). Not given is never.
func (a *attempt) end(name string) time.Time {
	if !a.given(name) {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, a.text(name))
	a.valid(err == nil && at.After(a.Now))
	return at.UTC()
}

func (a *attempt) claims(claims []string) []string {
	for _, c := range claims {
		a.valid(slices.Contains(Claims, c))
	}
	return inOrder(claims)
}

func instant(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func list(texts []string) []any {
	items := []any{}
	for _, t := range texts {
		items = append(items, t)
	}
	return items
}

// instant takes a time of the body.
func (a *attempt) instant(name string) time.Time {
	at, err := time.Parse(time.RFC3339, a.text(name))
	a.valid(err == nil)
	return at
}

// choose gives a name to what the service gives an id of its own.
func (a *attempt) choose(kind string) string {
	a.made++
	a.answer.Made = fmt.Sprintf("%s%s%d", Made, kind, a.made)
	return a.answer.Made
}

// Made begins the names of what the service gives ids of its own.
const Made = "w0-made-"
