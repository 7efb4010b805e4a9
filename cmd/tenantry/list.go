package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"

	"github.com/spf13/cobra"
)

// page is a page of a list of the API.
type page struct {
	Items      []json.RawMessage `json:"items"`
	NextCursor string            `json:"next_cursor"`
}

// pageLength is the longest that the API gives.
const pageLength = "500"

// list reads a whole list, page by page, and hands over its items as they come.
func (cl *client) list(ctx context.Context, path string, query url.Values, take func(json.RawMessage) error) error {
	query.Set("limit", pageLength)
	for {
		var p page
		if err := cl.call(ctx, "GET", path+"?"+query.Encode(), nil, &p); err != nil {
			return err
		}
		for _, item := range p.Items {
			if err := take(item); err != nil {
				return err
			}
		}
		if p.NextCursor == "" {
			return nil
		}
		query.Set("cursor", p.NextCursor)
	}
}

// printItems prints a whole list for programs.
func (cl *client) printItems(c *cobra.Command, path string, query url.Values) error {
	items := &jsonList{w: c.OutOrStdout()}
	if err := cl.list(c.Context(), path, query, items.item); err != nil {
		return err
	}
	return items.end()
}

// listForm is the form in which a list is printed that the API has as CSV, too.
type listForm struct {
	client
	asCSV bool
}

func (f *listForm) requireOne() error {
	if f.asCSV && f.asJSON {
		return &invalidError{errors.New("--csv and --json are two forms: name one")}
	}
	return nil
}

// print prints a whole list: as CSV, in a format of the API, or as JSON or a table.
func (f *listForm) print(c *cobra.Command, path string, query url.Values, csv string, widths []int, headings []string, row func(*table, json.RawMessage) error) error {
	switch {
	case f.asCSV:
		query.Set("format", csv)
		return f.send(c.Context(), "GET", path+"?"+query.Encode(), nil, c.OutOrStdout())
	case f.asJSON:
		return f.printItems(c, path, query)
	}
	return f.printTable(c, path, query, widths, headings, row)
}

// printTable prints a whole list for people. Its headings stand above nothing, too, but not
// above a refusal.
func (cl *client) printTable(c *cobra.Command, path string, query url.Values, widths []int, headings []string, row func(*table, json.RawMessage) error) error {
	var t *table
	begin := func() {
		if t == nil {
			t = newTable(c.OutOrStdout(), widths, headings...)
		}
	}
	err := cl.list(c.Context(), path, query, func(item json.RawMessage) error {
		begin()
		return row(t, item)
	})
	if err == nil {
		begin()
	}
	return err
}
