package authzen

import (
	"context"
	"encoding/json"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Search is a question for all that fit. Question is what the list is of, so that a page of
// it can't be asked for as one of another; Limit is 0 and Token "" if they are not given.
type Search struct {
	Question []string
	Limit    int
	Token    string
	// Paged tells that the caller has named a page, and wants to be told of the next one.
	Paged bool
	asked request
}

// ReadSearch reads a search for subjects, resources or actions: of what is looked for there
// need not be an id, or a name.
func ReadSearch(what string, body []byte) (s Search, err error) {
	o, err := readBody(body)
	if err != nil {
		return s, err
	}
	if s.asked, err = o.request(); err != nil {
		return s, err
	}
	if s.asked, err = s.asked.completeBut(what); err != nil {
		return s, err
	}
	return s, s.readPage(o["page"])
}

// completeBut drops what a search asks for, and requires the rest.
func (r request) completeBut(what string) (request, error) {
	whole := r
	switch what {
	case "subject":
		r.subject.ID, whole.subject.ID = "", "any"
	case "resource":
		r.resource.ID, whole.resource.ID = "", "any"
	case "action":
		r.action.Name, whole.action.Name = "", "any"
	}
	return r, whole.complete()
}

func (s *Search) readPage(raw json.RawMessage) error {
	page, err := readObject("page", raw)
	if err != nil {
		return err
	}
	s.Paged = len(page) > 0
	s.Question = []string{
		s.asked.subject.Type, s.asked.subject.ID, s.asked.action.Name, s.asked.resource.Type, s.asked.resource.ID,
	}
	if s.Token, err = page.text("token"); err != nil {
		return err
	}
	limit, given := page["limit"]
	if !given {
		return nil
	}
	if json.Unmarshal(limit, &s.Limit) != nil || s.Limit < 1 {
		return errType("limit", "a whole number from 1 on")
	}
	return nil
}

// Item is a subject or a resource that was found, or an action, which has a name alone.
type Item struct {
	Type string `json:"type,omitempty"`
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"`
}

// Results are what a search has found, and where it goes on.
type Results struct {
	Results []Item `json:"results"`
	Page    *Next  `json:"page,omitempty"`
}

// Next is "" at the end.
type Next struct {
	Token string `json:"next_token"`
	Count int    `json:"count"`
}

// Subjects gives a page of who may.
func (p PDP) Subjects(ctx context.Context, s Search, page tenancy.Page) ([]Item, error) {
	found, _, err := p.Decider.LookupSubjects(ctx, p.Caller, tenancy.SubjectLookup{
		Resource:    p.Mapping.resource(s.asked.resource),
		Permission:  p.Mapping.permission(s.asked.resource.Type, s.asked.action.Name),
		SubjectType: p.Mapping.subjectType(s.asked.subject.Type),
	}, page)
	return items(s.asked.subject.Type, found, err)
}

// Resources gives a page of what somebody may do something with.
func (p PDP) Resources(ctx context.Context, s Search, page tenancy.Page) ([]Item, error) {
	found, _, err := p.Decider.LookupResources(ctx, p.Caller, tenancy.ResourceLookup{
		Subject:      p.Mapping.subject(s.asked.subject),
		Permission:   p.Mapping.permission(s.asked.resource.Type, s.asked.action.Name),
		ResourceType: p.Mapping.resourceType(s.asked.resource.Type),
	}, page)
	return items(s.asked.resource.Type, found, err)
}

// items are of the type that was asked for, in the caller's word.
func items(of string, found []tenancy.Object, err error) ([]Item, error) {
	if unknown(err) {
		return nil, nil
	}
	list := make([]Item, len(found))
	for i, object := range found {
		list[i] = Item{Type: of, ID: object.ID}
	}
	return list, err
}

// Actions gives what somebody may do with a resource, by name. There are never so many that
// they need pages.
func (p PDP) Actions(ctx context.Context, s Search) (found []Item, err error) {
	names := p.Mapping.actions(s.asked.resource.Type)
	if len(names) == 0 {
		names = []string{""} // whoever may not ask is told so, whatever the type is
	}
	checks := make([]tenancy.Check, len(names))
	for i, name := range names {
		asked := s.asked
		asked.action.Name = name
		checks[i] = p.check(asked)
	}
	answers, err := p.Decider.CheckEach(ctx, p.Caller, checks)
	if err != nil {
		return nil, err
	}
	for i, answer := range answers {
		allowed, err := verdict(answer)
		if err != nil {
			return nil, err
		}
		if allowed {
			found = append(found, Item{Name: names[i]})
		}
	}
	return found, nil
}
