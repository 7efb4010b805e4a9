package engine

import (
	"context"
	"errors"
	"io"
	"iter"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// loadMessage is how many relationships go in one message of a load. It bounds the memory
// that a load takes here.
const loadMessage = 1000

// Load implements [tenancy.Engine]. It is one transaction of SpiceDB: after an error
// nothing is loaded, unless the answer alone was lost: then all is, and Relationships tells. A
// relationship that is there already is an error.
func (e *Engine) Load(ctx context.Context, relationships iter.Seq2[tenancy.Relationship, error]) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // a stream that is not closed for sending is rolled back
	stream, err := e.client.ImportBulkRelationships(ctx)
	if err != nil {
		return Translate(ctx, err)
	}
	message := &v1.ImportBulkRelationshipsRequest{}
	for r, err := range relationships {
		if err != nil {
			return err
		}
		message.Relationships = append(message.Relationships, relationshipMessage(r))
		if len(message.Relationships) < loadMessage {
			continue
		}
		if err := stream.Send(message); errors.Is(err, io.EOF) {
			break // SpiceDB has ended the stream; the reason comes with its answer
		} else if err != nil {
			return Translate(ctx, err)
		}
		message = &v1.ImportBulkRelationshipsRequest{}
	}
	return finishLoad(ctx, stream, message)
}

func finishLoad(ctx context.Context, stream v1.PermissionsService_ImportBulkRelationshipsClient, last *v1.ImportBulkRelationshipsRequest) error {
	if len(last.Relationships) > 0 {
		if err := stream.Send(last); err != nil && !errors.Is(err, io.EOF) {
			return Translate(ctx, err)
		}
	}
	_, err := stream.CloseAndRecv()
	return Translate(ctx, err)
}
