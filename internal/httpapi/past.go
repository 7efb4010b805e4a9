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

// reviewObject is a person with all that he could do then. Name and address are today's.
type reviewObject struct {
	User        personObject `json:"user"`
	Permissions []string     `json:"permissions"`
}

func showReview(e tenancy.ReviewEntry) reviewObject {
	return reviewObject{
		User:        personObject{ID: e.User.ID, Email: e.User.Email, Name: e.User.Name},
		Permissions: e.Permissions,
	}
}

func reviewKey(e tenancy.ReviewEntry) string { return e.User.ID }

func getReview(ctx context.Context, c *call) (answer, error) {
	review := func(page tenancy.Page) ([]tenancy.ReviewEntry, error) {
		return c.Service.ReviewAt(ctx, c.caller, c.path("id"), c.query.Get("at"), page)
	}
	switch c.query.Get("format") {
	case "", "json":
		return answerPage(c, reviewKey, showReview, review)
	case "csv":
		return exportReview(c, review)
	}
	return answer{}, malformed("The query parameter \"format\" is \"json\" or \"csv\".")
}

// reviewColumns have a column for each permission, so that a sheet can be sorted by it.
var reviewColumns = append([]string{"user_id", "email", "name", "at"}, tenancy.PermissionsOf("organization")...)

// exportReview answers with the whole review, so it takes no page.
func exportReview(c *call, review func(tenancy.Page) ([]tenancy.ReviewEntry, error)) (answer, error) {
	if c.query.Has("limit") || c.query.Has("cursor") {
		return answer{}, malformed("The format \"csv\" holds the whole review: it takes no \"limit\" and no \"cursor\".")
	}
	entries, err := review(tenancy.PageAll)
	if err != nil {
		return answer{}, err
	}
	out := c.newSheet("review-"+c.path("id")+".csv", reviewColumns)
	for _, e := range entries {
		if err := out.row(reviewRow(e, c.query.Get("at"))); err != nil {
			return answer{}, err
		}
	}
	return answer{}, out.end()
}

func reviewRow(e tenancy.ReviewEntry, at string) []string {
	row := []string{e.User.ID, e.User.Email, e.User.Name, at}
	for _, name := range reviewColumns[len(row):] {
		cell := ""
		if slices.Contains(e.Permissions, name) {
			cell = "yes"
		}
		row = append(row, cell)
	}
	return row
}
