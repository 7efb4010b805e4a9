package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// client calls a node; or several nodes in turns, as a load balancer does.
type client struct {
	url     string
	others  []string // more nodes
	auditor string   // where auditors' zed reads
	calls   atomic.Int64
}

// next is the node whose turn it is.
func (p *client) next() string {
	n := int(p.calls.Add(1)-1) % (1 + len(p.others))
	if n == 0 {
		return p.url
	}
	return p.others[n-1]
}

// answer is what a node says to one call. A call that broke off has status 0.
type answer struct {
	status int
	header http.Header
	body   map[string]any
}

// as calls with the platform key on behalf of a user, or as the platform for "".
func (p *client) as(t testing.TB, user, method, path string, body any) answer {
	t.Helper()
	a, err := p.try(user, method, path, body)
	require.NoError(t, err)
	return a
}

func (p *client) try(user, method, path string, body any) (answer, error) {
	var headers []string
	if user != "" {
		headers = []string{"Act-As-User", user}
	}
	return p.with(platformKey, method, path, body, headers...)
}

// with calls with a key, and with headers that are given as names and values in turn.
func (p *client) with(key, method, path string, body any, headers ...string) (answer, error) {
	request, err := http.NewRequest(method, p.next()+path, encode(body))
	if err != nil {
		return answer{}, err
	}
	request.Header.Set("Authorization", "Bearer "+key)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	a := answer{status: response.StatusCode, header: response.Header}
	if err == nil && len(text) > 0 {
		err = json.Unmarshal(text, &a.body)
	}
	return a, err
}

func encode(body any) io.Reader {
	if body == nil {
		return nil
	}
	text, err := json.Marshal(body)
	if err != nil {
		panic(err) // the tests' own values
	}
	return bytes.NewReader(text)
}

// must calls and expects a status below 300.
func (p *client) must(t testing.TB, user, method, path string, body any) answer {
	t.Helper()
	a := p.as(t, user, method, path, body)
	require.Less(t, a.status, 300, "%s %s: %v", method, path, a.body)
	return a
}

// allowed asks for a decision.
func (p *client) allowed(t testing.TB, user, permission, organization string) bool {
	t.Helper()
	return p.must(t, "", "POST", "/v1/check", checkOf(user, permission, organization)).body["allowed"].(bool)
}

func checkOf(user, permission, organization string) map[string]any {
	return map[string]any{
		"subject":    map[string]string{"type": "user", "id": user},
		"permission": permission,
		"resource":   map[string]string{"type": "organization", "id": organization},
	}
}

// root makes a user and a root organization with Enterprise that he owns.
func (p *client) root(t testing.TB, id, owner string) {
	t.Helper()
	p.must(t, "", "PUT", "/v1/users/"+owner, map[string]any{"name": owner})
	p.must(t, "", "POST", "/v1/organizations", map[string]any{"id": id, "name": id, "detached": true, "owner_id": owner})
	p.must(t, "", "PUT", "/v1/organizations/"+id+"/subscription", map[string]string{"plan": "enterprise", "status": "active"})
}
