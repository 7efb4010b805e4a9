package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// storyteller carries out the demo's stories, through the same use cases as the API, and
// prints what happens. The first thing that does not go as told ends the story.
type storyteller struct {
	ctx     context.Context
	service *tenancy.Service
	table   *table
	err     error
}

// platform is the party that runs the service.
var platform = tenancy.Caller{Kind: tenancy.PlatformKey, KeyID: "demo", From: "demo", RequestID: "demo"}

// as is somebody who uses the console, in the organization that he operates from.
func as(user, organization string) tenancy.Caller {
	return tenancy.Caller{
		Kind: tenancy.ConsoleKey, KeyID: "demo", UserID: user, CurrentOrganization: organization,
		From: "demo", RequestID: "demo",
	}
}

func (s *storyteller) chapter(w io.Writer, title string) {
	if s.err != nil {
		return
	}
	fmt.Fprintf(w, "\n%s\n\n", title)
	s.table = newTable(w, []int{10, 52}, "WHO", "DOES OR ASKS", "OUTCOME")
}

func (s *storyteller) name(caller tenancy.Caller) string {
	if caller.UserID == "" {
		return "platform"
	}
	return caller.UserID
}

// done tells a step that has to succeed.
func (s *storyteller) done(caller tenancy.Caller, what string, do func() error) {
	if s.err != nil {
		return
	}
	if err := do(); err != nil {
		s.err = fmt.Errorf("%s: %s: %w", s.name(caller), what, err)
		return
	}
	s.table.row(s.name(caller), what, "done")
}

// refused tells a step that has to be refused, with its code.
func (s *storyteller) refused(caller tenancy.Caller, what string, code tenancy.Code, do func() error) {
	if s.err != nil {
		return
	}
	refusal, ok := tenancy.AsError(do())
	if !ok || refusal.Code != code {
		s.err = fmt.Errorf("%s: %s: was not refused as %s", s.name(caller), what, code)
		return
	}
	s.table.row(s.name(caller), what, "refused: "+string(code))
}

// asks tells a question with the answer that it has to have.
func (s *storyteller) asks(user, permission, organization string, want bool, why string) {
	what := fmt.Sprintf("may %s %s in %s?", user, permission, organization)
	s.asksOf(user, permission, tenancy.Object{Type: "organization", ID: organization}, what, want, why)
}

// asksAbout tells a question about what is in an organization.
func (s *storyteller) asksAbout(user, permission string, resource tenancy.Object, want bool, why string) {
	what := fmt.Sprintf("may %s %s the %s %s?", user, permission, resource.Type, resource.ID)
	s.asksOf(user, permission, resource, what, want, why)
}

func (s *storyteller) asksOf(user, permission string, resource tenancy.Object, what string, want bool, why string) {
	if s.err != nil {
		return
	}
	question := tenancy.Question{Subject: tenancy.Object{Type: "user", ID: user}, Permission: permission, Resource: resource}
	allowed, _, err := s.service.Check(s.ctx, platform, question, tenancy.Token{})
	if err != nil || allowed != want {
		s.err = fmt.Errorf("%s: answered %s, %w", what, verdict(allowed), err)
		return
	}
	s.table.row("console", what, fmt.Sprintf("%-8s %s", verdict(allowed), why))
}

// people are made known. The id of "Mia, who runs Acme MSP" is mia.
func (s *storyteller) people(names ...string) {
	ids := make([]string, len(names))
	for i, name := range names {
		first, _, _ := strings.Cut(name, ",")
		ids[i] = strings.ToLower(first)
	}
	s.done(platform, "makes known "+strings.Join(ids, ", "), func() error {
		for i, id := range ids {
			in := tenancy.UserInput{Name: names[i], Email: id + "@example.com", EmailVerified: true}
			if _, _, _, err := s.service.PutUser(s.ctx, platform, id, in); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *storyteller) root(id, name, owner string) {
	s.done(platform, "creates the root organization "+id+" for "+owner, func() error {
		_, _, err := s.service.CreateOrganization(s.ctx, platform, tenancy.NewOrganization{
			ID: id, Name: name, Detached: true, OwnerID: owner,
		})
		return err
	})
	s.done(platform, "gives "+id+" an Enterprise subscription", func() error {
		_, _, err := s.service.SetSubscription(s.ctx, platform, id, tenancy.PlanEnterprise, tenancy.SubscriptionActive)
		return err
	})
}

func (s *storyteller) below(caller tenancy.Caller, id, name string) {
	s.done(caller, "creates "+id+" below "+caller.CurrentOrganization, func() error {
		_, _, err := s.service.CreateOrganization(s.ctx, caller, tenancy.NewOrganization{ID: id, Name: name})
		return err
	})
}

func (s *storyteller) owner(caller tenancy.Caller, organization, user string) {
	s.done(caller, "makes "+user+" an owner of "+organization, func() error {
		_, _, err := s.service.PutOwner(s.ctx, caller, organization, user)
		return err
	})
}

func (s *storyteller) group(caller tenancy.Caller, id, name string, claims ...tenancy.Claim) {
	s.done(caller, "creates the group "+id+" in "+caller.CurrentOrganization, func() error {
		_, _, err := s.service.CreateGroup(s.ctx, caller, caller.CurrentOrganization,
			tenancy.NewGroup{ID: id, Name: name, Claims: claims})
		return err
	})
}

func (s *storyteller) join(caller tenancy.Caller, group string, role tenancy.GroupRole, user string) {
	s.done(caller, fmt.Sprintf("makes %s a group %s of %s", user, role, group), func() error {
		_, _, err := s.service.PutMembership(s.ctx, caller, group, role, user, tenancy.MembershipInput{})
		return err
	})
}

func (s *storyteller) putLink(caller tenancy.Caller, target, group string) func() error {
	return func() error {
		_, _, err := s.service.PutLink(s.ctx, caller, target, group, tenancy.LinkInput{})
		return err
	}
}

func (s *storyteller) link(caller tenancy.Caller, target, group string) {
	s.done(caller, "links "+group+" to "+target, s.putLink(caller, target, group))
}

func (s *storyteller) unlink(caller tenancy.Caller, target, group string) {
	s.done(caller, "ends the link of "+group+" to "+target, func() error {
		_, err := s.service.RemoveLink(s.ctx, caller, target, group)
		return err
	})
}

// roster tells who has access to an organization and by which ways, as `tenantry roster` does.
func (s *storyteller) roster(w io.Writer, organization string) {
	if s.err != nil {
		return
	}
	entries, err := s.service.Roster(s.ctx, platform, organization, tenancy.RosterQuery{}, tenancy.PageAll)
	if err != nil {
		s.err = err
		return
	}
	fmt.Fprintf(w, "\n   Who has access to %s, or is invited\n\n", organization)
	t := newTable(w, []int{28, 52}, "PERSON", "BY WHICH WAY", "")
	for _, e := range entries {
		person, locked := cmp.Or(e.User.ID, e.Email+" (invited)"), ""
		if e.Locked() {
			locked = "locked: changed where it comes from"
		}
		for _, way := range e.Access {
			t.row(person, rosterAccess{
				Via: string(way.Via), Role: way.Role, GroupID: way.GroupID, TenantGroupID: way.TenantGroupID, OrganizationID: way.OrganizationID,
			}.text(), locked)
			person, locked = "", ""
		}
	}
}
