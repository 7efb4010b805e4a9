package httpapi_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// world is three trees of a test's own. In paths and bodies, {x} stands for the id of x.
//
//	R           root; owners alice and dan (deactivated)
//	└─ S        owners bob and olga; home of the groups G and H
//	   ├─ L     owner bob
//	   └─ M     owner bob; G is linked to it
//	B           root of another tree; owner sid; home of the group BG
//	└─ BS       owner sid; BG is linked to it
//	F           root of a third tree; owner bob; nothing else
//
// G claims view_agents; its owners are bob and gina, its member is max. H claims
// view_gateways; its owner is gina. ada is an administrator of R, and has a role in S as soon
// as that is delegated. eve has nothing. I invites max to own G too, with the
// token IT; BI invites eve to BG. The cooldown of both is over. The machine pc is in S, with
// the key K, and has the backup configuration nightly; the machine far is in B, with BK.
// The tenant group T of R has M, its group administrator tess and its user tom; its
// subgroup TE is empty. H is linked to U, which has nothing. BT is one of B.
type world struct {
	*stack
	prefix string
	made   map[string]string // what the service has chosen, by its name here
}

var worlds atomic.Int64

func newWorld(t *testing.T) *world {
	t.Helper()
	beginAnew()
	used++
	t.Cleanup(func() { used-- })
	w := &world{shared, "w" + strconv.FormatInt(worlds.Add(1), 10) + "-", map[string]string{}}
	for _, user := range []string{"alice", "bob", "olga", "gina", "max", "sid", "dan", "eve", "tess", "tom", "ada"} {
		w.must(t, "PUT", "/v1/users/{"+user+"}", `{}`)
	}
	w.must(t, "PUT", "/v1/users/{max}", `{"email":"{max}@example.com","email_verified":true}`)
	for _, step := range [][3]string{
		{"POST", "/v1/organizations", `{"id":"{R}","name":"R","detached":true,"owner_id":"{alice}"}`},
		{"PUT", "/v1/organizations/{R}/subscription", `{"plan":"enterprise","status":"active"}`},
		{"PUT", "/v1/organizations/{R}/owners/{dan}", ""},
		{"POST", "/v1/organizations", `{"id":"{S}","name":"S","parent_id":"{R}","owner_id":"{bob}"}`},
		{"PUT", "/v1/organizations/{S}/owners/{olga}", ""},
		{"POST", "/v1/organizations", `{"id":"{L}","name":"L","parent_id":"{S}","owner_id":"{bob}"}`},
		{"POST", "/v1/organizations", `{"id":"{M}","name":"M","parent_id":"{S}","owner_id":"{bob}"}`},
		{"POST", "/v1/organizations/{S}/groups", `{"id":"{G}","name":"G","claims":["view_agents"],"owner_id":"{bob}"}`},
		{"PUT", "/v1/groups/{G}/owners/{gina}", ""},
		{"PUT", "/v1/groups/{G}/members/{max}", ""},
		{"PUT", "/v1/organizations/{M}/links/{G}", ""},
		{"POST", "/v1/organizations/{S}/groups", `{"id":"{H}","name":"H","claims":["view_gateways"],"owner_id":"{gina}"}`},
		{"POST", "/v1/organizations", `{"id":"{B}","name":"B","detached":true,"owner_id":"{sid}"}`},
		{"PUT", "/v1/organizations/{B}/subscription", `{"plan":"enterprise","status":"active"}`},
		{"POST", "/v1/organizations", `{"id":"{BS}","name":"BS","parent_id":"{B}","owner_id":"{sid}"}`},
		{"POST", "/v1/organizations/{B}/groups", `{"id":"{BG}","name":"BG","claims":[],"owner_id":"{sid}"}`},
		{"PUT", "/v1/organizations/{BS}/links/{BG}", ""},
		{"POST", "/v1/organizations", `{"id":"{F}","name":"F","detached":true,"owner_id":"{bob}"}`},
		{"PUT", "/v1/organizations/{S}/resources/machine/{pc}", `{"name":"PC"}`},
		{"PUT", "/v1/organizations/{S}/resources/backup_config/{nightly}", `{"name":"Nightly","assigned_to":[{"type":"machine","id":"{pc}"}]}`},
		{"PUT", "/v1/organizations/{B}/resources/machine/{far}", `{"name":"Far"}`},
		{"POST", "/v1/organizations/{R}/tenant-groups", `{"id":"{T}","name":"T"}`},
		{"POST", "/v1/organizations/{R}/tenant-groups", `{"id":"{TE}","name":"TE","parent_id":"{T}"}`},
		{"PUT", "/v1/tenant-groups/{T}/tenants/{M}", ""},
		{"PUT", "/v1/tenant-groups/{T}/users/{tess}", `{"group_administrator":true}`},
		{"PUT", "/v1/tenant-groups/{T}/users/{tom}", `{}`},
		{"POST", "/v1/organizations/{R}/tenant-groups", `{"id":"{U}","name":"U"}`},
		{"PUT", "/v1/tenant-groups/{U}/links/{H}", ""},
		{"POST", "/v1/organizations/{B}/tenant-groups", `{"id":"{BT}","name":"BT"}`},
		{"PUT", "/v1/organizations/{R}/administrators/{ada}", `{"role":"help_desk","subaccount_role":"billing","subaccounts":["{S}"]}`},
		{"PUT", "/v1/users/{dan}", `{"state":"deactivated"}`},
	} {
		w.must(t, step[0], step[1], step[2])
	}
	w.invite(t, "I", "bob", "{G}", "{max}@example.com", "owner")
	w.invite(t, "BI", "sid", "{BG}", "{eve}@example.com", "member")
	w.issue(t, "K", "{S}", "{pc}")
	w.issue(t, "BK", "{B}", "{far}")
	w.clock.advance(tenancy.DefaultInvitationCooldown)
	w.fresh(t)
	return w
}

// invite has a user make an invitation; its token has the same name and a T.
func (w *world) invite(t *testing.T, name, actor, group, email, role string) reply {
	t.Helper()
	r := w.send(t, request{method: "POST", path: "/v1/groups/" + group + "/invitations", actor: actor,
		body: `{"email":"` + email + `","role":"` + role + `"}`})
	require.Equal(t, 201, r.status, r.text)
	w.made[name], w.made[name+"T"] = r.json["id"].(string), r.json["accept_token"].(string)
	return r
}

// issue gives a machine a key, whose secret has the same name and an S.
func (w *world) issue(t *testing.T, name, organization, machine string) reply {
	t.Helper()
	r := w.must(t, "POST", "/v1/organizations/"+organization+"/access-keys", `{"subject":{"type":"machine","id":"`+machine+`"},"name":"`+name+`"}`)
	w.made[name], w.made[name+"S"] = r.json["id"].(string), r.json["secret"].(string)
	return r
}

// must has the platform do something that succeeds.
func (w *world) must(t *testing.T, method, path, body string) reply {
	t.Helper()
	r := w.send(t, request{method: method, path: path, body: body, actor: "platform"})
	require.Less(t, r.status, 300, "%s %s: %s", method, path, r.text)
	return r
}

func (w *world) id(name string) string { return w.prefix + name }

// fresh is every event of the trails that the world can write to since it was last asked.
func (w *world) fresh(t *testing.T) []tenancy.Event {
	t.Helper()
	return w.news(t, "", w.id("R"), w.id("B"), w.id("F"))
}

// request is a call by an actor: "platform", "console", "nobody" (no credential),
// "broken" (a wrong one), "machine" (the key K), or a user for whom the console acts.
type request struct {
	method, path, body, actor string
	header                    map[string]string
}

// reply is the answer to a request.
type reply struct {
	status int
	header http.Header
	text   string
	json   map[string]any
}

func (r reply) code() string {
	code, _ := r.json["code"].(string)
	return code
}

func (w *world) send(t *testing.T, req request) reply {
	t.Helper()
	r := httptest.NewRequest(req.method, w.expand(req.path, req.actor), strings.NewReader(w.expand(req.body, req.actor)))
	if req.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for name, value := range w.credentials(req.actor) {
		r.Header.Set(name, value)
	}
	for name, value := range req.header {
		r.Header.Set(name, w.expand(value, req.actor))
	}
	recorder := httptest.NewRecorder()
	w.handler.ServeHTTP(recorder, r)
	described().requireDescribed(t, r, w.expand(req.body, req.actor), recorder)
	out := reply{status: recorder.Code, header: recorder.Header(), text: recorder.Body.String()}
	if strings.Contains(out.header.Get("Content-Type"), "json") {
		require.NoError(t, json.Unmarshal(recorder.Body.Bytes(), &out.json), out.text)
	}
	return out
}

// expand puts ids into a text. {me} is the acting user, or eve if none acts; {founder} is
// the field that the platform has to give when it creates something.
func (w *world) expand(text, actor string) string {
	me, founder := "{"+actor+"}", ""
	if actor == "platform" {
		founder = `"owner_id":"{eve}",`
	}
	if !isUser(actor) {
		me = "{eve}"
	}
	text = strings.NewReplacer("{me}", me, "{founder}", founder).Replace(text)
	for name, made := range w.made {
		text = strings.ReplaceAll(text, "{"+name+"}", made)
	}
	return placeholder.ReplaceAllString(text, w.prefix+"$1")
}

func isUser(actor string) bool {
	switch actor {
	case "platform", "console", "nobody", "broken", "machine":
		return false
	}
	return true
}

func (w *world) credentials(actor string) map[string]string {
	console := "Bearer " + w.secrets[w.console.ID]
	switch actor {
	case "platform":
		return map[string]string{"Authorization": "Bearer " + w.secrets[w.platform.ID]}
	case "console":
		return map[string]string{"Authorization": console}
	case "nobody":
		return nil
	case "machine":
		return map[string]string{"Authorization": "Bearer " + w.made["KS"]}
	case "broken":
		return map[string]string{"Authorization": strings.ToUpper(console)}
	}
	if w.tokens {
		return map[string]string{"Authorization": "Bearer " + tokenOf + w.id(actor)}
	}
	return map[string]string{"Authorization": console, "Act-As-User": w.id(actor)}
}
