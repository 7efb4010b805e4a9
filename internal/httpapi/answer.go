package httpapi

import (
	"net/http"
	"net/url"
	"time"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// answer is what an operation that was carried out tells its caller.
type answer struct {
	status   int
	body     any    // nil for none
	text     string // instead of a body: a text of a media type
	media    string
	location string         // of what was created
	token    *tenancy.Token // of every mutation
}

func ok(body any) answer { return answer{status: http.StatusOK, body: body} }

func changed(body any, token tenancy.Token) answer {
	return answer{status: http.StatusOK, body: body, token: &token}
}

func created(collection, id string, body any, token tenancy.Token) answer {
	return answer{status: http.StatusCreated, body: body, location: collection + url.PathEscape(id), token: &token}
}

func removed(token tenancy.Token) answer {
	return answer{status: http.StatusNoContent, token: &token}
}

// timeForm is RFC 3339 with milliseconds; times are in UTC.
const timeForm = "2006-01-02T15:04:05.000Z"

// formatEnd is the form of an instant at which something ends: null for never.
func formatEnd(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := formatTime(t)
	return &text
}

func formatTime(t time.Time) string { return t.UTC().Format(timeForm) }
