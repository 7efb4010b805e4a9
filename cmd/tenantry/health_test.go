package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHealth(t *testing.T) {
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		status int
		out    string
		errs   string
	}{
		"ready": {
			func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(`{"status":"ready"}`)) },
			0, "ready\n", "",
		},
		"not ready": {
			func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusServiceUnavailable)
				w.Write([]byte(`{"status":"not ready","missing":["record","engine"]}`))
			},
			exitFailed, "", "tenantry: not ready, missing: record, engine\n",
		},
		"something else": {
			func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) },
			exitFailed, "", "answered 502 Bad Gateway\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			mux := http.NewServeMux()
			mux.Handle("GET /readyz", c.answer)
			server := httptest.NewServer(mux)
			defer server.Close()
			getenv := func(name string) string { return map[string]string{"TENANTRY_SERVER": server.URL}[name] }
			var out, errs bytes.Buffer
			require.Equal(t, c.status, run(t.Context(), []string{"health"}, getenv, &out, &errs))
			require.Equal(t, c.out, out.String())
			require.Contains(t, errs.String(), c.errs)
		})
	}
}

func TestHealthOfNobody(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	var out, errs bytes.Buffer
	require.Equal(t, exitFailed, run(t.Context(), []string{"health", "--server", server.URL}, func(string) string { return "" }, &out, &errs))
	require.Contains(t, errs.String(), "no node answers at "+server.URL)
}
