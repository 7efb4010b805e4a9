package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// fence is how far a tree has come in the engine. It stands there as one relationship,
//
//	organization:ROOT#version@version:7      version 7 is in
//	organization:ROOT#version@version:8/998  and of version 8 the first 998 updates
//	ended_tree:HASH#version@version:9        with version 9 the tree has ended
//
// An ended tree keeps its fence, or a late delivery of its first version would find it as
// if it had never been. The zero fence is that of a tree of which the engine has received
// nothing: it has no relationship.
type fence struct {
	version int64
	part    int // how many updates of version are in; 0: all of them
	ended   bool
}

// full is the last version that is in whole.
func (f fence) full() int64 {
	if f.part > 0 {
		return f.version - 1
	}
	return f.version
}

func (f fence) relationship(rootID string) tenancy.Relationship {
	return tenancy.Relationship{
		Resource: f.resource(rootID),
		Relation: "version",
		Subject:  tenancy.Object{Type: "version", ID: f.id()},
	}
}

func (f fence) id() string {
	id := strconv.FormatInt(f.version, 10)
	if f.part > 0 {
		id += "/" + strconv.Itoa(f.part)
	}
	return id
}

// resource is what the fence stands on.
func (f fence) resource(rootID string) tenancy.Object {
	if f.ended {
		return tenancy.EndedTree{RootID: rootID}.Object()
	}
	return tenancy.Object{Type: "organization", ID: rootID}
}

// Fence is the relationship that says that an engine has received a version of a tree in
// full. A load that is to be followed by deliveries brings it along.
func Fence(rootID string, version int64) tenancy.Relationship {
	return fence{version: version}.relationship(rootID)
}

// parseFence reads the id of a version, in the one form in which we write it: a write that
// expects a fence would never find another one.
func parseFence(id string) (f fence, err error) {
	version, part, inParts := strings.Cut(id, "/")
	f.version, err = strconv.ParseInt(version, 10, 64)
	if err == nil && inParts {
		f.part, err = strconv.Atoi(part)
	}
	if err != nil || f.version < 1 || f.part < 0 || f.id() != id {
		return fence{}, fmt.Errorf("%q is no version of a tree", id)
	}
	return f, nil
}

// fenceFilter matches whichever fence stands on the resource.
func fenceFilter(resource tenancy.Object) *v1.RelationshipFilter {
	return &v1.RelationshipFilter{
		ResourceType:       resource.Type,
		OptionalResourceId: resource.ID,
		OptionalRelation:   "version",
	}
}

// preconditions hold while the fence of the tree is at f.
func (f fence) preconditions(rootID string) []*v1.Precondition {
	if f == (fence{}) {
		return []*v1.Precondition{
			{Operation: v1.Precondition_OPERATION_MUST_NOT_MATCH, Filter: fenceFilter(f.resource(rootID))},
			{Operation: v1.Precondition_OPERATION_MUST_NOT_MATCH, Filter: fenceFilter(fence{ended: true}.resource(rootID))},
		}
	}
	at := f.relationship(rootID)
	filter := fenceFilter(at.Resource)
	filter.OptionalSubjectFilter = &v1.SubjectFilter{SubjectType: at.Subject.Type, OptionalSubjectId: at.Subject.ID}
	return []*v1.Precondition{{Operation: v1.Precondition_OPERATION_MUST_MATCH, Filter: filter}}
}

// move lists the updates that bring the fence of the tree from f to next.
func (f fence) move(rootID string, next fence) []tenancy.Update {
	moves := []tenancy.Update{{Relationship: next.relationship(rootID)}}
	if f != (fence{}) {
		moves = append(moves, tenancy.Update{Delete: true, Relationship: f.relationship(rootID)})
	}
	return moves
}

// readFence reads where the fence of the tree stands now. If it was seen further on before,
// a write that alters nothing tells whether it stands there: a write never takes an older state
// for the newest.
func (e *Engine) readFence(ctx context.Context, rootID string) (fence, error) {
	for tries := 1; ; tries++ {
		earlier := e.seen.of(rootID)
		f, token, err := e.newestFence(ctx, rootID)
		if err != nil || e.seen.note(rootID, f, token) {
			return f, err
		}
		token, err = e.standsAt(ctx, rootID, f)
		if err == nil {
			e.seen.correct(rootID, earlier, sighting{f, token})
			return f, nil
		}
		if !isFenceFailure(err) {
			return fence{}, Translate(ctx, err)
		}
		if tries == maxTries {
			return fence{}, olderThanSeen()
		}
		pause(ctx, tries)
	}
}

// newestFence reads the fence at what SpiceDB takes for its newest state. A tree that goes on
// between the first two reads has neither fence in them; the third one finds it.
func (e *Engine) newestFence(ctx context.Context, rootID string) (f fence, token *v1.ZedToken, err error) {
	for _, like := range []fence{{}, {ended: true}, {}} {
		f, token, err = e.fenceOn(ctx, head(), rootID, like)
		if err != nil || f != (fence{}) {
			return f, token, err
		}
	}
	return fence{}, nil, nil
}

// standsAt writes nothing, under the fence of a tree, and gives the token of that. It takes
// away the fence of version 0, which never stands.
func (e *Engine) standsAt(ctx context.Context, rootID string, f fence) (*v1.ZedToken, error) {
	response, err := e.client.WriteRelationships(ctx, &v1.WriteRelationshipsRequest{
		Updates:               []*v1.RelationshipUpdate{updateMessage(tenancy.Update{Delete: true, Relationship: fence{}.relationship(rootID)})},
		OptionalPreconditions: f.preconditions(rootID),
	})
	return response.GetWrittenAt(), err
}

// fenceAt reads where the fence of a tree stood at one state, and gives the token of that.
func (e *Engine) fenceAt(ctx context.Context, state *v1.Consistency, rootID string) (f fence, token *v1.ZedToken, err error) {
	for _, like := range []fence{{}, {ended: true}} {
		f, token, err = e.fenceOn(ctx, state, rootID, like)
		if err != nil || f != (fence{}) {
			return f, token, err
		}
	}
	return fence{}, nil, nil
}

// fenceOn reads the fence that stands on the resource of another one, with the token of the
// state at which it does.
func (e *Engine) fenceOn(ctx context.Context, state *v1.Consistency, rootID string, like fence) (fence, *v1.ZedToken, error) {
	resource := like.resource(rootID)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // releases a stream that is left before its end
	stream, err := e.client.ReadRelationships(ctx, &v1.ReadRelationshipsRequest{
		Consistency:        state,
		RelationshipFilter: fenceFilter(resource),
	})
	if err != nil {
		return fence{}, nil, Translate(ctx, err)
	}
	response, err := stream.Recv()
	if errors.Is(err, io.EOF) {
		return fence{}, nil, nil
	}
	if err != nil {
		return fence{}, nil, Translate(ctx, err)
	}
	if _, err := stream.Recv(); err == nil {
		return fence{}, nil, fmt.Errorf("%s stands at two versions in the engine", resource)
	} else if !errors.Is(err, io.EOF) {
		return fence{}, nil, Translate(ctx, err)
	}
	f, err := parseFence(response.GetRelationship().GetSubject().GetObject().GetObjectId())
	f.ended = like.ended
	return f, response.GetReadAt(), err
}

// Version implements [tenancy.Engine].
func (e *Engine) Version(ctx context.Context, rootID string) (int64, error) {
	f, err := e.readFence(ctx, rootID)
	return f.full(), err
}
