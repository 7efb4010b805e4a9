package httpapi

import (
	"context"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// pastCheckInput is a question about an instant that is past.
type pastCheckInput struct {
	Subject    tenancy.Object `json:"subject"`
	Permission string         `json:"permission"`
	Resource   tenancy.Object `json:"resource"`
	At         *string        `json:"at"`
}

// pastDecision is the answer, and the version of the tree that held then; 0 before there was
// one.
type pastDecision struct {
	Allowed bool  `json:"allowed"`
	Version int64 `json:"version"`
}

func checkAt(ctx context.Context, c *call) (answer, error) {
	var in pastCheckInput
	if err := c.body(&in); err != nil {
		return answer{}, err
	}
	asked := tenancy.Question{Subject: in.Subject, Permission: in.Permission, Resource: in.Resource}
	allowed, token, err := c.Service.CheckAt(ctx, c.caller, c.path("id"), asked, orNone(in.At))
	return ok(pastDecision{Allowed: allowed, Version: token.Version}), err
}

// reviewObject is a person with all that he could do then, and by which ways. Name and address
// are today's.
type reviewObject struct {
	User        personObject       `json:"user"`
	Permissions []string           `json:"permissions"`
	Access      []pastAccessObject `json:"access"`
}

// pastAccessObject is an accessObject without what the trail's relationships do not tell.
type pastAccessObject struct {
	Via            tenancy.Via     `json:"via"`
	Role           string          `json:"role"`
	Claims         []tenancy.Claim `json:"claims"`
	GroupID        *string         `json:"group_id"`
	TenantGroupID  *string         `json:"tenant_group_id"`
	OrganizationID string          `json:"organization_id"`
}

func showReview(e tenancy.ReviewEntry) reviewObject {
	object := reviewObject{
		User:        personObject{ID: e.User.ID, Email: e.User.Email, Name: e.User.Name},
		Permissions: orEmpty(e.Permissions), Access: make([]pastAccessObject, len(e.Access)),
	}
	for i, way := range e.Access {
		object.Access[i] = pastAccessObject{
			Via: way.Via, Role: way.Role, Claims: orEmpty(way.Claims), GroupID: orNull(way.GroupID),
			TenantGroupID: orNull(way.TenantGroupID), OrganizationID: way.OrganizationID,
		}
	}
	return object
}

func reviewKey(e tenancy.ReviewEntry) string { return e.User.ID }

func getReview(ctx context.Context, c *call) (answer, error) {
	review := func(page tenancy.Page) ([]tenancy.ReviewEntry, error) {
		return c.Service.ReviewAt(ctx, c.caller, c.path("id"), c.query.Get("at"), page)
	}
	switch format := c.query.Get("format"); format {
	case "", "json":
		return answerPage(c, reviewKey, showReview, review)
	case "csv":
		return exportReview(c, "review", reviewColumns, reviewRows, review)
	case formatWays:
		return exportReview(c, "roster", wayColumns, wayRows, review)
	}
	return answer{}, malformed("The query parameter \"format\" is \"json\", \"csv\" or \"" + formatWays + "\".")
}

// formatWays is a sheet with a row for each way, as that of today's roster.
const formatWays = "csv-ways"

// reviewColumns have a column for each permission, so that a sheet can be sorted by it.
var (
	reviewColumns = append([]string{"user_id", "email", "name", "at"}, tenancy.PermissionsOf("organization")...)
	wayColumns    = []string{
		"user_id", "email", "name", "at", "via", "role", "claims", "group_id", "tenant_group_id", "organization_id",
	}
)

// exportReview answers with the whole review, so it takes no page.
func exportReview(
	c *call, name string, columns []string,
	rowsOf func(e reviewObject, at string) [][]string, review func(tenancy.Page) ([]tenancy.ReviewEntry, error),
) (answer, error) {
	if c.query.Has("limit") || c.query.Has("cursor") {
		return answer{}, malformed("A review as CSV is the whole one: it takes no \"limit\" and no \"cursor\".")
	}
	entries, err := review(tenancy.PageAll)
	if err != nil {
		return answer{}, err
	}
	out := c.newSheet(name+"-"+c.path("id")+".csv", columns)
	for _, e := range entries {
		for _, row := range rowsOf(showReview(e), c.query.Get("at")) {
			if err := out.row(row); err != nil {
				return answer{}, err
			}
		}
	}
	return answer{}, out.end()
}

// reviewRows are one row, also for who could do nothing.
func reviewRows(e reviewObject, at string) [][]string {
	row := []string{e.User.ID, e.User.Email, e.User.Name, at}
	for _, name := range reviewColumns[len(row):] {
		cell := ""
		if slices.Contains(e.Permissions, name) {
			cell = "yes"
		}
		row = append(row, cell)
	}
	return [][]string{row}
}

func wayRows(e reviewObject, at string) [][]string {
	rows := make([][]string, len(e.Access))
	for i, way := range e.Access {
		rows[i] = []string{
			e.User.ID, e.User.Email, e.User.Name, at, string(way.Via), way.Role, joinClaims(way.Claims),
			orNone(way.GroupID), orNone(way.TenantGroupID), way.OrganizationID,
		}
	}
	return rows
}
