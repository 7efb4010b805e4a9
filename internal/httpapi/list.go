package httpapi

import "github.com/tenantry/tenantry/internal/tenancy"

// list is the answer of every list. NextCursor is "" on the last page.
type list[T any] struct {
	Items      []T    `json:"items"`
	NextCursor string `json:"next_cursor"`
}

// answerPage answers with a page of rows, each shown as an object.
func answerPage[R, T any](c *call, key func(R) string, show func(R) T, fetch func(tenancy.Page) ([]R, error)) (answer, error) {
	page, err := pageOf(c, key, show, fetch)
	if err != nil {
		return answer{}, err
	}
	return ok(page), nil
}

// pageOf asks for one row more than the page holds, which tells whether there is a next
// page; key is what the domain takes as Page.After.
func pageOf[R, T any](c *call, key func(R) string, show func(R) T, fetch func(tenancy.Page) ([]R, error)) (list[T], error) {
	limit, err := c.limit()
	if err != nil {
		return list[T]{}, err
	}
	after, err := c.after()
	if err != nil {
		return list[T]{}, err
	}
	rows, err := fetch(tenancy.Page{After: after, Limit: limit + 1})
	if err != nil {
		return list[T]{}, err
	}
	page := list[T]{Items: make([]T, 0, min(len(rows), limit))}
	if len(rows) > limit {
		rows = rows[:limit]
		page.NextCursor = c.encodeCursor(key(rows[limit-1]))
	}
	for _, row := range rows {
		page.Items = append(page.Items, show(row))
	}
	return page, nil
}
