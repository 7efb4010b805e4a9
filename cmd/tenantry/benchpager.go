package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/tenantry/tenantry/internal/estate"
	"github.com/tenantry/tenantry/internal/estate/measure"
)

// pager reads whole lists over HTTP.
type pager struct {
	conn *measure.Conn
	head string
}

func newPager(address, key string) (*pager, error) {
	conn, err := measure.Dial(address)
	return &pager{conn, measure.Head("POST", "/v1/lookup/resources", "Authorization: Bearer "+key)}, err
}

// count reads all pages of a lookup and counts what is in them.
func (p *pager) count(_ context.Context, l estate.Lookup) (n int, err error) {
	for cursor := ""; ; {
		body := fmt.Sprintf(`{"subject":{"type":"user","id":%q},"permission":%q,"resource_type":"organization","limit":%s,"cursor":%q}`,
			l.User, l.Permission, pageLength, cursor)
		status, answer, err := p.conn.Call(p.head, []byte(body))
		if err != nil {
			return n, err
		}
		if status != 200 {
			return n, fmt.Errorf("the lookup %+v was answered %d %s", l, status, answer)
		}
		n += bytes.Count(answer, []byte(`"id":`))
		var page struct {
			NextCursor string `json:"next_cursor"`
		}
		if err := json.Unmarshal(answer, &page); err != nil || page.NextCursor == "" {
			return n, err
		}
		cursor = page.NextCursor
	}
}
