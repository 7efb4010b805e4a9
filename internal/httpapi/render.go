package httpapi

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"strconv"
)

// rendered is an answer in the form in which it is sent, and kept for repeats of its
// request.
type rendered struct {
	Status   int    `json:"status"`
	Location string `json:"location,omitempty"`
	Token    string `json:"token,omitempty"`
	ETag     string `json:"etag,omitempty"`
	Body     string `json:"body,omitempty"`
	media    string // of a body that is no JSON object of ours; no mutation has one
}

func (c *call) render(a answer) rendered {
	r := rendered{Status: a.status, Location: a.location, Body: a.text, media: a.media}
	if a.token != nil {
		r.Token = encodeToken(*a.token)
	}
	if a.body != nil {
		r.Body = string(encode(a.body))
	}
	if r.Body != "" && c.route.showsObject() {
		r.ETag = entityTag(r.Body)
	}
	return r
}

// encode gives the JSON of one of our own objects, which always have one.
func encode(body any) []byte {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(body); err != nil {
		panic(err)
	}
	return text.Bytes()
}

// writeAnswer sends no token of a change that belongs to no tree: it would name no state.
func (c *call) writeAnswer(r rendered) {
	header := c.writer.Header()
	for name, value := range map[string]string{"Location": r.Location, "Etag": r.ETag, headerToken: r.Token} {
		if value != "" {
			header.Set(name, value)
		}
	}
	if r.Body == "" {
		c.writer.WriteHeader(r.Status)
		c.writer.WriteHeaderNow()
		return
	}
	c.writeText(r.Status, cmp.Or(r.media, mediaJSON), []byte(r.Body))
}

// writeText writes the whole body at once; for HEAD it tells how long it would be. That the
// caller is gone is no fault of ours, and nobody is left to be told.
func (c *call) writeText(status int, contentType string, text []byte) {
	c.writer.Header().Set("Content-Type", contentType)
	c.writer.Header().Set("Content-Length", strconv.Itoa(len(text)))
	c.writer.WriteHeader(status)
	if c.request.Method == http.MethodHead {
		c.writer.WriteHeaderNow()
		return
	}
	_, _ = c.writer.Write(text)
}
