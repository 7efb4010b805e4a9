package httpapi_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/httpapi"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// with its key a machine does nothing but ask about itself. An operation refuses it
// whatever it is about, and a question leaves no event.
func TestAMachineMayDoNothingElse(t *testing.T) {
	w := newWorld(t)
	w.stays(t)
	for _, route := range protected() {
		t.Run(route.Operation, func(t *testing.T) {
			w.fresh(t)
			trial := trials[route.Operation]
			req := request{method: route.Method, path: trial.path, body: trial.body, actor: "machine"}
			r := w.send(t, req)
			if strings.HasPrefix(route.Path, "/v1/self/") {
				require.Equal(t, 200, r.status)
				return
			}
			require.Equal(t, 403, r.status, r.text)
			if isDecision(route) {
				require.Empty(t, w.fresh(t))
				return
			}
			events := w.fresh(t)
			require.Len(t, events, 1)
			require.Equal(t, tenancy.Object{Type: "access_key", ID: w.made["K"]}, events[0].Actor)
			require.Empty(t, events[0].RootID, "nothing is told of what it named")
		})
	}
}

// isDecision tells the questions that are asked so often that they leave no event.
func isDecision(route httpapi.Route) bool {
	return strings.HasPrefix(route.Path, "/v1/check") || route.Path == "/v1/explain" || strings.HasPrefix(route.Path, "/access/") || strings.HasPrefix(route.Path, "/v1/lookup/")
}

// Attack 27: an access key acts for nobody.
func TestAMachineActsForNobody(t *testing.T) {
	w := newWorld(t)
	for _, route := range protected() {
		for _, user := range []string{"{bob}", "", "{pc}"} {
			r := w.send(t, request{method: route.Method, path: onOurs(route), body: bodyOf(route), actor: "machine",
				header: map[string]string{"Act-As-User": user}})
			require.Equal(t, 401, r.status, route.Operation)
		}
	}
}

const (
	readNightly = `{"permission":"read","resource":{"type":"backup_config","id":"{nightly}"}}`
	asks        = "/v1/self/check"
)

// status is the answer to a machine that asks with a secret.
func (w *world) status(t *testing.T, secret string) int {
	t.Helper()
	return w.send(t, request{method: "POST", path: asks, body: readNightly, actor: "nobody",
		header: map[string]string{"Authorization": "Bearer " + secret}}).status
}

// Attack 25: a key that has ended is refused on the very next call, whatever ended it.
func TestAccessKeysEndAtOnce(t *testing.T) {
	for name, end := range map[string]func(t *testing.T, w *world){
		"revoked":             func(t *testing.T, w *world) { w.must(t, "DELETE", "/v1/organizations/{S}/access-keys/{K}", "") },
		"rotated":             func(t *testing.T, w *world) { w.must(t, "POST", "/v1/organizations/{S}/access-keys/{K}/rotate", `{}`) },
		"its machine deleted": func(t *testing.T, w *world) { w.must(t, "DELETE", "/v1/organizations/{S}/resources/machine/{pc}", "") },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			require.Equal(t, 200, w.status(t, w.made["KS"]))
			end(t, w)
			require.Equal(t, 401, w.status(t, w.made["KS"]))
			require.Equal(t, 200, w.status(t, w.made["BKS"]))
			w.must(t, "PUT", "/v1/organizations/{S}/resources/machine/{pc}", `{"name":"PC"}`)
			require.Equal(t, 401, w.status(t, w.made["KS"]), "it does not come back")
		})
	}
}

// The old key lives as long as the overlap, and the new one from the start.
func TestRotationOverlaps(t *testing.T) {
	w := newWorld(t)
	r := w.must(t, "POST", "/v1/organizations/{S}/access-keys/{K}/rotate", `{"overlap":"1h"}`)
	next := r.json["secret"].(string)
	require.NotEqual(t, w.made["KS"], next)
	require.Equal(t, 200, w.status(t, next))
	require.Equal(t, 200, w.status(t, w.made["KS"]))
	w.clock.advance(3600e9)
	require.Equal(t, 401, w.status(t, w.made["KS"]))
	require.Equal(t, 200, w.status(t, next))
}

// Attack 26: key B right after key A has its own answer.
func TestEachKeyHasItsOwnAnswer(t *testing.T) {
	w := newWorld(t)
	ask := func(secret string) any {
		return w.send(t, request{method: "POST", path: asks, body: readNightly, actor: "nobody",
			header: map[string]string{"Authorization": "Bearer " + w.made[secret]}}).json["allowed"]
	}
	for range 20 {
		require.Equal(t, true, ask("KS"))
		require.Equal(t, false, ask("BKS"))
	}
}

// what is not there and what is another's are answered alike, to the byte.
func TestAMachineLearnsNothingOfOthers(t *testing.T) {
	w := newWorld(t)
	w.must(t, "PUT", "/v1/organizations/{B}/resources/backup_config/{theirs}", `{"name":"N","assigned_to":[{"type":"machine","id":"{far}"}]}`)
	for _, id := range []string{"{theirs}", "{never}"} {
		r := w.send(t, request{method: "POST", path: asks, body: strings.Replace(readNightly, "{nightly}", id, 1), actor: "machine"})
		require.Equal(t, "{\"allowed\":false}\n", r.text)
		require.NotContains(t, r.header, "Tenantry-Token")
	}
}

func TestSelfCheckBatch(t *testing.T) {
	w := newWorld(t)
	r := w.send(t, request{method: "POST", path: asks + "/batch", actor: "machine",
		body: `{"checks":[` + readNightly + `,{"permission":"fly","resource":{"type":"backup_config","id":"{nightly}"}},{"permission":"read","resource":{"type":"backup_config","id":"{never}"}}]}`})
	requireObject(t, w, `{"results":[{"allowed":true},{"problem":{"type":"urn:tenantry:problem:invalid","title":"The input is invalid.","status":422,"detail":"The input is invalid.","code":"invalid","request_id":"req_MADE","errors":[{"field":"permission","message":"must be one of [\"read\"]"}]}},{"allowed":false}]}`, r)

	for n, status := range map[int]int{tenancy.MaxSelfChecks: 200, tenancy.MaxSelfChecks + 1: 422} {
		body := `{"checks":[` + strings.Repeat(`{},`, n-1) + `{}]}`
		require.Equal(t, status, w.send(t, request{method: "POST", path: asks + "/batch", body: body, actor: "machine"}).status, n)
	}
}

// The secret is told once; what is listed holds nothing of it.
func TestObjectsOfAccessKeys(t *testing.T) {
	w := newWorld(t)
	r := w.must(t, "POST", "/v1/organizations/{S}/access-keys", `{"subject":{"type":"machine","id":"{pc}"},"name":"N","expires_at":"2999-01-02T03:04:05+01:00"}`)
	id, secret := r.json["id"].(string), r.json["secret"].(string)
	require.Regexp(t, `^tak_[0-9a-v]{26}$`, id)
	require.True(t, strings.HasPrefix(secret, r.json["prefix"].(string)))
	require.JSONEq(t, w.expand(fmt.Sprintf(`{"id":%q,"prefix":%q,"organization_id":"{S}","subject":{"type":"machine","id":"{pc}"},"name":"N","expires_at":"2999-01-02T02:04:05.000Z","revoked_at":null,"last_used_at":null,"secret":%q}`, id, id, secret), ""), r.text)
	require.Equal(t, "/v1/organizations/"+w.id("S")+"/access-keys/"+id, r.header.Get("Location"))
	w.must(t, "DELETE", "/v1/organizations/{S}/access-keys/"+id, "")

	list := w.must(t, "GET", "/v1/organizations/{S}/access-keys", "")
	require.NotContains(t, list.text, "secret")
	require.NotContains(t, list.text, secret[len(id)+1:])
	items := list.json["items"].([]any)
	require.Len(t, items, 2)
	require.NotNil(t, items[1].(map[string]any)["revoked_at"])
}

func TestObjectsOfResources(t *testing.T) {
	w := newWorld(t)
	put := func(path, body, want string) {
		t.Helper()
		requireObject(t, w, want, w.must(t, "PUT", "/v1/organizations/{S}/resources/"+path, body))
	}
	put("backup_config/{nightly}", `{"name":" N ","assigned_to":[{"type":"machine","id":"{pc}"},{"type":"machine","id":"{pc}"}]}`,
		`{"organization_id":"S","type":"backup_config","id":"nightly","name":"N","parent_id":null,"assigned_to":[{"type":"machine","id":"pc"}]}`)
	put("monitored_system/{app}", `{"name":"App"}`,
		`{"organization_id":"S","type":"monitored_system","id":"app","name":"App","parent_id":null,"assigned_to":[]}`)
	put("monitored_system/{db}", `{"name":"DB","parent_id":"{app}"}`,
		`{"organization_id":"S","type":"monitored_system","id":"db","name":"DB","parent_id":"app","assigned_to":[]}`)
	var ids []string
	for _, item := range w.items(t, "bob", "/v1/organizations/{S}/resources") {
		ids = append(ids, strings.TrimPrefix(item["id"].(string), w.prefix))
	}
	require.Equal(t, []string{"pc", "nightly", "app", "db"}, ids)
}

// Attacks 6 and 7, for the ids of resources and keys.
func TestStrangeIDsOfResources(t *testing.T) {
	w := newWorld(t)
	w.stays(t)
	for _, id := range []string{"*", "{pc}*", "machine:{pc}", "{pc}#assigned", "{pc} ", "..", "ä", strings.Repeat("x", 65)} {
		part := url.PathEscape(w.expand(id, ""))
		requireRefused(t, w, request{method: "PUT", path: "/v1/organizations/{S}/resources/machine/" + part, body: `{"name":"N"}`, actor: "platform"}, 422)
		requireRefused(t, w, request{method: "DELETE", path: "/v1/organizations/{S}/resources/machine/" + part, actor: "platform"}, 404)
		requireRefused(t, w, request{method: "PUT", path: "/v1/organizations/{S}/resources/" + part + "/{new}", body: `{"name":"N"}`, actor: "platform"}, 422)
		requireRefused(t, w, request{method: "DELETE", path: "/v1/organizations/{S}/access-keys/" + part, actor: "platform"}, 404)
	}
	requireRefused(t, w, request{method: "DELETE", path: "/v1/organizations/{S}/access-keys/" + strings.ToUpper(w.made["K"]), actor: "platform"}, 404)
}

// Attack 33: who names a key by all of its text, to have it gone, does not put its secret
// into the trail.
func TestWholeKeyIsNotToldInTheTrail(t *testing.T) {
	w := newWorld(t)
	key := "/v1/organizations/{S}/access-keys/{KS}"
	for _, req := range []request{
		{method: "DELETE", path: key, actor: "bob"},
		{method: "POST", path: key + "/rotate", actor: "bob"},
	} {
		require.Equal(t, 404, w.send(t, req).status)
		events := w.fresh(t)
		require.Len(t, events, 1)
		require.NotContains(t, fmt.Sprintf("%+v", events), w.made["KS"])
	}
}
