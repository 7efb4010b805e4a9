package main

import (
	"cmp"
	"encoding/json"
	"net/url"
	"strings"

	"github.com/spf13/cobra"
)

// reviewEntry is somebody who had access, as the API answers it.
type reviewEntry struct {
	User struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"user"`
	Permissions []string `json:"permissions"`
}

// reviewFlags are what a review is asked for.
type reviewFlags struct {
	listForm
	at string
}

func newAuditReview(getenv func(string) string) *cobra.Command {
	var f reviewFlags
	c := &cobra.Command{
		Use:   "review ORGANIZATION",
		Short: "List who could do what in an organization at an instant",
		Long: "List who had access to an organization at an instant, with all that he could do, from the trail.\n" +
			"The owners of its groups are there also without any; tenantry roster --at lists the same people by their ways.\n" +
			"Names are today's. It reaches back as far as the organization is in the tree that it is in now.",
		Example: "  tenantry audit review bakery --at 2026-03-31T23:59:59Z --csv > access.csv",
		Args:    invalidArgs(cobra.ExactArgs(1)),
	}
	f.bind(c)
	c.Flags().StringVar(&f.at, "at", "", "the instant, such as 2026-03-31T23:59:59Z; now by default")
	c.Flags().BoolVar(&f.asCSV, "csv", false, "print CSV, a column for each permission")
	c.RunE = func(c *cobra.Command, args []string) error {
		if err := f.requireOne(); err != nil {
			return err
		}
		if err := f.resolve(c, getenv); err != nil {
			return err
		}
		return f.printReview(c, "/v1/organizations/"+url.PathEscape(args[0])+"/audit/review")
	}
	return c
}

var (
	reviewWidths   = []int{40}
	reviewHeadings = []string{"PERSON", "COULD"}
)

func (f *reviewFlags) printReview(c *cobra.Command, path string) error {
	query := url.Values{"at": {f.at}}
	return f.print(c, path, query, "csv", reviewWidths, reviewHeadings, func(t *table, item json.RawMessage) error {
		var e reviewEntry
		if err := json.Unmarshal(item, &e); err != nil {
			return err
		}
		t.row(strings.TrimSpace(e.User.ID+"  "+e.User.Name), cmp.Or(strings.Join(e.Permissions, " "), "-"))
		return nil
	})
}
