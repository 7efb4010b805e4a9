package httpapi

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// body decodes the body of the request, which must be there.
func (c *call) body(into any) error {
	text, err := c.readBody()
	if err != nil {
		return err
	}
	if len(text) == 0 {
		return malformed("The request needs a body.")
	}
	return decode(text, into)
}

// optionalBody decodes the body if there is one.
func (c *call) optionalBody(into any) error {
	text, err := c.readBody()
	if err != nil || len(text) == 0 {
		return err
	}
	return decode(text, into)
}

// readBody reads the body once; it may be asked for again.
func (c *call) readBody() ([]byte, error) {
	if c.text == nil {
		text, err := c.receiveBody()
		if err != nil {
			return nil, err
		}
		c.text = text
	}
	return c.text, nil
}

// receiveBody reads at most one byte more than the limit. How slowly it may come is up to
// the server's timeouts.
func (c *call) receiveBody() ([]byte, error) {
	if c.request.ContentLength > c.MaxBodyBytes {
		return nil, c.errTooLarge()
	}
	text, err := io.ReadAll(http.MaxBytesReader(c.writer, c.request.Body, c.MaxBodyBytes))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return nil, c.errTooLarge()
	}
	if err != nil {
		return nil, malformed("The body did not arrive.")
	}
	if len(text) > 0 && !isJSON(c.request.Header) {
		return nil, malformed("The Content-Type must be application/json.")
	}
	return text, nil
}

const mediaJSON = "application/json"

// isJSON takes application/json, with no other character encoding than that of JSON.
func isJSON(header http.Header) bool {
	values := header.Values("Content-Type")
	if len(values) != 1 || values[0] == mediaJSON {
		return len(values) == 1
	}
	mediaType, params, err := mime.ParseMediaType(values[0])
	charset, given := params["charset"]
	return err == nil && mediaType == mediaJSON && (!given || strings.EqualFold(charset, "utf-8"))
}

func (c *call) errTooLarge() error {
	return &tenancy.Error{Code: tenancy.CodeTooLarge, Detail: "The body is larger than this service takes."}
}
