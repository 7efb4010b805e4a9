package engine_test

import (
	"context"
	"io"
	"strings"
	"testing"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/schema"
)

// altered is a client of a SpiceDB that had our schema altered until it was written, and of
// what may go wrong with that.
type altered struct {
	engine.Client
	written   bool
	loses     bool   // a relationship that was there is not in the second export
	silent    bool   // the answer to the new schema is lost
	meanwhile func() // nil for nothing
}

func (a *altered) ReadSchema(ctx context.Context, in *v1.ReadSchemaRequest, opts ...grpc.CallOption) (*v1.ReadSchemaResponse, error) {
	if a.written {
		return a.Client.ReadSchema(ctx, in, opts...)
	}
	text := strings.Replace(schema.Text, "permission manage_members = owner\n", "permission manage_members = owner + member\n", 1)
	return &v1.ReadSchemaResponse{SchemaText: text}, nil
}

func (a *altered) WriteSchema(ctx context.Context, in *v1.WriteSchemaRequest, opts ...grpc.CallOption) (*v1.WriteSchemaResponse, error) {
	a.written = true
	if a.meanwhile != nil {
		a.meanwhile()
	}
	response, err := a.Client.WriteSchema(ctx, in, opts...)
	if a.silent {
		return nil, status.Error(codes.Unavailable, "lost")
	}
	return response, err
}

func (a *altered) ExportBulkRelationships(ctx context.Context, in *v1.ExportBulkRelationshipsRequest, opts ...grpc.CallOption) (grpc.ServerStreamingClient[v1.ExportBulkRelationshipsResponse], error) {
	stream, err := a.Client.ExportBulkRelationships(ctx, in, opts...)
	if err == nil && a.written && a.loses {
		return &losing{stream}, nil
	}
	return stream, err
}

// losing leaves out the owner alice.
type losing struct {
	grpc.ServerStreamingClient[v1.ExportBulkRelationshipsResponse]
}

func (l *losing) Recv() (*v1.ExportBulkRelationshipsResponse, error) {
	message, err := l.ServerStreamingClient.Recv()
	if err != nil {
		return nil, err
	}
	kept := message.Relationships[:0]
	for _, r := range message.Relationships {
		if r.Subject.Object.ObjectId != "alice" {
			kept = append(kept, r)
		}
	}
	message.Relationships = kept
	return message, nil
}

func TestAMigrationLooksAtWhatIsThereAfterwards(t *testing.T) {
	for name, test := range map[string]struct {
		altered
		moves    bool
		fault    engine.Fault
		compared bool
	}{
		"all is there":                  {compared: true},
		"the answer is lost":            {altered: altered{silent: true}, compared: true},
		"something is lost":             {altered: altered{loses: true}, fault: engine.FaultRelationshipsLost, compared: true},
		"a delivery comes in meanwhile": {moves: true},
	} {
		t.Run(name, func(t *testing.T) {
			client := dial(t)
			e := engine.New(client, engine.Options{})
			apply(t, e, 1, "+organization:acme#owner@user:alice", "+organization:acme#owner@user:bob")
			a := test.altered
			a.Client = client
			if test.moves {
				a.meanwhile = func() { apply(t, e, 2, "-organization:acme#owner@user:bob") }
			}
			done, err := engine.New(&a, engine.Options{}).Migrate(t.Context())
			if test.fault == "" {
				require.NoError(t, err)
			} else {
				requireFault(t, test.fault, err)
				require.ErrorContains(t, err, "organization 3, now 2")
			}
			require.Equal(t, engine.Migration{From: schema.Edition, To: schema.Edition, Changed: true, Relationships: 3, Compared: test.compared}, done)
		})
	}
}

// TestAMigrationThatCanNotReadAllWritesNothing: half of what is there can't be compared.
func TestAMigrationThatCanNotReadAllWritesNothing(t *testing.T) {
	a := &unreadable{altered{Client: dial(t)}}
	_, err := engine.New(a, engine.Options{}).Migrate(t.Context())
	requireUnavailable(t, err, "migrate")
	require.False(t, a.written)
}

type unreadable struct{ altered }

func (u *unreadable) ExportBulkRelationships(context.Context, *v1.ExportBulkRelationshipsRequest, ...grpc.CallOption) (grpc.ServerStreamingClient[v1.ExportBulkRelationshipsResponse], error) {
	return nil, status.Error(codes.Internal, io.ErrUnexpectedEOF.Error())
}
