package main

import (
	"io"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// The roots of the demo's trees, by which a data directory that holds them is known.
var demoRoots = []string{"acme-msp", "globex", "initech", "shield", "nonstop", "conductor"}

// tell carries out all stories.
func (s *storyteller) tell(w io.Writer) error {
	s.provider(w)
	s.enterprise(w)
	s.account(w)
	s.teams(w)
	s.monitoring(w)
	return s.err
}

// provider is a managed service provider with customers: groups defined once, linked to
// the customers that need them.
func (s *storyteller) provider(w io.Writer) {
	mia, pia := as("mia", "acme-msp"), as("pia", "acme-msp")

	s.chapter(w, "1  A managed service provider and its customers")
	s.people("Mia, who runs Acme MSP", "Pia, her partner", "Omar, a technician", "Gina, who leads the technicians", "Carla, of the bakery")
	s.root("acme-msp", "Acme MSP", "mia")
	s.owner(mia, "acme-msp", "pia")
	s.below(mia, "bakery", "Sunrise Bakery")
	s.below(mia, "clinic", "Hillside Clinic")
	s.owner(mia, "bakery", "carla")
	s.group(mia, "operators", "Operators", "view_agents", "manage_backup_configs")
	s.join(mia, "operators", tenancy.GroupOwner, "gina")
	s.join(as("gina", ""), "operators", tenancy.GroupMember, "omar")
	s.asks("omar", "view_agents", "bakery", false, "no link yet")
	s.link(mia, "bakery", "operators")
	s.link(mia, "clinic", "operators")

	s.chapter(w, "   Who may do what now")
	s.asks("omar", "view_agents", "bakery", true, "member of operators, which is linked")
	s.asks("omar", "view_backup_configs", "clinic", true, "manage_backup_configs implies it")
	s.asks("omar", "manage_billing", "bakery", false, "operators has no such claim")
	s.asks("gina", "view_agents", "bakery", false, "owns the group, is no member of it")
	s.asks("carla", "manage_billing", "bakery", true, "owner of the bakery")
	s.asks("carla", "access", "clinic", false, "another customer")
	s.asks("pia", "access", "bakery", false, "owning the parent gives nothing below")
	s.refused(pia, "links operators to bakery", tenancy.CodeForbidden, s.putLink(pia, "bakery", "operators"))
	s.refused(mia, "links operators to its own home", tenancy.CodeNotDescendant, s.putLink(mia, "acme-msp", "operators"))
	s.refused(as("carla", "bakery"), "looks at clinic", tenancy.CodeNotFound, func() error {
		_, err := s.service.Organization(s.ctx, as("carla", "bakery"), "clinic")
		return err
	})

	s.chapter(w, "   The clinic changes its provider")
	s.unlink(mia, "clinic", "operators")
	s.asks("omar", "view_agents", "clinic", false, "the link has ended")
	s.asks("omar", "view_agents", "bakery", true, "this one has not")
}

// enterprise is a larger organization with regions and sites, and a subsidiary in a tree
// of its own.
func (s *storyteller) enterprise(w io.Writer) {
	hana := as("hana", "globex")

	s.chapter(w, "2  An enterprise of three levels, and a detached tree")
	s.people("Hana, head of IT at Globex", "Ivan, backup administrator")
	s.root("globex", "Globex", "hana")
	s.below(hana, "globex-europe", "Globex Europe")
	s.below(hana, "globex-asia", "Globex Asia")
	s.below(as("hana", "globex-europe"), "globex-berlin", "Globex Berlin")
	s.refused(hana, "creates a fourth level below globex-berlin", tenancy.CodeDepthExceeded, func() error {
		_, _, err := s.service.CreateOrganization(s.ctx, hana, tenancy.NewOrganization{Name: "Lab", ParentID: "globex-berlin"})
		return err
	})
	s.group(hana, "backup-admins", "Backup administrators", "manage_backup_configs", "manage_encryption_keys")
	s.join(hana, "backup-admins", tenancy.GroupMember, "ivan")
	s.link(hana, "globex-europe", "backup-admins")
	s.link(hana, "globex-berlin", "backup-admins")
	s.done(hana, "creates the detached organization initech", func() error {
		_, _, err := s.service.CreateOrganization(s.ctx, hana, tenancy.NewOrganization{ID: "initech", Name: "Initech", Detached: true})
		return err
	})

	s.chapter(w, "   Who may do what now")
	s.asks("ivan", "manage_backup_configs", "globex", true, "the group's home")
	s.asks("ivan", "manage_backup_configs", "globex-berlin", true, "two levels below, linked")
	s.asks("ivan", "manage_backup_configs", "globex-asia", false, "not linked")
	s.asks("ivan", "access", "initech", false, "another tree")
	// No header says where Hana operates from: both trees are hers, and still nothing crosses.
	s.refused(as("hana", ""), "links backup-admins to initech", tenancy.CodeNotDescendant, s.putLink(as("hana", ""), "initech", "backup-admins"))
	s.done(platform, "lets the Enterprise subscription of globex lapse", func() error {
		_, _, err := s.service.SetSubscription(s.ctx, platform, "globex", tenancy.PlanEnterprise, tenancy.SubscriptionCanceled)
		return err
	})
	s.asks("ivan", "manage_backup_configs", "globex-berlin", false, "links need Enterprise")
	s.done(platform, "renews it", func() error {
		_, _, err := s.service.SetSubscription(s.ctx, platform, "globex", tenancy.PlanEnterprise, tenancy.SubscriptionActive)
		return err
	})
	s.asks("ivan", "manage_backup_configs", "globex-berlin", true, "and nothing was lost")
}
