package tenancy

import (
	"fmt"
	"strings"
)

// Object is one thing that the engine knows: a type of the schema and an id.
type Object struct {
	Type string `json:"type"`
	ID   string `json:"id"`
}

func (o Object) String() string { return o.Type + ":" + o.ID }

// Relationship says that a subject stands in a relation to a resource.
type Relationship struct {
	Resource        Object
	Relation        string
	Subject         Object
	SubjectRelation string // "" for the subject itself, else the set of those in that relation to it
}

// String gives the notation of zed and of the audit trail: organization:acme#owner@user:alice.
func (r Relationship) String() string {
	s := r.Resource.String() + "#" + r.Relation + "@" + r.Subject.String()
	if r.SubjectRelation != "" {
		s += "#" + r.SubjectRelation
	}
	return s
}

// ParseRelationship reads the notation that [Relationship.String] writes.
func ParseRelationship(s string) (Relationship, error) {
	left, right, ok := strings.Cut(s, "@")
	resource, relation, ok2 := strings.Cut(left, "#")
	subject, subjectRelation, _ := strings.Cut(right, "#")
	r := Relationship{Relation: relation, SubjectRelation: subjectRelation}
	var ok3, ok4 bool
	r.Resource.Type, r.Resource.ID, ok3 = strings.Cut(resource, ":")
	r.Subject.Type, r.Subject.ID, ok4 = strings.Cut(subject, ":")
	if !ok || !ok2 || !ok3 || !ok4 || r.String() != s {
		return Relationship{}, fmt.Errorf("%q is no relationship", s)
	}
	return r, nil
}

// Update is one step of a change as the engine sees it: a relationship that begins to
// hold, or one that ceases to. Both may be repeated without harm.
type Update struct {
	Delete       bool
	Relationship Relationship
}

// String gives the notation of the audit trail: "+" or "-" before the relationship.
func (u Update) String() string {
	if u.Delete {
		return "-" + u.Relationship.String()
	}
	return "+" + u.Relationship.String()
}

// ParseUpdate reads the notation that [Update.String] writes.
func ParseUpdate(s string) (Update, error) {
	if s == "" || (s[0] != '+' && s[0] != '-') {
		return Update{}, fmt.Errorf("%q is no update", s)
	}
	r, err := ParseRelationship(s[1:])
	return Update{Delete: s[0] == '-', Relationship: r}, err
}
