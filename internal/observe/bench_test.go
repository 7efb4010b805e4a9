package observe_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/observe"
)

// What a request costs that is watched without traces, as by default.
func BenchmarkRequest(b *testing.B) {
	o, header := observe.New(nil), http.Header{}
	for b.Loop() {
		ctx := o.BeginRequest(b.Context(), "POST", "/v1/check", "check", header)
		o.EndRequest(ctx, "check", 200, "", time.Millisecond)
	}
}
