package httpapi

import (
	"context"
	"strconv"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// rosterObject is an entry of a roster. User is null for who is invited.
type rosterObject struct {
	User   *personObject       `json:"user"`
	Email  string              `json:"email"`
	State  tenancy.RosterState `json:"state"`
	Access []accessObject      `json:"access"`
	Locked bool                `json:"locked"`
}

type personObject struct {
	ID    string `json:"id"`
	Email string `json:"email"`
	Name  string `json:"name"`
}

// accessObject is one way of an entry. What a way has nothing of is null.
type accessObject struct {
	Via            tenancy.Via     `json:"via"`
	Role           string          `json:"role"`
	Claims         []tenancy.Claim `json:"claims"`
	GroupID        *string         `json:"group_id"`
	TenantGroupID  *string         `json:"tenant_group_id"`
	OrganizationID string          `json:"organization_id"`
	Since          string          `json:"since"`
	ExpiresAt      *string         `json:"expires_at"`
	SelfGrant      bool            `json:"self_grant"`
}

func showRosterEntry(e tenancy.RosterEntry) rosterObject {
	object := rosterObject{Email: e.Email, State: e.State, Access: make([]accessObject, len(e.Access)), Locked: e.Locked()}
	if e.State == tenancy.RosterActive {
		object.User = &personObject{ID: e.User.ID, Email: e.User.Email, Name: e.User.Name}
	}
	for i, way := range e.Access {
		object.Access[i] = showAccess(way)
	}
	return object
}

func showAccess(way tenancy.RosterAccess) accessObject {
	return accessObject{
		Via: way.Via, Role: way.Role, Claims: orEmpty(way.Claims), GroupID: orNull(way.GroupID), TenantGroupID: orNull(way.TenantGroupID),
		OrganizationID: way.OrganizationID, Since: formatTime(way.Since), ExpiresAt: formatEnd(way.ExpiresAt), SelfGrant: way.SelfGrant,
	}
}

func getRoster(ctx context.Context, c *call) (answer, error) {
	query := tenancy.RosterQuery{
		Text:  c.query.Get("q"),
		State: tenancy.RosterState(c.query.Get("state")),
		Via:   tenancy.Via(c.query.Get("via")),
	}
	switch c.query.Get("format") {
	case "", "json":
		return listRoster(ctx, c, query)
	case "csv":
		return exportRoster(ctx, c, query)
	}
	return answer{}, malformed("The query parameter \"format\" is \"json\" or \"csv\".")
}

func listRoster(ctx context.Context, c *call, query tenancy.RosterQuery) (answer, error) {
	return answerPage(c, tenancy.RosterEntry.Key, showRosterEntry, func(page tenancy.Page) ([]tenancy.RosterEntry, error) {
		return c.Service.Roster(ctx, c.caller, c.path("id"), query, page)
	})
}

// rosterColumns are those of the exported roster, in the names of the API. An entry has a
// row for each of its ways.
var rosterColumns = []string{
	"state", "user_id", "email", "name", "locked", "via", "role", "claims",
	"group_id", "tenant_group_id", "organization_id", "since", "expires_at", "self_grant",
}

// exportRoster answers with the whole roster, so it takes no page.
func exportRoster(ctx context.Context, c *call, query tenancy.RosterQuery) (answer, error) {
	if c.query.Has("limit") || c.query.Has("cursor") {
		return answer{}, malformed("The format \"csv\" holds the whole roster: it takes no \"limit\" and no \"cursor\".")
	}
	out := c.newSheet("roster-"+c.path("id")+".csv", rosterColumns)
	err := c.Service.ExportRoster(ctx, c.caller, c.path("id"), query, func(entries []tenancy.RosterEntry) error {
		for _, e := range entries {
			for _, row := range rosterRows(showRosterEntry(e)) {
				if err := out.row(row); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return answer{}, err
	}
	return answer{}, out.end()
}

func rosterRows(e rosterObject) [][]string {
	var user personObject
	if e.User != nil {
		user = *e.User
	}
	rows := make([][]string, len(e.Access))
	for i, way := range e.Access {
		rows[i] = []string{
			string(e.State), user.ID, e.Email, user.Name, strconv.FormatBool(e.Locked),
			string(way.Via), way.Role, joinClaims(way.Claims), orNone(way.GroupID), orNone(way.TenantGroupID),
			way.OrganizationID, way.Since, orNone(way.ExpiresAt), strconv.FormatBool(way.SelfGrant),
		}
	}
	return rows
}

// joinClaims puts claims into one cell, with spaces between them as in the trail.
func joinClaims(claims []tenancy.Claim) string {
	names := make([]string, len(claims))
	for i, c := range claims {
		names[i] = string(c)
	}
	return strings.Join(names, " ")
}

// orNone is empty for what is null.
func orNone(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}
