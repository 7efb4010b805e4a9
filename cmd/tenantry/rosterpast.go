package main

import (
	"cmp"
	"encoding/json"
	"net/url"
	"strings"

	"github.com/spf13/cobra"
)

// printPast prints the roster of an instant: a review, by its ways.
func (f *rosterFlags) printPast(c *cobra.Command, path string) error {
	query := url.Values{"at": {f.at}}
	return f.print(c, path, query, "csv-ways", pastWidths, pastHeadings, func(t *table, item json.RawMessage) error {
		var e rosterEntry
		if err := json.Unmarshal(item, &e); err != nil {
			return err
		}
		e.printPast(t)
		return nil
	})
}

var (
	pastWidths   = []int{40, 36}
	pastHeadings = []string{"PERSON", "WAY", "CLAIMS"}
)

// printPast has a row for each way, as those of today.
func (e rosterEntry) printPast(t *table) {
	person := strings.TrimSpace(e.User.ID + "  " + e.User.Name)
	for _, way := range e.Access {
		t.row(person, way.text(), cmp.Or(strings.Join(way.Claims, " "), "-"))
		person = ""
	}
}
