package httpapi

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// answer is what an operation that was carried out tells its caller.
type answer struct {
	status   int
	body     any            // nil for none
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

func (c *call) writeAnswer(a answer) {
	header := c.writer.Header()
	if a.location != "" {
		header.Set("Location", a.location)
	}
	if a.token != nil {
		header.Set(headerToken, encodeToken(*a.token))
	}
	if a.body == nil {
		c.writer.WriteHeader(a.status)
		c.writer.WriteHeaderNow()
		return
	}
	c.writeJSON(a.status, "application/json", a.body)
}

// writeJSON writes the whole body at once. That the caller is gone is no fault of ours,
// and nobody is left to be told.
func (c *call) writeJSON(status int, contentType string, body any) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(body); err != nil {
		panic(err) // Our own objects always encode.
	}
	c.writer.Header().Set("Content-Type", contentType)
	c.writer.Header().Set("Content-Length", strconv.Itoa(text.Len()))
	c.writer.WriteHeader(status)
	_, _ = c.writer.Write(text.Bytes())
}

// timeForm is RFC 3339 with milliseconds; times are in UTC.
const timeForm = "2006-01-02T15:04:05.000Z"

func formatTime(t time.Time) string { return t.UTC().Format(timeForm) }
