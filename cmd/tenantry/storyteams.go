package main

import (
	"io"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// teams are those of an accounting firm, each responsible for companies of its own: who is a
// user of a team is a user of all its companies (seed 003).
func (s *storyteller) teams(w io.Writer) {
	sofia, william, nora := as("sofia", "nonstop"), as("william", ""), as("nora", "")
	all := tenancy.TenantGroupUserInput{GroupAdministrator: true, AllTenantPermissions: true}

	s.chapter(w, "4  Accountants in teams, each with its companies")
	s.people("Sofia, who owns NonStop Accounting", "William, an accountant", "Nora, an accountant", "Bo, a bookkeeper", "Theo, of the help desk")
	s.root("nonstop", "NonStop Accounting", "sofia")
	s.team(sofia, "team-nora", "company-d")
	s.team(sofia, "team-william", "company-g")
	s.groupUser(sofia, "team-nora", "nora", all)
	s.groupUser(sofia, "team-william", "william", all)
	s.asks("william", "manage_users", "company-g", true, "all tenant permissions at his team")
	s.asks("william", "access", "company-d", false, "another team's")
	s.asks("nora", "access", "company-g", false, "not yet")
	s.group(sofia, "bookkeepers", "Bookkeepers", "view_backup_reports")
	s.join(sofia, "bookkeepers", tenancy.GroupMember, "bo")
	s.done(sofia, "links bookkeepers to team-william", func() error {
		_, _, err := s.service.PutTenantGroupLink(s.ctx, sofia, "team-william", "bookkeepers", tenancy.LinkInput{})
		return err
	})

	s.chapter(w, "   William leaves, and Nora takes over")
	s.groupUser(william, "team-william", "nora", all)
	s.done(sofia, "takes william out of team-william", func() error {
		_, err := s.service.RemoveTenantGroupUser(s.ctx, sofia, "team-william", "william")
		return err
	})
	s.done(nora, "creates company-h in team-william", func() error {
		_, _, err := s.service.CreateOrganization(s.ctx, nora, tenancy.NewOrganization{ID: "company-h", Name: "company-h", TenantGroupID: "team-william"})
		return err
	})
	s.asks("nora", "manage_users", "company-g", true, "a user of the team, so of all its companies")
	s.asks("william", "access", "company-g", false, "he has left them all")
	s.asks("nora", "manage_users", "nonstop", false, "the firm itself is in no team")
	s.asks("bo", "view_backup_reports", "company-h", true, "the link reaches what comes later, too")
	all.Modules = []string{"invoicing"}
	s.groupUser(sofia, "team-william", "nora", all)
	s.asksAbout("nora", "use", resource("module", "company-g/invoicing"), true, "set at the team")
	s.asksAbout("sofia", "use", resource("module", "company-g/invoicing"), false, "owners have no module by that")
	s.delegate(sofia, "company-g")
	s.administrator(sofia, "theo", "help_desk", "help_desk")
	s.roster(w, "company-g")
}

// team is a tenant group with a company in it.
func (s *storyteller) team(caller tenancy.Caller, id, company string) {
	s.done(caller, "creates the tenant group "+id, func() error {
		_, _, err := s.service.CreateTenantGroup(s.ctx, caller, caller.CurrentOrganization, tenancy.NewTenantGroup{ID: id, Name: id})
		return err
	})
	s.below(caller, company, company)
	s.done(caller, "puts "+company+" into "+id, func() error {
		_, _, err := s.service.PutTenantGroupPlace(s.ctx, caller, id, company)
		return err
	})
}

func (s *storyteller) groupUser(caller tenancy.Caller, team, user string, in tenancy.TenantGroupUserInput) {
	what := "makes " + user + " a user of " + team
	if in.AllTenantPermissions {
		what = "gives " + user + " all rights at " + team
	}
	if in.Modules != nil {
		what += ", and " + strings.Join(in.Modules, ", ")
	}
	s.done(caller, what, func() error {
		_, _, err := s.service.PutTenantGroupUser(s.ctx, caller, team, user, in)
		return err
	})
}
