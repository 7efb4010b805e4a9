package engine

import (
	"context"
	"errors"
	"io"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Inspect tells whether this release can work with the SpiceDB, for this record: it can be
// reached and lets us in, it has our schema, and it belongs to the record with this id; with
// the id "" it may belong to any, or none. What is wrong is a [FaultError]. It changes
// nothing, and costs two small calls.
func (e *Engine) Inspect(ctx context.Context, recordID string) error {
	if err := e.inspectSchema(ctx); err != nil || recordID == "" {
		return err
	}
	holder, err := e.holder(ctx)
	switch {
	case err != nil:
		return err
	case holder == "":
		return NewFault(FaultUnclaimed, nil, "SpiceDB belongs to no record yet: it has to be migrated")
	case holder != recordID:
		return otherRecord(holder)
	}
	return nil
}

func otherRecord(holder string) error {
	return NewFault(FaultOtherRecord, nil, "this SpiceDB belongs to another record, %s", holder)
}

// inspectSchema remembers a schema that it found good, by its text.
func (e *Engine) inspectSchema(ctx context.Context) error {
	text, err := e.readSchema(ctx)
	if err != nil {
		return err
	}
	if good := e.goodSchema.Load(); good != nil && *good == text {
		return nil
	}
	if _, err := judgeSchema(text); err != nil {
		return err
	}
	e.goodSchema.Store(&text)
	return nil
}

// readSchema returns the text of SpiceDB's schema, "" if it has none.
func (e *Engine) readSchema(ctx context.Context) (string, error) {
	response, err := e.client.ReadSchema(ctx, &v1.ReadSchemaRequest{})
	if status.Code(err) == codes.NotFound {
		return "", nil
	}
	return response.GetSchemaText(), diagnose(ctx, err)
}

// Claim makes the SpiceDB that of the record with this id (see Inspect), which it may be
// already. It takes none that is another's, nor one that holds anything and is nobody's: each
// is a [FaultError], and nothing is changed. Of several records that claim one SpiceDB at the
// same time one gets it.
func (e *Engine) Claim(ctx context.Context, recordID string) error {
	if err := e.inspectSchema(ctx); err != nil {
		return err
	}
	var failed error
	for tries := range maxTries {
		holder, err := e.holder(ctx)
		switch {
		case err != nil:
			return err
		case holder == recordID:
			return nil
		case holder != "":
			return otherRecord(holder)
		case isFenceFailure(failed):
			return NewFault(FaultNotEmpty, failed, "this SpiceDB belongs to no record, and holds relationships: it is left alone")
		case failed != nil:
			pause(ctx, tries)
		}
		failed = e.writeClaim(ctx, recordID)
		if failed != nil && !isFenceFailure(failed) && !isUnknown(ctx, failed) {
			break
		}
	}
	return diagnose(ctx, failed)
}

// writeClaim needs a SpiceDB that holds nothing at all.
func (e *Engine) writeClaim(ctx context.Context, recordID string) error {
	nothing, err := nothingBut("")
	if err != nil {
		return err
	}
	_, err = e.client.WriteRelationships(ctx, &v1.WriteRelationshipsRequest{
		Updates:               []*v1.RelationshipUpdate{updateMessage(tenancy.Update{Relationship: claimOf(recordID)})},
		OptionalPreconditions: nothing,
	})
	return err
}

// nothingBut are the preconditions of a write that needs a SpiceDB which holds nothing, but of
// one resource type.
func nothingBut(resourceType string) (preconditions []*v1.Precondition, err error) {
	definitions, err := Definitions()
	if err != nil {
		return nil, err
	}
	for _, d := range definitions {
		if d.GetName() == resourceType {
			continue
		}
		preconditions = append(preconditions, &v1.Precondition{
			Operation: v1.Precondition_OPERATION_MUST_NOT_MATCH,
			Filter:    &v1.RelationshipFilter{ResourceType: d.GetName()},
		})
	}
	return preconditions, nil
}

// Release makes a SpiceDB that belongs to the record with this id, and holds nothing, nobody's
// again. One that belongs to another record, or to none, is left as it is. It is a [FaultError]
// if there are relationships, and nothing is changed.
func (e *Engine) Release(ctx context.Context, recordID string) error {
	if err := e.inspectSchema(ctx); FaultOf(err) == FaultNoSchema {
		return nil
	} else if err != nil {
		return err
	}
	holder, err := e.holder(ctx)
	if err != nil || holder != recordID {
		return err
	}
	request := &v1.WriteRelationshipsRequest{Updates: []*v1.RelationshipUpdate{
		updateMessage(tenancy.Update{Delete: true, Relationship: claimOf(recordID)}),
	}}
	if request.OptionalPreconditions, err = nothingBut(recordType); err != nil {
		return err
	}
	_, err = e.client.WriteRelationships(ctx, request)
	if isFenceFailure(err) {
		return NewFault(FaultNotEmpty, err, "this SpiceDB holds relationships: it is left alone")
	}
	return diagnose(ctx, err)
}

func claimOf(recordID string) tenancy.Relationship {
	record := tenancy.Object{Type: recordType, ID: recordID}
	return tenancy.Relationship{Resource: record, Relation: "engine_of", Subject: record}
}

// holder returns the id of the record that has claimed the SpiceDB, "" if none has.
func (e *Engine) holder(ctx context.Context) (string, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // releases a stream that is left before its end
	stream, err := e.client.ReadRelationships(ctx, &v1.ReadRelationshipsRequest{
		Consistency:        head(),
		RelationshipFilter: &v1.RelationshipFilter{ResourceType: recordType},
	})
	if err != nil {
		return "", diagnose(ctx, err)
	}
	response, err := stream.Recv()
	if errors.Is(err, io.EOF) {
		return "", nil
	}
	return response.GetRelationship().GetResource().GetObjectId(), diagnose(ctx, err)
}
