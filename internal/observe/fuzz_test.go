package observe

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/trace"
)

// traceparentForm is that of W3C Trace Context; a version that is not known yet may go on.
var traceparentForm = regexp.MustCompile(`(?s)^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$`)

// FuzzTraceparent: a caller's trace is gone on with if it has the form that the standard
// says, under its own ids, and nothing else that he writes gets into it.
func FuzzTraceparent(f *testing.F) {
	f.Add("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "vendor=secret", "user=mia")
	f.Add("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00-what", "", "")
	f.Add("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "a=b,a=c", "x")
	f.Add("00-00000000000000000000000000000000-0000000000000000-00", "\x00", "")
	f.Fuzz(func(t *testing.T, parent, state, baggage string) {
		header := http.Header{"Traceparent": {parent}, "Tracestate": {state}, "Baggage": {baggage}}
		span := trace.SpanContextFromContext(within(t.Context(), header))
		require.Zero(t, span.TraceState().Len())
		if !span.IsValid() {
			return
		}
		parts := traceparentForm.FindStringSubmatch(parent)
		require.NotNil(t, parts, "%q is taken", parent)
		require.NotEqual(t, "ff", parts[1])
		require.False(t, parts[1] == "00" && parts[5] != "")
		require.Equal(t, parts[2], span.TraceID().String())
		require.Equal(t, parts[3], span.SpanID().String())
		require.NotEmpty(t, strings.Trim(parts[2], "0"))
		require.NotEmpty(t, strings.Trim(parts[3], "0"))
	})
}
