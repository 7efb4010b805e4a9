package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/url"
	"strings"

	"github.com/spf13/cobra"
)

// rosterEntry is somebody in a roster, as the API answers it. User is nil for who is invited.
type rosterEntry struct {
	User *struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"user"`
	Email  string         `json:"email"`
	State  string         `json:"state"`
	Access []rosterAccess `json:"access"`
	Locked bool           `json:"locked"`
}

// rosterAccess is one way of an entry.
type rosterAccess struct {
	Via            string   `json:"via"`
	Role           string   `json:"role"`
	Claims         []string `json:"claims"`
	GroupID        string   `json:"group_id"`
	TenantGroupID  string   `json:"tenant_group_id"`
	OrganizationID string   `json:"organization_id"`
	ExpiresAt      string   `json:"expires_at"`
	SelfGrant      bool     `json:"self_grant"`
}

// rosterFlags are what a roster is asked for.
type rosterFlags struct {
	listForm
	text, state, via string
	at               string
}

func newRoster(getenv func(string) string) *cobra.Command {
	var f rosterFlags
	c := &cobra.Command{
		Use:   "roster ORGANIZATION",
		Short: "List who has access to an organization, or is invited, and by which ways",
		Long: "List who has access to an organization, or is invited, and by which ways.\n" +
			"With --at: who had access at an instant, from the trail, as far as that tells: neither times nor who was invited.",
		Example: "  tenantry roster bakery --act-as carla\n  tenantry roster bakery --csv > bakery.csv\n" +
			"  tenantry roster bakery --at 2026-03-31T23:59:59Z",
		Args: invalidArgs(cobra.ExactArgs(1)),
	}
	f.bind(c)
	c.Flags().BoolVar(&f.asCSV, "csv", false, "print CSV, a row for each way")
	c.Flags().StringVar(&f.text, "q", "", "part of an id, an e-mail address or a name")
	c.Flags().StringVar(&f.state, "state", "", "active or pending")
	c.Flags().StringVar(&f.via, "via", "", "owner, group, linked_group, account_role or tenant_group")
	c.Flags().StringVar(&f.at, "at", "", "an instant that is past, such as 2026-03-31T23:59:59Z: who had access then")
	c.RunE = func(c *cobra.Command, args []string) error {
		if err := f.requireOne(); err != nil {
			return err
		}
		if f.at != "" && len(f.query()) > 0 {
			return &invalidError{errors.New("--at lists everybody: it takes no --q, --state and --via")}
		}
		if err := f.resolve(c, getenv); err != nil {
			return err
		}
		organization := "/v1/organizations/" + url.PathEscape(args[0])
		if f.at != "" {
			return f.printPast(c, organization+"/audit/review")
		}
		return f.printNow(c, organization+"/roster")
	}
	return c
}

func (f *rosterFlags) query() url.Values {
	query := url.Values{}
	for name, value := range map[string]string{"q": f.text, "state": f.state, "via": f.via} {
		if value != "" {
			query.Set(name, value)
		}
	}
	return query
}

func (f *rosterFlags) printNow(c *cobra.Command, path string) error {
	return f.print(c, path, f.query(), "csv", rosterWidths, rosterHeadings, func(t *table, item json.RawMessage) error {
		var e rosterEntry
		if err := json.Unmarshal(item, &e); err != nil {
			return err
		}
		e.print(t)
		return nil
	})
}

var (
	rosterWidths   = []int{40, 15, 36, 24}
	rosterHeadings = []string{"PERSON", "STATE", "WAY", "UNTIL", "CLAIMS"}
)

// print has a row for each way, the first of which says who it is.
func (e rosterEntry) print(t *table) {
	person, state := e.Email, e.State
	if e.User != nil {
		person = strings.TrimSpace(e.User.ID + "  " + e.User.Name)
	}
	if e.Locked {
		state += ", locked"
	}
	for _, way := range e.Access {
		t.row(person, state, way.text(), cmp.Or(way.ExpiresAt, "-"), cmp.Or(strings.Join(way.Claims, " "), "-"))
		person, state = "", ""
	}
}

// text says how somebody has access, and where it can be changed if that is elsewhere.
func (a rosterAccess) text() string {
	var text strings.Builder
	text.WriteString(a.Role)
	if place := cmp.Or(a.GroupID, a.TenantGroupID); place != "" {
		text.WriteString(" of " + place)
	}
	if a.Via != "owner" && a.Via != "group" {
		text.WriteString(" in " + a.OrganizationID)
	}
	if a.GroupID != "" && a.TenantGroupID != "" {
		text.WriteString(", by " + a.TenantGroupID)
	}
	if a.SelfGrant {
		text.WriteString(" (by himself)")
	}
	return text.String()
}
