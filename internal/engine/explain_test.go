package engine_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"
	core "github.com/authzed/spicedb/pkg/proto/core/v1"
	"github.com/authzed/spicedb/pkg/tuple"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// estates is how many random sets of relationships TestExplain makes.
const estates = 3

// TestExplain: on random relationships of everything that the schema knows, the answers are
// those of the checks, and the ways are right and complete. Whatever relationship of a way is
// taken out, the ways with it are gone and all others are left; without any of the ways the
// answer is no.
func TestExplain(t *testing.T) {
	client := dial(t)
	e := engine.New(client, engine.Options{})
	candidates := admitted(t)
	for seed := range uint64(estates) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 1))
			held := some(random, candidates)
			write(t, client, false, held...)
			defer write(t, client, true, held...)
			questions := everyQuestion()
			answers := check(t, e, questions...)
			for i, q := range questions {
				ways := explain(t, e, q)
				require.Equal(t, answers[i], ways.Allowed, "%v", q)
				require.False(t, ways.Truncated)
				for _, way := range ways.Ways {
					require.Subset(t, held, way)
				}
			}
			for _, q := range allowedAmong(random, questions, answers, 8) {
				requireWaysBear(t, client, e, q)
			}
		})
	}
}

// requireWaysBear takes out what the ways of an answer name.
func requireWaysBear(t *testing.T, client engine.Client, e *engine.Engine, q tenancy.Question) {
	t.Helper()
	all := explain(t, e, q).Ways
	for _, r := range slices.Concat(all...) {
		write(t, client, true, r)
		left := explain(t, e, q)
		write(t, client, false, r)
		without := slices.DeleteFunc(slices.Clone(all), func(way tenancy.Way) bool { return slices.Contains(way, r) })
		require.ElementsMatch(t, without, left.Ways, "%v without %v", q, r)
	}
	var last []tenancy.Relationship
	for _, way := range all {
		if r := way[len(way)-1]; !slices.Contains(last, r) {
			last = append(last, r)
		}
	}
	write(t, client, true, last...)
	require.Equal(t, []bool{false}, check(t, e, q))
	write(t, client, false, last...)
}

func explain(t *testing.T, e tenancy.Engine, q tenancy.Question) tenancy.Ways {
	t.Helper()
	ways, err := e.Explain(t.Context(), q)
	require.NoError(t, err)
	return ways
}

// TestExplainIsAtTheStateOfTheAnswer, after each change, past everything that is kept.
func TestExplainIsAtTheStateOfTheAnswer(t *testing.T) {
	e := engine.New(dial(t), engine.Options{})
	for version := int64(1); version < 10; version += 2 {
		apply(t, e, version, "+organization:acme#owner@user:alice")
		require.Equal(t, tenancy.Ways{Allowed: true, Ways: []tenancy.Way{{relationship(t, "organization:acme#owner@user:alice")}}}, explain(t, e, owns("alice", "acme")))
		apply(t, e, version+1, "-organization:acme#owner@user:alice")
		require.Equal(t, tenancy.Ways{}, explain(t, e, owns("alice", "acme")))
	}
}

// meddling is a client with something between it and its SpiceDB.
type meddling struct {
	engine.Client
	lie        bool
	beforeRead func()
}

func (m meddling) CheckPermission(ctx context.Context, in *v1.CheckPermissionRequest, options ...grpc.CallOption) (*v1.CheckPermissionResponse, error) {
	response, err := m.Client.CheckPermission(ctx, in, options...)
	if m.lie {
		response.Permissionship = v1.CheckPermissionResponse_PERMISSIONSHIP_HAS_PERMISSION
	}
	return response, err
}

func (m meddling) ReadRelationships(ctx context.Context, in *v1.ReadRelationshipsRequest, options ...grpc.CallOption) (grpc.ServerStreamingClient[v1.ReadRelationshipsResponse], error) {
	if m.beforeRead != nil {
		m.beforeRead()
	}
	return m.Client.ReadRelationships(ctx, in, options...)
}

// TestExplainBearsItsAnswer: an answer without a way is none.
func TestExplainBearsItsAnswer(t *testing.T) {
	e := engine.New(meddling{Client: dial(t), lie: true}, engine.Options{})
	_, err := e.Explain(t.Context(), owns("alice", "acme"))
	refusal, ok := tenancy.AsError(err)
	require.True(t, ok)
	require.Equal(t, tenancy.CodeEngineUnavailable, refusal.Code)
}

// TestExplainReadsNoOtherState, whatever is written while it reads.
func TestExplainReadsNoOtherState(t *testing.T) {
	client := dial(t)
	owner := relationship(t, "organization:acme#owner@user:alice")
	write(t, client, false, owner)
	e := engine.New(meddling{Client: client, beforeRead: func() { write(t, client, true, owner) }}, engine.Options{})
	require.Equal(t, tenancy.Ways{Allowed: true, Ways: []tenancy.Way{{owner}}}, explain(t, e, owns("alice", "acme")))
	require.Equal(t, tenancy.Ways{}, explain(t, e, owns("alice", "acme")))
}

// TestExplainIsBounded: of very many ways some are told, and that there are more.
func TestExplainIsBounded(t *testing.T) {
	client := dial(t)
	e := engine.New(client, engine.Options{})
	for i := range 150 {
		write(t, client, false, relationship(t, fmt.Sprintf("organization:acme#group@group:g%d", i)), relationship(t, fmt.Sprintf("group:g%d#member@user:alice", i)))
	}
	q := owns("alice", "acme")
	q.Permission = "access"
	ways := explain(t, e, q)
	require.True(t, ways.Allowed)
	require.True(t, ways.Truncated)
	require.Len(t, ways.Ways, 100)
}

// TestExplainOfWhatTheSchemaDoesNotKnow is refused as a check of it is.
func TestExplainOfWhatTheSchemaDoesNotKnow(t *testing.T) {
	e := engine.New(dial(t), engine.Options{})
	q := owns("alice", "acme")
	q.Permission = "fly"
	_, err := e.Explain(t.Context(), q)
	require.Error(t, err)
}

// peopleAndThings are those who can hold something, in the tests of explanations.
var peopleAndThings = []string{"user", "machine", "agent"}

// admitted lists each relationship that the schema admits between few objects, without
// circles: what is of one type leads from a lower number to a higher one, and so does what
// leads from organizations over account roles to organizations.
func admitted(t *testing.T) (all []tenancy.Relationship) {
	t.Helper()
	definitions, err := engine.Definitions()
	require.NoError(t, err)
	for _, d := range definitions {
		for _, relation := range d.GetRelation() {
			for _, who := range relation.GetTypeInformation().GetAllowedDirectRelations() {
				if who.GetNamespace() != "version" {
					all = append(all, between(d.GetName(), relation.GetName(), who)...)
				}
			}
		}
	}
	return all
}

func between(objectType, relation string, who *core.AllowedRelation) (all []tenancy.Relationship) {
	set := strings.TrimPrefix(who.GetRelation(), tuple.Ellipsis)
	for i := range 3 {
		for j := range 3 {
			if i >= j && set == "" && (who.GetNamespace() == objectType || relation == "account") {
				continue
			}
			if i > j && who.GetNamespace() == "account_role" {
				continue
			}
			all = append(all, tenancy.Relationship{
				Resource: numbered(objectType, i), Relation: relation,
				Subject: numbered(who.GetNamespace(), j), SubjectRelation: set,
			})
		}
	}
	return all
}

func numbered(objectType string, i int) tenancy.Object {
	return tenancy.Object{Type: objectType, ID: fmt.Sprint(i)}
}

// some draws about one in four.
func some(random *rand.Rand, candidates []tenancy.Relationship) (drawn []tenancy.Relationship) {
	for _, r := range candidates {
		if random.IntN(4) == 0 {
			drawn = append(drawn, r)
		}
	}
	return drawn
}

func everyQuestion() (questions []tenancy.Question) {
	for _, resourceType := range tenancy.ResourceTypes() {
		for _, permission := range tenancy.PermissionsOf(resourceType) {
			if permission == string(tenancy.ClaimOwner) {
				continue // asked for as own
			}
			for _, subject := range peopleAndThings {
				questions = append(questions, tenancy.Question{
					Subject: numbered(subject, 1), Permission: permission, Resource: numbered(resourceType, 0),
				})
			}
		}
	}
	return questions
}

func allowedAmong(random *rand.Rand, questions []tenancy.Question, answers []bool, n int) (drawn []tenancy.Question) {
	for _, i := range random.Perm(len(questions)) {
		if answers[i] && len(drawn) < n {
			drawn = append(drawn, questions[i])
		}
	}
	return drawn
}

func write(t *testing.T, client engine.Client, deletes bool, relationships ...tenancy.Relationship) {
	t.Helper()
	operation := v1.RelationshipUpdate_OPERATION_TOUCH
	if deletes {
		operation = v1.RelationshipUpdate_OPERATION_DELETE
	}
	for chunk := range slices.Chunk(relationships, engine.DefaultMaxUpdates) {
		request := &v1.WriteRelationshipsRequest{}
		for _, r := range chunk {
			request.Updates = append(request.Updates, &v1.RelationshipUpdate{Operation: operation, Relationship: &v1.Relationship{
				Resource: &v1.ObjectReference{ObjectType: r.Resource.Type, ObjectId: r.Resource.ID}, Relation: r.Relation,
				Subject: &v1.SubjectReference{
					Object: &v1.ObjectReference{ObjectType: r.Subject.Type, ObjectId: r.Subject.ID}, OptionalRelation: r.SubjectRelation,
				},
			}})
		}
		_, err := client.WriteRelationships(t.Context(), request)
		require.NoError(t, err)
	}
}
