package main

import (
	"io"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// account has administrators who may be one thing in the account and another one in its
// subaccounts, as far as these are delegated (seed 002).
func (s *storyteller) account(w io.Writer) {
	ada := as("ada", "shield")

	s.chapter(w, "3  An account, its administrators and its subaccounts")
	s.people("Ada, who owns Shield", "Dora, an administrator", "Tom, of the help desk")
	s.root("shield", "Shield", "ada")
	s.below(ada, "north", "North")
	s.below(ada, "south", "South")
	s.delegate(ada, "north")
	s.administrator(ada, "dora", "read_only", "administrator")
	s.administrator(ada, "tom", "help_desk", "help_desk")
	s.refused(ada, "makes tom owner, in subaccounts help_desk", tenancy.CodeOwnerSubaccountRole, s.putAdministrator(ada, "tom", "owner", "help_desk"))
	s.asks("dora", "view_agents", "shield", true, "read_only in the account")
	s.asks("dora", "manage_agents", "shield", false, "that is for viewing")
	s.asks("dora", "manage_agents", "north", true, "administrator in the subaccounts")
	s.asks("dora", "own", "north", false, "an administrator is no owner")
	s.asks("tom", "view_roster", "north", true, "help_desk in both")
	s.asks("dora", "access", "south", false, "isolated, until its owner delegates it")
	s.delegate(ada, "south")
	s.asks("dora", "manage_agents", "south", true, "she reaches all that are delegated")
}

func (s *storyteller) delegate(caller tenancy.Caller, organization string) {
	s.done(caller, "delegates "+organization+" to its account", func() error {
		delegated := tenancy.Delegated
		_, _, err := s.service.PatchOrganization(s.ctx, caller, organization, tenancy.OrganizationPatch{Isolation: &delegated})
		return err
	})
}

// administrator of the caller's account, who reaches all its subaccounts.
func (s *storyteller) administrator(caller tenancy.Caller, user string, role, subaccountRole tenancy.AccountRole) {
	what := "makes " + user + " " + string(role)
	if role != subaccountRole {
		what += ", in subaccounts " + string(subaccountRole)
	}
	s.done(caller, what, s.putAdministrator(caller, user, role, subaccountRole))
}

func (s *storyteller) putAdministrator(caller tenancy.Caller, user string, role, subaccountRole tenancy.AccountRole) func() error {
	return func() error {
		_, _, err := s.service.PutAdministrator(s.ctx, caller, caller.CurrentOrganization, user,
			tenancy.AdministratorInput{UserID: user, Role: role, SubaccountRole: subaccountRole})
		return err
	}
}
