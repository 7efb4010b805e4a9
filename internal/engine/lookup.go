package engine

import (
	"context"
	"errors"
	"io"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// lookupLimit is how many resources a stock SpiceDB gives in one page.
const lookupLimit = 1000

// LookupResources implements [tenancy.Engine]. All pages are of the state at which the
// first was read: the cursor carries it.
func (e *Engine) LookupResources(ctx context.Context, subject tenancy.Object, permission, resourceType string) ([]string, error) {
	state, err := e.freshEnough(ctx)
	if err != nil {
		return nil, err
	}
	found := lookup{seen: map[string]bool{}}
	request := &v1.LookupResourcesRequest{
		Consistency:        state,
		ResourceObjectType: resourceType,
		Permission:         permission,
		Subject:            subjectReference(subject, ""),
		OptionalLimit:      lookupLimit,
	}
	for {
		results, err := e.lookupPage(ctx, request, &found)
		if err != nil {
			return nil, Translate(ctx, err)
		}
		if results < lookupLimit {
			return found.ids, nil
		}
		request.OptionalCursor = found.cursor
	}
}

// lookupPage adds one page to found and returns how many results it had.
func (e *Engine) lookupPage(ctx context.Context, request *v1.LookupResourcesRequest, found *lookup) (int, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // releases a stream that is left before its end
	stream, err := e.client.LookupResources(ctx, request)
	if err != nil {
		return 0, err
	}
	for results := 0; ; results++ {
		result, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return results, nil
		}
		if err != nil {
			return 0, err
		}
		found.add(result)
	}
}

// lookup gathers the pages of one lookup.
type lookup struct {
	ids    []string
	seen   map[string]bool
	cursor *v1.Cursor
}

// add keeps a resource once, however many ways lead to it, and only if the permission does
// not hang on a condition.
func (l *lookup) add(result *v1.LookupResourcesResponse) {
	l.cursor = result.GetAfterResultCursor()
	id := result.GetResourceObjectId()
	if l.seen[id] || result.GetPermissionship() != v1.LookupPermissionship_LOOKUP_PERMISSIONSHIP_HAS_PERMISSION {
		return
	}
	l.seen[id] = true
	l.ids = append(l.ids, id)
}
