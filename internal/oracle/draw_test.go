package oracle_test

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/tenantry/tenantry/internal/oracle"
)

// The names of a game. Few names make histories in which things meet, and are named again
// after they are gone.
var (
	users         = names("ann", "bob", "cat", "dan", "eve")
	organizations = names("acme", "shop", "kiosk", "farm", "zeta", "mill")
	groups        = names("ops", "dev", "adm")
	tenantGroups  = names("red", "blue", "sky")
	kinds         = []string{"machine", "agent", "backup_config", "connection_string", "encryption_key", "backup_report", "gateway", "monitored_system"}
	things        = names("one", "two")
	modules       = []string{"payroll", "invoicing"}
	accountRoles  = []string{"owner", "administrator", "user_manager", "help_desk", "billing", "read_only"}
	claims        = []string{"view_agents", "manage_agents", "manage_machines", "view_backup_configs", "manage_billing", "owner"}
	addresses     = []string{"ann@w0-x.example", "bob@w0-x.example", "BOB@w0-x.example", "cat+new@w0-x.example", "cat@w0-x.example", "dan@w0-y.example", "ｄan@w0-y.example", "eve@w0-y.example"}
)

func names(short ...string) (long []string) {
	for _, s := range short {
		long = append(long, "w0-"+s)
	}
	return long
}

// prelude is where games begin: two accounts, one of them with a branch of three levels. cat owns
// what ann does, but not her group; dan administers what he does not own; eve has nothing.
var prelude = []string{
	`platform PUT /v1/users/w0-ann {"email":"ann@w0-x.example","email_verified":true,"name":"Ann"}`,
	`console PUT /v1/users/w0-bob {"email":"bob@w0-x.example","email_verified":true,"name":"Bob"}`,
	`platform PUT /v1/users/w0-cat {"email":"Cat@w0-x.example","email_verified":true}`,
	`platform PUT /v1/users/w0-dan {"email":"dan@w0-y.example","email_verified":true}`,
	`platform PUT /v1/users/w0-eve {"email":"eve@w0-y.example"}`,
	`platform POST /v1/organizations {"id":"w0-acme","name":"Acme","detached":true,"owner_id":"w0-ann"}`,
	`platform PUT /v1/organizations/w0-acme/subscription {"plan":"enterprise","status":"active"}`,
	`platform POST /v1/organizations {"id":"w0-zeta","name":"Zeta","detached":true,"owner_id":"w0-bob"}`,
	`console/w0-ann POST /v1/organizations {"id":"w0-shop","name":"Shop","parent_id":"w0-acme"}`,
	`console/w0-ann PUT /v1/organizations/w0-shop/owners/w0-bob`,
	`console/w0-ann PUT /v1/organizations/w0-acme/owners/w0-cat`,
	`console/w0-ann PUT /v1/organizations/w0-shop/owners/w0-cat`,
	`console/w0-ann PUT /v1/organizations/w0-acme/administrators/w0-dan {"role":"administrator"}`,
	`console/w0-bob@w0-shop POST /v1/organizations {"id":"w0-kiosk","name":"Kiosk"}`,
	`console/w0-ann POST /v1/organizations/w0-acme/groups {"id":"w0-ops","name":"Ops","claims":["view_agents"]}`,
	`console/w0-ann PUT /v1/groups/w0-ops/members/w0-cat`,
}

// dice draw requests that make sense in a world.
type dice struct {
	t     *rapid.T
	world *oracle.World
}

// evenly draws a number below n, each as likely as any other. rapid's own numbers are mostly
// small: then most of a game would be about the first few names.
func evenly(n int) *rapid.Generator[int] {
	const more = 6 // bits, for the remainder to be even enough
	return rapid.Custom(func(t *rapid.T) (drawn int) {
		for range bits.Len(uint(n)) + more {
			drawn *= 2
			if rapid.Bool().Draw(t, "bit") {
				drawn++
			}
		}
		return drawn % n
	})
}

func one[T any](t *rapid.T, what string, list []T) T { return list[evenly(len(list)).Draw(t, what)] }

func (d dice) of(what string, list []string) string { return one(d.t, what, list) }

func (d dice) user() string          { return d.of("user", users) }
func (d dice) organization() string  { return d.of("organization", organizations) }
func (d dice) group() string         { return d.of("group", groups) }
func (d dice) team() string          { return d.of("tenant group", tenantGroups) }
func (d dice) coin(what string) bool { return rapid.Bool().Draw(d.t, what) }

// once is true in one of n draws.
func (d dice) once(what string, n int) bool { return evenly(n).Draw(d.t, what) == n-1 }

func (d dice) some(what string, list []string) []string {
	some := []string{}
	for range evenly(3).Draw(d.t, "how many") {
		if name := d.of(what, list); !slices.Contains(some, name) {
			some = append(some, name)
		}
	}
	return some
}

// made is what the service has given an id to, or what there never was.
func (d dice) made(kind string) string {
	return d.of(kind, append(d.world.Made(kind), "w0-never"))
}

// end is some time to come, and seldom one that is past.
func (d dice) end() string {
	after := one(d.t, "end", []time.Duration{30 * time.Minute, 2 * time.Hour, 48 * time.Hour, 2 * time.Hour, 48 * time.Hour, -time.Hour})
	return d.world.Now.Add(after).Format(time.RFC3339)
}

// body writes fields that are given; those with nil are left out.
func body(fields ...any) string {
	given := map[string]any{}
	for i := 0; i < len(fields); i += 2 {
		if fields[i+1] != nil {
			given[fields[i].(string)] = fields[i+1]
		}
	}
	return text(given)
}

func (d dice) maybe(what string, value func() any) any {
	if d.once(what+" given", 3) {
		return value()
	}
	return nil
}

func (d dice) maybeEnd() any { return d.maybe("end", func() any { return d.end() }) }

func (d dice) maybeClaims() any {
	return d.maybe("claims", func() any { return d.some("claims", claims) })
}

// move draws a request for one operation, but for who makes it.
type move func(d dice) oracle.Request

func request(method, path, body string) oracle.Request {
	return oracle.Request{Method: method, Path: path, Body: body}
}

func (d dice) question() oracle.Question {
	all := d.world.Questions()
	return one(d.t, "question", all)
}

// draws is how often another request is drawn where nobody fits: a game in which nothing is done
// shows little.
const draws = 6

// step draws a request: mostly of somebody who may, often of somebody who is refused though he is
// known and sees what he names, and sometimes of anybody.
func (d dice) step(m move) (r oracle.Request) {
	fits := one(d.t, "who", []func(oracle.Request) bool{d.may, d.may, d.may, d.may, d.mayNot, d.mayNot, anybody})
	for range draws {
		var found bool
		if r, found = d.by(m(d), fits); found {
			return r
		}
	}
	return r
}

func anybody(oracle.Request) bool { return true }

func (d dice) may(r oracle.Request) bool { return d.would(r) < 300 }

// mayNot is also who may but for where he operates from (D-9).
func (d dice) mayNot(r oracle.Request) bool {
	if r.Current != "" && d.would(r) == 404 {
		r.Current = ""
		return d.may(r)
	}
	return slices.Contains([]int{403, 409, 422, 429}, d.would(r)) && (r.User != "" || r.Credential == "platform")
}

// would is the status that a request has, or would have without its being a dry run.
func (d dice) would(r oracle.Request) int {
	answer := d.world.Clone().Do(r)
	if answer.Would != nil {
		return answer.Would.Status
	}
	return answer.Status
}

// by draws who makes a request: the first one that fits, from anywhere in the list of callers.
func (d dice) by(r oracle.Request, fits func(oracle.Request) bool) (by oracle.Request, found bool) {
	if d.once("from somewhere", 4) {
		r.Current = d.organization()
	}
	if d.once("dry run", 12) && r.Method != "GET" && !isQuestion(r) {
		r.DryRun = true
	}
	if d.once("with a key", 10) && r.Method != "GET" && !isQuestion(r) {
		r.Key = d.of("key", []string{"k1", "k2"})
	}
	callers := d.callers()
	first := evenly(len(callers)).Draw(d.t, "caller")
	for i := range callers {
		if as := callers[(first+i)%len(callers)](r); fits(as) {
			return as, true
		}
	}
	return callers[first](r), false
}

func isQuestion(r oracle.Request) bool {
	return strings.HasSuffix(r.Path, "/check") || strings.HasSuffix(r.Path, "/explain") || strings.Contains(r.Path, "/lookup/") || strings.HasSuffix(r.Path, "/audience")
}

// callers make requests theirs: users by the console, the platform, machines, and those who
// are nobody.
func (d dice) callers() (callers []func(oracle.Request) oracle.Request) {
	as := func(credential, user string) {
		callers = append(callers, func(r oracle.Request) oracle.Request {
			r.Credential, r.User = credential, user
			return r
		})
	}
	for _, user := range users {
		as("console", user)
	}
	as("platform", "w0-ann")
	as("console", "w0-never")
	as("console", "")
	as("none", "")
	as("broken", "")
	for _, key := range d.world.Made("key") {
		as(key, "")
	}
	callers = append(callers, func(r oracle.Request) oracle.Request {
		r.Credential = "platform"
		if creates(r) {
			r.Body = strings.Replace(r.Body, "{", fmt.Sprintf("{%q:%q,", "owner_id", d.user()), 1)
		}
		return r
	})
	return callers
}

func creates(r oracle.Request) bool {
	return r.Method == "POST" && (r.Path == "/v1/organizations" || strings.HasSuffix(r.Path, "/groups")) && r.Body != "" && !strings.Contains(r.Body, "owner_id")
}
