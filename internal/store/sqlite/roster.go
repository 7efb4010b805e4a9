package sqlite

import (
	"context"
	"slices"
	"time"

	"github.com/tenantry/tenantry/internal/store"
	"github.com/tenantry/tenantry/internal/tenancy"
)

var (
	qPeopleOwning     = named("people_owning")
	qPeopleInGroups   = named("people_in_groups")
	qUsersAmong       = named("users_among")
	qOwnersAmong      = named("owners_among")
	qMembershipsAmong = named("memberships_among")
	qMailboxesInvited = named("mailboxes_invited")
	qInvitationsAmong = named("invitations_among")
)

// People takes the first of each place, along its index, and the first of all from these.
// So a page costs what it holds times the number of places, wherever in the list it is.
func (s *snapshot) People(ctx context.Context, places tenancy.Places, text string, p tenancy.Page) ([]tenancy.User, error) {
	text = store.Fold(text)
	ids, err := all(ctx, s, scanText, qPeopleOwning, p.After, p.Limit, text, places.OrganizationID)
	if err != nil {
		return nil, err
	}
	groups, err := all(ctx, s, scanIDs, qPeopleInGroups, p.After, p.Limit, text, listOf(places.GroupIDs))
	if err != nil {
		return nil, err
	}
	return all(ctx, s, scanUser, qUsersAmong, listOf(first(p.Limit, append(groups, ids))))
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
	memberships, err := all(ctx, s, asRow(scanMembership), qMembershipsAmong, listOf(places.GroupIDs), listOf(userIDs))
	return append(owners, memberships...), err
}

func (s *snapshot) InvitedMailboxes(ctx context.Context, groupIDs []string, text string, at time.Time, p tenancy.Page) ([]string, error) {
	groups, err := all(ctx, s, scanIDs, qMailboxesInvited, p.After, p.Limit, store.Fold(text), listOf(groupIDs), millis(at))
	return first(p.Limit, groups), err
}

func (s *snapshot) InvitationsOfMailboxes(ctx context.Context, groupIDs, mailboxes []string, at time.Time) ([]tenancy.Invitation, error) {
	return all(ctx, s, scanInvitation, qInvitationsAmong, listOf(groupIDs), listOf(mailboxes), millis(at))
}

// listOf is a list of ids as a statement takes it, [] also where it is nil.
func listOf(ids []string) document {
	if ids == nil {
		ids = []string{}
	}
	return document{ids}
}

func scanIDs(s scanner) (ids []string, err error) {
	err = s.Scan(document{&ids})
	return ids, err
}

func scanText(s scanner) (text string, err error) {
	err = s.Scan(&text)
	return text, err
}
