package httpapi_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestR61AudienceAsCallersSeeIt: the settings and the answer, in the form of the contract.
func TestR61AudienceAsCallersSeeIt(t *testing.T) {
	w := newWorld(t)
	bob := func(method, path, body string) map[string]any {
		t.Helper()
		r := w.send(t, request{method: method, path: path, body: body, actor: "bob"})
		require.Equal(t, 200, r.status, r.text)
		return r.json
	}
	night := map[string]any{"from": "22:00", "to": "06:00", "time_zone": "Europe/Berlin"}
	require.Nil(t, bob("GET", "/v1/organizations/{S}", "")["do_not_disturb"])
	set := bob("PATCH", "/v1/organizations/{S}", `{"do_not_disturb":{"from":"22:00","to":"06:00","time_zone":"Europe/Berlin"}}`)
	require.Equal(t, night, set["do_not_disturb"])
	require.Equal(t, set, bob("PATCH", "/v1/organizations/{S}", `{"name":"S"}`))

	people := []any{w.id("bob"), w.id("max"), w.id("olga")}
	const shop = `{"target":{"type":"organization","id":"{S}"},"at":"`
	require.Equal(t, map[string]any{"suppressed": true, "reason": "do-not-disturb", "recipients": people},
		bob("POST", "/v1/notifications/audience", shop+`2026-01-10T23:00:00+01:00"}`))
	require.Equal(t, map[string]any{"suppressed": false, "reason": "", "recipients": people},
		bob("POST", "/v1/notifications/audience", shop+`2026-01-10T12:00:00Z"}`))
	require.Equal(t, map[string]any{"suppressed": false, "reason": "", "recipients": []any{}},
		bob("POST", "/v1/notifications/audience", `{"target":{"type":"role","id":"billing","organization_id":"{S}"}}`))

	require.Nil(t, bob("PATCH", "/v1/organizations/{S}", `{"do_not_disturb":null}`)["do_not_disturb"])
	require.Equal(t, false, bob("POST", "/v1/notifications/audience", shop+`2026-01-10T23:00:00+01:00"}`)["suppressed"])

	r := w.send(t, request{method: "POST", path: "/v1/organizations", actor: "bob",
		body: `{"id":"{night}","name":"N","parent_id":"{S}","do_not_disturb":{"from":"22:00","to":"06:00","time_zone":"Europe/Berlin"}}`})
	require.Equal(t, 201, r.status, r.text)
	require.Equal(t, night, r.json["do_not_disturb"])
}
