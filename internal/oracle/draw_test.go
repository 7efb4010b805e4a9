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

// moves are the operations that change something. Those that a game needs most stand twice.
var moves = map[string]move{
	"user.put": func(d dice) oracle.Request {
		state := any(nil)
		if d.once("deactivate", 3) {
			state = "deactivated"
		}
		return request("PUT", "/v1/users/"+d.user(), body("email", d.of("address", addresses), "email_verified", !d.once("unverified", 4), "state", state))
	},
	"user.erase": func(d dice) oracle.Request {
		if d.coin("address") {
			return request("POST", "/v1/erasures", body("email", d.of("address", addresses)))
		}
		return request("POST", "/v1/users/"+d.user()+"/erase", "")
	},
	"organization.create":       createOrganization,
	"organization.create again": createOrganization,
	"organization.patch": func(d dice) oracle.Request {
		fields := []any{d.of("field", []string{"isolation", "isolation", "name", "state", "email_domain", "do_not_disturb"}), nil}
		switch fields[0] {
		case "isolation":
			fields[1] = d.of("isolation", []string{"delegated", "delegated", "isolated"})
		case "name":
			fields[1] = d.of("name", []string{"New", " "})
		case "state":
			fields[1] = d.of("state", []string{"suspended", "active", "active"})
		case "email_domain":
			fields[1] = d.of("domain", []string{"w0-x.example", "w0-y.example"})
		default:
			fields[1] = map[string]any{"from": "22:00", "to": d.of("to", []string{"06:00", "23:00", "22:00"}), "time_zone": "UTC"}
		}
		return request("PATCH", "/v1/organizations/"+d.organization(), body(fields...))
	},
	"organization.delete": func(d dice) oracle.Request {
		return request("DELETE", "/v1/organizations/"+d.organization(), "")
	},
	"organization.attach": func(d dice) oracle.Request {
		return request("POST", "/v1/organizations/"+d.organization()+"/attach", body("parent_id", d.organization()))
	},
	"organization.detach": func(d dice) oracle.Request {
		return request("POST", "/v1/organizations/"+d.organization()+"/detach", "")
	},
	"subscription.put": func(d dice) oracle.Request {
		return request("PUT", "/v1/organizations/"+d.organization()+"/subscription",
			body("plan", d.of("plan", []string{"enterprise", "enterprise", "free", "pro", "gold"}), "status", d.of("status", []string{"active", "active", "canceled"})))
	},
	"owner.put": func(d dice) oracle.Request {
		return request("PUT", "/v1/organizations/"+d.organization()+"/owners/"+d.user(), "")
	},
	"owner.remove": func(d dice) oracle.Request {
		return request("DELETE", "/v1/organizations/"+d.organization()+"/owners/"+d.user(), "")
	},
	"administrator.put":       putAdministrator,
	"administrator.put again": putAdministrator,
	"administrator.remove": func(d dice) oracle.Request {
		return request("DELETE", "/v1/organizations/"+d.organization()+"/administrators/"+d.user(), "")
	},
	"administrator.batch": func(d dice) oracle.Request {
		list := []any{}
		for range evenly(3).Draw(d.t, "how many") {
			list = append(list, d.administrator("user_id", d.user()))
		}
		return request("POST", "/v1/organizations/"+d.organization()+"/administrators/batch", body("administrators", list))
	},
	"group.create": func(d dice) oracle.Request {
		return request("POST", "/v1/organizations/"+d.organization()+"/groups", body("id", d.group(), "name", "G", "claims", d.some("claims", claims)))
	},
	"group.rename": func(d dice) oracle.Request {
		return request("PATCH", "/v1/groups/"+d.group(), body("name", d.of("name", []string{"New", "G", " "})))
	},
	"group.delete": func(d dice) oracle.Request { return request("DELETE", "/v1/groups/"+d.group(), "") },
	"group.claims": func(d dice) oracle.Request {
		return request("PUT", "/v1/groups/"+d.group()+"/claims", body("claims", d.some("claims", claims)))
	},
	"group.owner.put": func(d dice) oracle.Request {
		return request("PUT", "/v1/groups/"+d.group()+"/owners/"+d.user(), "")
	},
	"group.owner.remove": func(d dice) oracle.Request {
		return request("DELETE", "/v1/groups/"+d.group()+"/owners/"+d.user(), "")
	},
	"group.member.put":       putMember,
	"group.member.put again": putMember,
	"group.member.remove": func(d dice) oracle.Request {
		return request("DELETE", "/v1/groups/"+d.group()+"/members/"+d.user(), "")
	},
	"link.put":       putLink,
	"link.put again": putLink,
	"link.remove": func(d dice) oracle.Request {
		return request("DELETE", "/v1/organizations/"+d.organization()+"/links/"+d.group(), "")
	},
	"link.batch": func(d dice) oracle.Request {
		to := []any{"descendants_of", d.organization()}
		if d.coin("named") {
			to = []any{"organization_ids", d.some("targets", organizations)}
		}
		return request("POST", "/v1/groups/"+d.group()+"/links/batch", body(append(to, "claims", d.maybeClaims(), "expires_at", d.maybeEnd())...))
	},
	"tenant_group.create": func(d dice) oracle.Request {
		parent := d.maybe("parent", func() any { return d.team() })
		return request("POST", "/v1/organizations/"+d.organization()+"/tenant-groups", body("id", d.team(), "name", "T", "parent_id", parent))
	},
	"tenant_group.rename": func(d dice) oracle.Request {
		return request("PATCH", "/v1/tenant-groups/"+d.team(), body("name", d.of("name", []string{"New", "T", " "})))
	},
	"tenant_group.delete":           func(d dice) oracle.Request { return request("DELETE", "/v1/tenant-groups/"+d.team(), "") },
	"tenant_group.tenant.put":       putPlace,
	"tenant_group.tenant.put again": putPlace,
	"tenant_group.tenant.remove": func(d dice) oracle.Request {
		return request("DELETE", "/v1/tenant-groups/"+d.team()+"/tenants/"+d.organization(), "")
	},
	"tenant_group.user.put":       putTeamUser,
	"tenant_group.user.put again": putTeamUser,
	"tenant_group.user.remove": func(d dice) oracle.Request {
		return request("DELETE", "/v1/tenant-groups/"+d.team()+"/users/"+d.user(), "")
	},
	"tenant_group.link.put": func(d dice) oracle.Request {
		return request("PUT", "/v1/tenant-groups/"+d.team()+"/links/"+d.group(), body("claims", d.maybeClaims(), "expires_at", d.maybeEnd()))
	},
	"tenant_group.link.remove": func(d dice) oracle.Request {
		return request("DELETE", "/v1/tenant-groups/"+d.team()+"/links/"+d.group(), "")
	},
	"invitation.create":       invite,
	"invitation.create again": invite,
	"invitation.resend": func(d dice) oracle.Request {
		return request("POST", "/v1/invitations/"+d.made("invitation")+"/resend", "")
	},
	"invitation.revoke": func(d dice) oracle.Request {
		return request("DELETE", "/v1/invitations/"+d.made("invitation"), "")
	},
	"invitation.accept": func(d dice) oracle.Request {
		return request("POST", "/v1/invitations/"+d.of("answer", []string{"accept", "accept", "decline"}), body("token", d.made("token")))
	},
	"resource.put":       putResource,
	"resource.put again": putResource,
	"resource.remove": func(d dice) oracle.Request {
		return request("DELETE", "/v1/organizations/"+d.organization()+"/resources/"+d.of("kind", kinds)+"/"+d.of("thing", things), "")
	},
	"access_key.create": func(d dice) oracle.Request {
		subject := map[string]any{"type": d.of("kind", []string{"machine", "agent", "machine", "gateway"}), "id": d.of("thing", things)}
		return request("POST", "/v1/organizations/"+d.organization()+"/access-keys", body("subject", subject, "name", "K", "expires_at", d.maybeEnd()))
	},
	"access_key.rotate": func(d dice) oracle.Request {
		overlap := d.maybe("overlap", func() any { return d.of("overlap", []string{"1h", "0s", "soon"}) })
		return request("POST", "/v1/organizations/"+d.organization()+"/access-keys/"+d.made("key")+"/rotate", body("overlap", overlap))
	},
	"access_key.revoke": func(d dice) oracle.Request {
		return request("DELETE", "/v1/organizations/"+d.organization()+"/access-keys/"+d.made("key"), "")
	},
}

func createOrganization(d dice) oracle.Request {
	parent := d.maybe("no parent", func() any { return nil })
	if parent == nil && !d.once("no parent", 5) {
		parent = d.organization()
	}
	var detached any
	if d.once("detached", 4) {
		detached, parent = true, nil
	}
	return request("POST", "/v1/organizations", body(
		"id", d.organization(), "name", "O", "parent_id", parent, "detached", detached,
		"tenant_group_id", d.maybe("tenant group", func() any { return d.team() }),
		"isolation", d.maybe("isolation", func() any { return "delegated" }),
		"email_domain", d.maybe("domain", func() any { return d.of("domain", []string{"w0-x.example", "w0-y.example"}) })))
}

func (d dice) administrator(fields ...any) map[string]any {
	in := map[string]any{"role": d.of("role", accountRoles)}
	for i := 0; i < len(fields); i += 2 {
		in[fields[i].(string)] = fields[i+1]
	}
	if d.coin("subaccount role") {
		in["subaccount_role"] = d.of("role", accountRoles)
	}
	switch d.of("reach", []string{"", "all", "list", "except"}) {
	case "all":
		in["subaccounts"] = "all"
	case "list":
		in["subaccounts"] = d.some("subaccounts", organizations)
	case "except":
		in["subaccounts"] = map[string]any{"except": d.some("subaccounts", organizations)}
	}
	return in
}

func putAdministrator(d dice) oracle.Request {
	return request("PUT", "/v1/organizations/"+d.organization()+"/administrators/"+d.user(), text(d.administrator()))
}

func putMember(d dice) oracle.Request {
	return request("PUT", "/v1/groups/"+d.group()+"/members/"+d.user(), body("expires_at", d.maybeEnd()))
}

func putLink(d dice) oracle.Request {
	scope := d.maybe("scope", func() any { return "subtree" })
	return request("PUT", "/v1/organizations/"+d.organization()+"/links/"+d.group(), body("scope", scope, "claims", d.maybeClaims(), "expires_at", d.maybeEnd()))
}

func putPlace(d dice) oracle.Request {
	return request("PUT", "/v1/tenant-groups/"+d.team()+"/tenants/"+d.organization(), "")
}

func putTeamUser(d dice) oracle.Request {
	return request("PUT", "/v1/tenant-groups/"+d.team()+"/users/"+d.user(), body(
		"group_administrator", d.coin("administrator"), "all_tenant_permissions", d.coin("all"), "modules", d.some("modules", modules)))
}

func invite(d dice) oracle.Request {
	return request("POST", "/v1/groups/"+d.group()+"/invitations", body("email", d.of("address", addresses), "role", d.of("role", []string{"member", "owner"})))
}

func putResource(d dice) oracle.Request {
	kind := d.of("kind", kinds)
	var parent, assigned any
	switch {
	case kind == "monitored_system":
		parent = d.maybe("parent", func() any { return d.of("thing", things) })
	case kind != "machine" && kind != "agent" && d.coin("assigned"):
		assigned = []any{map[string]any{"type": d.of("kind", []string{"machine", "agent"}), "id": d.of("thing", things)}}
	}
	return request("PUT", "/v1/organizations/"+d.organization()+"/resources/"+kind+"/"+d.of("thing", things), body("name", "R", "parent_id", parent, "assigned_to", assigned))
}

// looks are the operations that only look.
var looks = []move{
	func(d dice) oracle.Request { return request("GET", "/v1/users/"+d.user(), "") },
	func(d dice) oracle.Request {
		return request("GET", "/v1/organizations?"+d.of("by", []string{"root_id", "parent_id"})+"="+d.organization(), "")
	},
	func(d dice) oracle.Request {
		of := d.of("of", []string{"", "/deletion-blockers", "/tree", "/audit", "/roster", "/owners", "/administrators", "/groups", "/links", "/tenant-groups", "/invitations", "/resources", "/access-keys"})
		return request("GET", "/v1/organizations/"+d.organization()+of, "")
	},
	func(d dice) oracle.Request {
		query := d.of("query", []string{"roster?state=pending", "roster?via=linked_group", "roster?via=x", "resources?type=agent", "administrators?role=billing", "invitations?state=pending", "audit/verify", "audit/review"})
		return request("GET", "/v1/organizations/"+d.organization()+"/"+query, "")
	},
	func(d dice) oracle.Request {
		return request("GET", "/v1/groups/"+d.group()+d.of("of", []string{"", "/owners", "/members", "/links"}), "")
	},
	func(d dice) oracle.Request {
		return request("GET", "/v1/tenant-groups/"+d.team()+d.of("of", []string{"", "/tenants", "/users", "/links"}), "")
	},
	func(d dice) oracle.Request {
		var target map[string]any
		switch kind := d.of("target", []string{"organization", "user", "role", "group"}); kind {
		case "organization":
			target = map[string]any{"type": kind, "id": d.organization()}
		case "role":
			target = map[string]any{"type": kind, "id": d.of("role", accountRoles), "organization_id": d.organization()}
		case "user":
			target = map[string]any{"type": kind, "id": d.user()}
		default:
			target = map[string]any{"type": kind, "id": d.group()}
		}
		if d.coin("somewhere") && (target["type"] == "user" || target["type"] == "group") {
			target["organization_id"] = d.organization()
		}
		return request("POST", "/v1/notifications/audience", body("target", target, "at", d.maybe("at", func() any { return "2026-03-05T23:30:00Z" })))
	},
	func(d dice) oracle.Request {
		q := d.question()
		return request("POST", d.of("asks", []string{"/v1/check", "/v1/explain"}), text(asBody(q)))
	},
	func(d dice) oracle.Request {
		q := d.question()
		return request("POST", "/v1/lookup/resources", body("subject", asBody(q)["subject"], "permission", q.Permission, "resource_type", q.Resource.Type,
			"root_id", d.maybe("root", func() any { return d.organization() })))
	},
	func(d dice) oracle.Request {
		q := d.question()
		return request("POST", "/v1/lookup/subjects", body("resource", asBody(q)["resource"], "permission", q.Permission, "subject_type", q.Subject.Type))
	},
	func(d dice) oracle.Request {
		ask := d.of("ask", []string{"backup_config read", "connection_string use", "encryption_key use", "backup_report submit", "backup_report view"})
		kind, permission, _ := strings.Cut(ask, " ")
		return request("POST", "/v1/self/check", body("permission", permission, "resource", map[string]any{"type": kind, "id": d.of("thing", things)}))
	},
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

func (d dice) mayNot(r oracle.Request) bool {
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
