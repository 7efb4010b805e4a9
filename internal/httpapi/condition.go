package httpapi

import (
	"context"
	"net/http"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// condition is what the caller expects of the object that he alters (RFC 9110, 13.1): one
// of the tags of If-Match, and none of those of If-None-Match.
type condition struct {
	match, noneMatch entityTags
	required         bool // If-Match is missing, and has to be there if there is an object
}

// readCondition takes conditions where an object is altered or removed. Elsewhere nothing
// could be compared, and to ignore one would carry out what its sender meant to be safe from.
func (c *call) readCondition() (w condition, err error) {
	if w.match, err = c.entityTags(headerIfMatch); err != nil {
		return w, err
	}
	if w.noneMatch, err = c.entityTags(headerIfNoneMatch); err != nil {
		return w, err
	}
	switch c.route.Method {
	case http.MethodPatch, http.MethodPut:
		w.required = c.RequireIfMatch && !w.match.given
	case http.MethodPost:
		if w.match.given || w.noneMatch.given {
			return w, malformed("A POST takes no condition.")
		}
	}
	return w, nil
}

// none reports whether nothing is to be compared.
func (w condition) none() bool { return !w.match.given && !w.noneMatch.given && !w.required }

// judge compares with the tags of the object as it is, none if there is no object.
func (w condition) judge(current []string) error {
	switch {
	case w.required && len(current) > 0:
		return &tenancy.Error{Code: tenancy.CodePreconditionRequired, Detail: "Here an object is changed with its ETag in the header If-Match."}
	case w.match.given && !slices.ContainsFunc(current, w.match.has):
		return &tenancy.Error{Code: tenancy.CodePreconditionFailed, Detail: "The object is not the one that If-Match names; read it again."}
	case w.noneMatch.given && slices.ContainsFunc(current, w.noneMatch.hasWeakly):
		return &tenancy.Error{Code: tenancy.CodePreconditionFailed, Detail: "The object is one that If-None-Match names."}
	}
	return nil
}

// current gives the tags of the object as it is before the proposal, none if there is none.
// The object is what can be read at the path, else what the call answers with.
func (c *call) current(ctx context.Context, p tenancy.Proposal, made rendered) ([]string, error) {
	route, readable := readerAt(c.route.Path)
	if !readable {
		return c.before(p.Rows(), made), nil
	}
	reader := *c
	reader.route, reader.caller = route, p.Before()
	r, err := reader.handle(ctx)
	if refusal, ok := tenancy.AsError(err); ok && refusal.Code == tenancy.CodeNotFound {
		return nil, nil
	}
	return []string{r.ETag}, err
}

// readerAt is the route that reads the object at a path.
func readerAt(path string) (Route, bool) {
	for _, route := range Routes() {
		if route.Method == http.MethodGet && route.Path == path && route.showsObject() {
			return route, true
		}
	}
	return Route{}, false
}

// before gives the tag of the object that the call answers with, as it is before the
// change: the row that the answer shows has been another one, or was not there. If the
// change is of no row that the answer shows, the object stays as it is. What is removed is
// no answer; it is every row that goes, also one that has no tag and is matched by "*" alone.
func (c *call) before(rows []tenancy.RowChange, made rendered) (tags []string) {
	for _, rc := range rows {
		after, before := c.tagOf(rc.After), c.tagOf(rc.Before)
		if made.Body == "" && rc.Before != nil {
			tags = append(tags, before)
		}
		if made.Body == "" || after != made.ETag {
			continue
		}
		if before == "" {
			return nil
		}
		return []string{before}
	}
	if made.Body != "" && len(rows) == 0 {
		return []string{made.ETag}
	}
	return tags
}

// tagOf is the ETag of the object that shows a row, "" if no call answers with one.
func (c *call) tagOf(row tenancy.Row) string {
	if body := shown(row); body != nil {
		return entityTag(string(encode(body)))
	}
	return ""
}

// shown is the object of the API that shows a row alone; nil for one that others show, or
// for none. It has an entry for each kind of row that an answer shows and no GET of it alone does; a
// PUT without one is found by TestIfMatchOfWhatIsAltered.
func shown(row tenancy.Row) any {
	switch row := row.(type) {
	case tenancy.Owner:
		return showOwner(row)
	case tenancy.Membership:
		return showMembership(row)
	case tenancy.Link:
		return showLink(row)
	case tenancy.TenantGroupPlace:
		return showTenantGroupPlace(row)
	case tenancy.TenantGroupUser:
		return showTenantGroupUser(row)
	case tenancy.Administrator:
		return showAdministrator(row)
	case tenancy.Group:
		return showGroup(row)
	case tenancy.Resource:
		return showResource(row)
	case tenancy.AccessKey:
		return showAccessKey(tenancy.UsedAccessKey{AccessKey: row})
	case tenancy.Subscription:
		return showSubscription(&row)
	}
	return nil
}
