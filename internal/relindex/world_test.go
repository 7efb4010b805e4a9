package relindex_test

import (
	"context"
	"fmt"
	"iter"
	"testing"

	"github.com/stretchr/testify/require"

	caveattypes "github.com/authzed/spicedb/pkg/caveats/types"
	"github.com/authzed/spicedb/pkg/datalayer"
	"github.com/authzed/spicedb/pkg/datastore"
	"github.com/authzed/spicedb/pkg/embedded"
	"github.com/authzed/spicedb/pkg/schemadsl/compiler"
	"github.com/authzed/spicedb/pkg/tuple"
)

const worldSchema = `
definition user {}

definition group {
	relation owner: user
	relation member: user
}

definition organization {
	relation parent: organization
	relation owner: user
	relation linked: group
	permission manage = owner + linked->member
}`

// world is a set of organizations, each with a parent, an owner and six linked
// groups of nine members: 62 relationships an organization.
type world struct {
	organizations, groups, users []string
}

const (
	groupsPerOrganization   = 6
	membersPerGroup         = 9
	relationshipsPerCompany = 2 + groupsPerOrganization*(1+membersPerGroup)
)

func worldOf(relationships int) world {
	organizations := relationships/relationshipsPerCompany + 1
	return world{
		organizations: idsOf("orga", organizations),
		groups:        idsOf("grup", organizations*groupsPerOrganization),
		users:         idsOf("user", organizations*20),
	}
}

func idsOf(kind string, count int) []string {
	made := make([]string, count)
	for n := range made {
		made[n] = id(kind, n)
	}
	return made
}

// id makes an id of 36 characters, as UUIDs have, in no order of n.
func id(kind string, n int) string {
	return fmt.Sprintf("%08x-%s-%022d", uint32(n)*2654435761, kind, n)
}

// member returns a user of a group. Users are in several groups.
func (w world) member(group, i int) string {
	return w.users[(group*5+i*7)%len(w.users)]
}

func (w world) relationships() iter.Seq2[tuple.Relationship, error] {
	return func(yield func(tuple.Relationship, error) bool) {
		for o := range w.organizations {
			if !w.yieldOrganization(o, func(r tuple.Relationship) bool { return yield(r, nil) }) {
				return
			}
		}
	}
}

func (w world) yieldOrganization(o int, yield func(tuple.Relationship) bool) bool {
	organization := w.organizations[o]
	if !yield(rel("organization", organization, "parent", "organization", w.organizations[o/2])) ||
		!yield(rel("organization", organization, "owner", "user", w.member(o, 0))) {
		return false
	}
	for g := o * groupsPerOrganization; g < (o+1)*groupsPerOrganization; g++ {
		if !yield(rel("organization", organization, "linked", "group", w.groups[g])) {
			return false
		}
		for i := range membersPerGroup {
			if !yield(rel("group", w.groups[g], "member", "user", w.member(g, i))) {
				return false
			}
		}
	}
	return true
}

// check returns the n-th question and whether its answer is yes for sure.
func (w world) check(n int) (request embedded.CheckRequest, member bool) {
	o := int(uint32(n)*2654435761) % len(w.organizations)
	g := o*groupsPerOrganization + n%groupsPerOrganization
	user := w.member(g, n%membersPerGroup)
	if n%2 == 1 {
		user = id("none", n)
	}
	return embedded.CheckRequest{
		ResourceType: "organization", ResourceID: w.organizations[o], Permission: "manage",
		SubjectType: "user", SubjectID: user,
	}, n%2 == 0
}

func rel(resourceType, resourceID, relation, subjectType, subjectID string) tuple.Relationship {
	return tuple.Relationship{RelationshipReference: tuple.RelationshipReference{
		Resource: tuple.ONR(resourceType, resourceID, relation),
		Subject:  tuple.ONR(subjectType, subjectID, tuple.Ellipsis),
	}}
}

func writeSchema(tb testing.TB, ds datastore.Datastore, text string) {
	tb.Helper()
	compiled, err := compiler.Compile(
		compiler.InputSchema{Source: "schema", SchemaString: text}, compiler.AllowUnprefixedObjectType())
	require.NoError(tb, err)
	var definitions []datastore.SchemaDefinition
	for _, definition := range compiled.ObjectDefinitions {
		definitions = append(definitions, definition)
	}
	layer := datalayer.NewDataLayer(ds, datalayer.WithSchemaMode(datalayer.SchemaModeReadNewWriteNew))
	_, err = layer.ReadWriteTx(tb.Context(), func(ctx context.Context, rwt datalayer.ReadWriteTransaction) error {
		_, err := rwt.WriteSchema(ctx, definitions, text, caveattypes.Default.TypeSet)
		return err
	})
	require.NoError(tb, err)
}

func newPermissions(tb testing.TB, ds datastore.Datastore) *embedded.Permissions {
	tb.Helper()
	permissions, err := embedded.NewPermissions(embedded.Config{
		Datastore:               ds,
		SchemaMode:              datalayer.SchemaModeReadNewWriteNew,
		SchemaCacheMaxCostBytes: 1 << 20,
	})
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, permissions.Close()) })
	return permissions
}

// source makes a sequence a source for BulkLoad.
func source(tb testing.TB, relationships iter.Seq2[tuple.Relationship, error]) datastore.BulkWriteRelationshipSource {
	tb.Helper()
	next, stop := iter.Pull2(relationships)
	tb.Cleanup(stop)
	return pulled(next)
}

type pulled func() (tuple.Relationship, error, bool)

func (p pulled) Next(context.Context) (*tuple.Relationship, error) {
	rel, err, ok := p()
	if !ok || err != nil {
		return nil, err
	}
	return &rel, nil
}
