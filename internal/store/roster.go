package store

import (
	"context"
	"slices"
	"time"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var (
	qPeopleOwning         = named("people_owning")
	qPeopleInGroups       = named("people_in_groups")
	qPeopleOwningByGroups = named("people_owning_by_groups")
	qUsersAmong           = named("users_among")
	qOwnersAmong          = named("owners_among")
	qPeopleInTenantGroups = named("people_in_tenant_groups")
	qGroupUsersAmong      = named("tenant_group_users_among")
	qMembershipsAmong     = named("memberships_among")
	qMailboxesInvited     = named("mailboxes_invited")
	qInvitationsAmong     = named("invitations_among")
)

// People takes the first of each place, along its index, and the first of all from these.
// So a page costs what it holds times the number of places, wherever in the list it is.
func (s *snapshot) People(ctx context.Context, places tenancy.Places, text string, p tenancy.Page) ([]tenancy.User, error) {
	text = Fold(text)
	owners, err := all(ctx, s, scanText, qPeopleOwning, p.After, p.Limit, text, places.OrganizationID)
	if err != nil {
		return nil, err
	}
	lists, err := all(ctx, s, scanIDs, qPeopleInGroups, p.After, p.Limit, text, listOf(places.GroupIDs))
	if err != nil {
		return nil, err
	}
	more, err := s.peopleInAccount(ctx, places.Account, text, p)
	if err != nil {
		return nil, err
	}
	users, err := all(ctx, s, scanIDs, qPeopleInTenantGroups, p.After, p.Limit, text, listOf(places.TenantGroupIDs))
	if err != nil {
		return nil, err
	}
	lists = slices.Concat(lists, [][]string{owners}, more, users)
	return all(ctx, s, scanUser, qUsersAmong, listOf(first(p.Limit, lists)))
}

// peopleInAccount are the first of each of the places in an account.
func (s *snapshot) peopleInAccount(ctx context.Context, at tenancy.AccountPlace, text string, p tenancy.Page) ([][]string, error) {
	if at.RootID == "" {
		return nil, nil
	}
	administrators, err := all(ctx, s, scanText, qPeopleAdministering, p.After, p.Limit, text, at.RootID, at.SubaccountID)
	if err != nil || at.SubaccountID == "" {
		return [][]string{administrators}, err
	}
	owners, err := all(ctx, s, scanText, qPeopleOwning, p.After, p.Limit, text, at.RootID)
	if err != nil {
		return nil, err
	}
	members, err := all(ctx, s, scanIDs, qPeopleOwningByGroups, p.After, p.Limit, text, listOf(at.OwnerGroupIDs))
	return append(members, administrators, owners), err
}

// first takes the first of all from the first of each list.
func first(limit int, lists [][]string) []string {
	all := slices.Concat(lists...)
	slices.Sort(all)
	all = slices.Compact(all)
	return all[:min(len(all), limit)]
}

func (s *snapshot) RowsOfPeople(ctx context.Context, places tenancy.Places, userIDs []string) ([]tenancy.Row, error) {
	owners, err := all(ctx, s, asRow(scanOwner), qOwnersAmong, places.OrganizationID, listOf(userIDs))
	if err != nil {
		return nil, err
	}
	memberships, err := all(ctx, s, asRow(scanMembership), qMembershipsAmong,
		listOf(places.GroupIDs), listOf(userIDs), listOf(places.Account.OwnerGroupIDs))
	if err != nil {
		return nil, err
	}
	users, err := all(ctx, s, asRow(scanTenantGroupUser), qGroupUsersAmong, listOf(places.TenantGroupIDs), listOf(userIDs))
	if err != nil {
		return nil, err
	}
	administrators, err := s.rowsInAccount(ctx, places.Account, userIDs)
	return slices.Concat(owners, memberships, users, administrators), err
}

func (s *snapshot) rowsInAccount(ctx context.Context, at tenancy.AccountPlace, userIDs []string) ([]tenancy.Row, error) {
	if at.RootID == "" {
		return nil, nil
	}
	administrators, err := all(ctx, s, asRow(scanAdministrator), qAdministratorsAmong, at.RootID, at.SubaccountID, listOf(userIDs))
	if err != nil || at.SubaccountID == "" {
		return administrators, err
	}
	owners, err := all(ctx, s, asRow(scanOwner), qOwnersAmong, at.RootID, listOf(userIDs))
	return append(administrators, owners...), err
}

func (s *snapshot) InvitedMailboxes(ctx context.Context, groupIDs []string, text string, at time.Time, p tenancy.Page) ([]string, error) {
	groups, err := all(ctx, s, scanIDs, qMailboxesInvited, p.After, p.Limit, Fold(text), listOf(groupIDs), millis(at))
	return first(p.Limit, groups), err
}

func (s *snapshot) InvitationsOfMailboxes(ctx context.Context, groupIDs, mailboxes []string, at time.Time) ([]tenancy.Invitation, error) {
	return all(ctx, s, scanInvitation, qInvitationsAmong, listOf(groupIDs), listOf(mailboxes), millis(at))
}

// listOf is a list of ids as a statement takes it, [] also where it is nil.
func listOf(ids []string) document {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = searchableText(id)
	}
	return document{list}
}

func scanIDs(s scanner) (ids []string, err error) {
	err = s.Scan(document{&ids})
	return ids, err
}

func scanText(s scanner) (text string, err error) {
	err = s.Scan(&text)
	return text, err
}
