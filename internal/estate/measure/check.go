package measure

import (
	"bytes"
	"context"
	"fmt"
	"net/http"

	"github.com/tenantry/tenantry/internal/estate"
)

// Checker asks Tenantry's check over HTTP, or whoever answers like it.
type Checker struct {
	conn *Conn
	head string
	body []byte
	next func() estate.Case
}

// NewChecker connects to an address and asks what next gives. The key is a service key.
func NewChecker(address, key string, next func() estate.Case) (*Checker, error) {
	conn, err := Dial(address)
	if err != nil {
		return nil, err
	}
	return &Checker{conn: conn, head: Head("POST", "/v1/check", "Authorization: Bearer "+key), next: next}, nil
}

// Close implements [Caller].
func (c *Checker) Close() error { return c.conn.Close() }

var allowed = []byte(`"allowed":true`)

// Call implements [Caller].
func (c *Checker) Call(context.Context) error {
	q := c.next()
	c.body = appendQuestion(c.body[:0], q)
	status, answer, err := c.conn.Call(c.head, c.body)
	if err != nil {
		return err
	}
	if status != http.StatusOK || bytes.Contains(answer, allowed) != q.Allowed {
		return fmt.Errorf("%+v was answered %d %s", q, status, answer)
	}
	return nil
}

// appendQuestion writes JSON without looking for what has to be escaped: an estate has
// plain names only.
func appendQuestion(b []byte, q estate.Case) []byte {
	for _, text := range []string{
		`{"subject":{"type":"`, q.Subject.Type, `","id":"`, q.Subject.ID,
		`"},"permission":"`, q.Permission,
		`","resource":{"type":"`, q.Resource.Type, `","id":"`, q.Resource.ID, `"}}`,
	} {
		b = append(b, text...)
	}
	return b
}
