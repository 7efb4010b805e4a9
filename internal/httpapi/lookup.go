package httpapi

import (
	"context"
	"net/url"
	"strconv"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// resourceLookupInput asks for resources. A Cursor of "" begins the list.
type resourceLookupInput struct {
	Subject      tenancy.Object `json:"subject" api:"required"`
	Permission   string         `json:"permission" api:"required"`
	ResourceType string         `json:"resource_type" api:"required"`
	RootID       string         `json:"root_id"`
	AtLeast      string         `json:"at_least"`
	Limit        *int           `json:"limit"`
	Cursor       string         `json:"cursor"`
}

// subjectLookupInput asks the other way round.
type subjectLookupInput struct {
	Resource    tenancy.Object `json:"resource" api:"required"`
	Permission  string         `json:"permission" api:"required"`
	SubjectType string         `json:"subject_type" api:"required"`
	AtLeast     string         `json:"at_least"`
	Limit       *int           `json:"limit"`
	Cursor      string         `json:"cursor"`
}

// lookedUp is a page of what a lookup asks for. Token names the states of all trees that it
// is of: of all pages together only the oldest of them are certain.
type lookedUp struct {
	list[tenancy.Object]
	Token string `json:"token"`
}

func lookupResources(ctx context.Context, c *call) (answer, error) {
	var in resourceLookupInput
	if err := c.body(&in); err != nil {
		return answer{}, err
	}
	c.askAsQuery(in.Limit, in.Cursor, in.Subject.Type, in.Subject.ID, in.Permission, in.ResourceType, in.RootID)
	lookup := tenancy.ResourceLookup{Subject: in.Subject, Permission: in.Permission, ResourceType: in.ResourceType, RootID: in.RootID}
	return c.lookUp(in.AtLeast, func(page tenancy.Page, atLeast []tenancy.Token) ([]tenancy.Object, []tenancy.Token, error) {
		return c.Service.LookupResources(ctx, c.caller, lookup, page, atLeast...)
	})
}

func lookupSubjects(ctx context.Context, c *call) (answer, error) {
	var in subjectLookupInput
	if err := c.body(&in); err != nil {
		return answer{}, err
	}
	c.askAsQuery(in.Limit, in.Cursor, in.Resource.Type, in.Resource.ID, in.Permission, in.SubjectType)
	lookup := tenancy.SubjectLookup{Resource: in.Resource, Permission: in.Permission, SubjectType: in.SubjectType}
	return c.lookUp(in.AtLeast, func(page tenancy.Page, atLeast []tenancy.Token) ([]tenancy.Object, []tenancy.Token, error) {
		found, state, err := c.Service.LookupSubjects(ctx, c.caller, lookup, page, atLeast...)
		return found, []tenancy.Token{state}, err
	})
}

// askAsQuery puts the question and the page, which stand in the body, where those of every
// list are: so a cursor is bound to the question as it is there. What state is asked for at
// least is no part of the question.
func (c *call) askAsQuery(limit *int, cursor string, question ...string) {
	c.query = url.Values{"question": question}
	if limit != nil {
		c.query.Set("limit", strconv.Itoa(*limit))
	}
	if cursor != "" {
		c.query.Set("cursor", cursor)
	}
}

func (c *call) lookUp(atLeast string, fetch func(tenancy.Page, []tenancy.Token) ([]tenancy.Object, []tenancy.Token, error)) (answer, error) {
	wanted, err := decodeToken(atLeast)
	if err != nil {
		return answer{}, err
	}
	var states []tenancy.Token
	page, err := pageOf(c, objectID, object, func(page tenancy.Page) (found []tenancy.Object, err error) {
		found, states, err = fetch(page, wanted)
		return found, err
	})
	if err != nil {
		return answer{}, err
	}
	return ok(lookedUp{page, encodeToken(states...)}), nil
}

func objectID(o tenancy.Object) string { return o.ID }

func object(o tenancy.Object) tenancy.Object { return o }
