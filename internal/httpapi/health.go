package httpapi

import (
	"context"
	"net/http"
)

type health struct {
	Status  string   `json:"status"`
	Missing []string `json:"missing,omitempty"`
}

// healthz tells that the process lives, and nothing of what it depends on: to start it
// again would not help those.
func healthz(context.Context, *call) (answer, error) {
	return ok(health{Status: "ok"}), nil
}

// readyz tells whether requests should be sent here, and if not, what is missing.
func readyz(ctx context.Context, c *call) (answer, error) {
	if c.Ready == nil {
		return ok(health{Status: "ready"}), nil
	}
	if missing := c.Ready(ctx); len(missing) > 0 {
		return answer{status: http.StatusServiceUnavailable, body: health{Status: "not ready", Missing: missing}}, nil
	}
	return ok(health{Status: "ready"}), nil
}
