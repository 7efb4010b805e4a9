package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// monitoring is a provider that watches its customers' systems. Each customer is an
// organization with an e-mail domain, systems and nights of its own.
func (s *storyteller) monitoring(w io.Writer) {
	cora, alma := as("cora", "conductor"), as("alma", "alpine")
	gateway, erp, database := resource("gateway", "alpine-gw"), resource("monitored_system", "erp"), resource("monitored_system", "erp-db")

	s.chapter(w, "5  Customers with people, systems and nights of their own")
	s.people("Cora, who runs Conductor", "Nils, on the night shift", "Alma, of the Alpine hotels")
	s.root("conductor", "Conductor", "cora")
	s.done(cora, "creates alpine, whose domain is alpine.example", s.withDomain(cora, "alpine", "alpine.example"))
	s.refused(cora, "creates borealis with the same domain", tenancy.CodeDomainTaken, s.withDomain(cora, "borealis", "alpine.example"))
	s.done(cora, "creates borealis, whose domain is borealis.example", s.withDomain(cora, "borealis", "borealis.example"))
	s.owner(cora, "alpine", "alma")
	s.group(alma, "alpine-staff", "Staff", "view_monitored_systems")
	s.done(alma, "invites anna@alpine.example to alpine-staff", s.invitation(alma, "alpine-staff", "anna@alpine.example"))
	s.refused(alma, "invites anna@mail.example to alpine-staff", tenancy.CodeEmailDomain, s.invitation(alma, "alpine-staff", "anna@mail.example"))
	s.register(alma, gateway, "")
	s.register(alma, erp, "")
	s.register(alma, database, "erp")
	s.group(cora, "watchers", "Night shift", "view_monitored_systems")
	s.join(cora, "watchers", tenancy.GroupMember, "nils")
	s.link(cora, "alpine", "watchers")
	s.done(alma, "wants no disturbance from 22:00 to 06:00 in Vienna", func() error {
		night := &tenancy.DoNotDisturb{From: "22:00", To: "06:00", TimeZone: "Europe/Vienna"}
		_, _, err := s.service.PatchOrganization(s.ctx, alma, "alpine", tenancy.OrganizationPatch{DoNotDisturb: &night})
		return err
	})

	s.chapter(w, "   Who may do what now, and who would hear of it at 23:30")
	s.asksAbout("nils", "view", database, true, "by the link, wherever in the application tree")
	s.asksAbout("nils", "view", gateway, false, "watchers has no such claim")
	s.asks("alma", "access", "borealis", false, "another customer")
	s.notifies("alpine as an organization", tenancy.NotificationTarget{Type: tenancy.TargetOrganization, ID: "alpine"}, "suppressed: do-not-disturb")
	s.notifies("the owners of alpine", tenancy.NotificationTarget{Type: tenancy.TargetRole, ID: "owner", OrganizationID: "alpine"}, "alma, cora")
	s.notifies("the group watchers", tenancy.NotificationTarget{Type: tenancy.TargetGroup, ID: "watchers"}, "nils")
}

func resource(kind, id string) tenancy.Object { return tenancy.Object{Type: kind, ID: id} }

func (s *storyteller) withDomain(caller tenancy.Caller, id, domain string) func() error {
	return func() error {
		_, _, err := s.service.CreateOrganization(s.ctx, caller, tenancy.NewOrganization{ID: id, Name: id, EmailDomain: domain})
		return err
	}
}

func (s *storyteller) invitation(caller tenancy.Caller, group, email string) func() error {
	return func() error {
		_, _, err := s.service.Invite(s.ctx, caller, group, email, tenancy.GroupMember)
		return err
	}
}

func (s *storyteller) register(caller tenancy.Caller, resource tenancy.Object, parent string) {
	what := "registers the " + resource.Type + " " + resource.ID
	if parent != "" {
		what += " below " + parent
	}
	s.done(caller, what, func() error {
		_, _, err := s.service.PutResource(s.ctx, caller, caller.CurrentOrganization, resource, tenancy.ResourceInput{Name: resource.ID, ParentID: parent})
		return err
	})
}

// notifies tells who would receive a notification at half past eleven of a winter's night.
func (s *storyteller) notifies(whom string, target tenancy.NotificationTarget, want string) {
	if s.err != nil {
		return
	}
	at := "2026-01-15T23:30:00+01:00"
	audience, err := s.service.NotificationAudience(s.ctx, platform, target, &at)
	got := strings.Join(audience.Recipients, ", ")
	if audience.Suppressed {
		got = "suppressed: " + audience.Reason
	}
	what := "would notify " + whom
	switch {
	case err != nil:
		s.err = fmt.Errorf("%s: %w", what, err)
	case got != want:
		s.err = fmt.Errorf("%s: answered %q", what, got)
	default:
		s.table.row("console", what, got)
	}
}
