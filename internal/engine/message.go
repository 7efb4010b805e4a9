package engine

import (
	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func objectReference(o tenancy.Object) *v1.ObjectReference {
	return &v1.ObjectReference{ObjectType: o.Type, ObjectId: o.ID}
}

func subjectReference(o tenancy.Object, relation string) *v1.SubjectReference {
	return &v1.SubjectReference{Object: objectReference(o), OptionalRelation: relation}
}

func relationshipMessage(r tenancy.Relationship) *v1.Relationship {
	return &v1.Relationship{
		Resource: objectReference(r.Resource),
		Relation: r.Relation,
		Subject:  subjectReference(r.Subject, r.SubjectRelation),
	}
}

// updateMessage says a step so that repeating it does no harm: TOUCH, never CREATE.
func updateMessage(u tenancy.Update) *v1.RelationshipUpdate {
	operation := v1.RelationshipUpdate_OPERATION_TOUCH
	if u.Delete {
		operation = v1.RelationshipUpdate_OPERATION_DELETE
	}
	return &v1.RelationshipUpdate{Operation: operation, Relationship: relationshipMessage(u.Relationship)}
}
