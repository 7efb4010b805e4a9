package observe_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/observe"
)

// Spans reach a collector by OTLP over HTTP when the node stops, at the latest.
func TestExport(t *testing.T) {
	for given, path := range map[string]string{"": "/v1/traces", "/": "/v1/traces", "/of/ours": "/of/ours"} {
		got := make(chan string, 1)
		collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			got <- r.Method + " " + r.URL.Path + " " + r.Header.Get("Content-Type")
		}))
		spans, err := observe.Export(t.Context(), collector.URL+given, "v1")
		require.NoError(t, err)
		o := observe.New(spans)
		o.EndRequest(o.BeginRequest(t.Context(), "GET", "/", "x", nil), "x", 200, "", time.Second)
		require.NoError(t, spans.Shutdown(t.Context()))
		require.Equal(t, "POST "+path+" application/x-protobuf", <-got)
		collector.Close()
	}
}

// A line that is written for a traced request names its trace; any other is as it was.
func TestLogsNameTheTrace(t *testing.T) {
	var text bytes.Buffer
	log := slog.New(observe.Logs{Handler: slog.NewTextHandler(&text, nil)}).With("a", 1).WithGroup("g")
	log.InfoContext(t.Context(), "plain", "b", 2)
	require.NotContains(t, text.String(), "trace_id")
	o, _ := traced()
	log.InfoContext(o.BeginRequest(t.Context(), "GET", "/", "x", http.Header{"Traceparent": {"00-" + callersTrace + "-" + callersSpan + "-01"}}), "traced", "b", 2)
	require.Contains(t, text.String(), "trace_id="+callersTrace)
	require.Contains(t, text.String(), "a=1 g.b=2")
}
