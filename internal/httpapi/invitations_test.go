package httpapi_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var acceptToken = `"accept_token":"tit_[A-Za-z0-9_-]{43}"`

// The whole of an invitation; its token is there once.
func TestInvitationObject(t *testing.T) {
	w := newWorld(t)
	r := w.send(t, request{method: "POST", path: "/v1/groups/{G}/invitations", actor: "bob", body: `{"email":"New@Example.com","role":"member"}`})
	require.Equal(t, 201, r.status)
	require.Equal(t, "/v1/invitations/"+r.json["id"].(string), r.header.Get("Location"))
	require.Regexp(t, acceptToken, r.text)
	object := `{"id":"inv_MADE","organization_id":"S","group_id":"G","email":"New@Example.com","role":"member","state":"pending","invited_by":"bob","created_at":"TIME","expires_at":"TIME","resend_after":"TIME"}`
	delete(r.json, "accept_token")
	r.text = string(must(json.Marshal(r.json)))
	requireObject(t, w, object, r)

	list := w.must(t, "GET", "/v1/organizations/{S}/invitations?state=pending", "")
	require.Len(t, list.json["items"], 2)
	require.NotContains(t, list.text, "accept_token")
	r = w.send(t, request{method: "POST", path: "/v1/invitations/{I}/resend", actor: "bob"})
	require.Regexp(t, acceptToken, r.text)
	w.made["IT"] = r.json["accept_token"].(string)
	r = w.send(t, request{method: "POST", path: "/v1/invitations/accept", actor: "max", body: `{"token":"{IT}"}`})
	require.Equal(t, "accepted", r.json["state"])
	require.NotContains(t, r.text, "accept_token")
	require.Equal(t, true, w.send(t, request{method: "POST", path: "/v1/check", actor: "platform",
		body: `{"subject":{"type":"user","id":"{max}"},"permission":"manage_members","resource":{"type":"group","id":"{G}"}}`}).json["allowed"])
}

// who comes too early is told how long to wait, and that is exact.
func TestCooldownTellsTheTimeLeft(t *testing.T) {
	w := newWorld(t)
	again := request{method: "POST", path: "/v1/invitations/{I}/resend", actor: "bob"}
	require.Equal(t, 200, w.send(t, again).status)
	for name, req := range map[string]request{
		"a resend":               again,
		"for another caller":     again.with("X-Forwarded-For", "203.0.113.7"),
		"for another credential": {method: again.method, path: again.path, actor: "platform"},
	} {
		t.Run(name, func(t *testing.T) {
			w.stays(t)
			requireCooldown(t, requireRefused(t, w, req, 429))
		})
	}
	w.must(t, "DELETE", "/v1/invitations/{I}", "")
	w.fresh(t)
	requireCooldown(t, requireRefused(t, w, request{method: "POST", path: "/v1/groups/{G}/invitations", actor: "bob", body: `{"email":"{max}+x@EXAMPLE.com","role":"member"}`}, 429))
}

func requireCooldown(t *testing.T, r reply) {
	t.Helper()
	require.Equal(t, "cooldown", r.code())
	left, err := strconv.Atoi(r.header.Get("Retry-After"))
	require.NoError(t, err)
	require.EqualValues(t, left, r.json["retry_after"])
	require.Positive(t, left)
	require.LessOrEqual(t, left, int(tenancy.DefaultInvitationCooldown.Seconds()))
}

// Attack 17: what is no token is answered like one that never was, and a body has no room
// for more than a token.
func TestTokensThatAreNone(t *testing.T) {
	w := newWorld(t)
	w.stays(t)
	for _, operation := range []string{"accept", "decline"} {
		path := "/v1/invitations/" + operation
		never := requireRefused(t, w, request{method: "POST", path: path, actor: "max", body: `{"token":"tit_never"}`}, 404)
		delete(never.json, "request_id")
		for _, token := range []string{"", "{I}", "{IT} ", "{IT}A", strings.ToUpper(w.made["IT"]), strings.Repeat("x", 100_000)} {
			r := requireRefused(t, w, request{method: "POST", path: path, actor: "max", body: `{"token":"` + token + `"}`}, 404)
			delete(r.json, "request_id")
			require.Equal(t, never.json, r.json)
		}
		for _, more := range []string{`"role":"owner"`, `"user_id":"{max}"`, `"email":"{max}@example.com"`, `"token":"{BIT}"`} {
			requireRefused(t, w, request{method: "POST", path: path, actor: "max", body: `{"token":"{IT}",` + more + `}`}, 400)
		}
	}
	requireRefused(t, w, request{method: "POST", path: "/v1/groups/{G}/invitations", actor: "bob", body: `{"email":"x@example.com","role":"member","state":"accepted"}`}, 400)
}

// Attack 18, through the API: fifty at once, and one more.
func TestParallelAccepts(t *testing.T) {
	w := newWorld(t)
	accept := request{method: "POST", path: "/v1/invitations/accept", actor: "max", body: `{"token":"{IT}"}`}
	var callers sync.WaitGroup
	statuses := make([]string, 50)
	for i := range statuses {
		callers.Go(func() {
			r := w.send(t, accept)
			statuses[i] = fmt.Sprint(r.status, " ", r.code())
		})
	}
	callers.Wait()
	counts := map[string]int{}
	for _, status := range statuses {
		counts[status]++
	}
	require.Equal(t, map[string]int{"200 ": 1, "409 invitation-closed": 49}, counts)
	w.fresh(t)
	require.Equal(t, "invitation-closed", requireRefused(t, w, accept, 409).code())
}

// the domain is shown, taken once, and stays.
func TestEmailDomain(t *testing.T) {
	w := newWorld(t)
	domain := strings.TrimSuffix(w.prefix, "-") + ".example"
	r := w.must(t, "POST", "/v1/organizations", `{"id":"{N}","name":"N","parent_id":"{S}","email_domain":"`+strings.ToUpper(domain)+`","owner_id":"{bob}"}`)
	require.Equal(t, domain, r.json["email_domain"])
	require.Equal(t, domain, w.must(t, "GET", "/v1/organizations/{N}", "").json["email_domain"])
	w.fresh(t)
	r = requireRefused(t, w, request{method: "POST", path: "/v1/organizations", actor: "bob", body: `{"name":"O","parent_id":"{S}","email_domain":"` + domain + `"}`}, 409)
	require.Equal(t, "domain-taken", r.code())
	r = requireRefused(t, w, request{method: "PATCH", path: "/v1/organizations/{N}", actor: "bob", body: `{"name":"O","email_domain":"other.example"}`}, 422)
	require.Equal(t, "immutable", r.code())
	require.Equal(t, "email_domain", r.json["field"])
	require.Equal(t, "N", w.must(t, "GET", "/v1/organizations/{N}", "").json["name"])
	w.must(t, "POST", "/v1/organizations/{N}/groups", `{"id":"{NG}","name":"NG","owner_id":"{bob}"}`)
	w.fresh(t)
	r = requireRefused(t, w, request{method: "POST", path: "/v1/groups/{NG}/invitations", actor: "bob", body: `{"email":"x@example.com","role":"member"}`}, 422)
	require.Equal(t, "email-domain", r.code())
	w.invite(t, "NI", "bob", "{NG}", "x@"+domain, "member")
}
