package e2e

import (
	"errors"
	"io"
	"testing"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"
	"github.com/authzed/authzed-go/v1"
	"github.com/authzed/grpcutil"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// exported returns every relationship that the engine holds, as an auditor reads them.
func exported(t *testing.T, p *client) map[string]bool {
	t.Helper()
	client, err := authzed.NewClient(p.auditor,
		grpc.WithTransportCredentials(insecure.NewCredentials()), grpcutil.WithInsecureBearerToken(auditorKey))
	require.NoError(t, err)
	defer client.Close()
	stream, err := client.ExportBulkRelationships(t.Context(), &v1.ExportBulkRelationshipsRequest{
		Consistency: &v1.Consistency{Requirement: &v1.Consistency_FullyConsistent{FullyConsistent: true}},
	})
	require.NoError(t, err)
	relationships := map[string]bool{}
	for {
		page, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return relationships
		}
		require.NoError(t, err)
		for _, r := range page.Relationships {
			relationships[notation(r)] = true
		}
	}
}

func notation(r *v1.Relationship) string {
	return tenancy.Relationship{
		Resource:        tenancy.Object{Type: r.Resource.ObjectType, ID: r.Resource.ObjectId},
		Relation:        r.Relation,
		Subject:         tenancy.Object{Type: r.Subject.Object.ObjectType, ID: r.Subject.Object.ObjectId},
		SubjectRelation: r.Subject.OptionalRelation,
	}.String()
}
