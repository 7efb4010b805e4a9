package store

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var (
	qInvitationByID            = named("invitation_by_id")
	qInvitationByToken         = named("invitation_by_token")
	qInvitationNewest          = named("invitation_newest")
	qInvitationsOfOrganization = named("invitations_of_organization")
	qInvitationsInState        = named("invitations_in_state")
	qInvitationsOfGroup        = named("invitations_of_group")
	qInvitationsOfMailbox      = named("invitations_of_mailbox")
	qInvitationInsert          = named("invitation_insert")
	qInvitationUpdate          = named("invitation_update")
	qInvitationDelete          = named("invitation_delete")
	qEveryInvitation           = named("every_invitation")
)

func writeInvitation(i tenancy.Invitation) statements {
	return statements{
		insert: qInvitationInsert, update: qInvitationUpdate, delete: qInvitationDelete,
		columns: []any{i.ID, i.OrganizationID, i.GroupID, i.RootID, i.Email, i.Mailbox, i.Role, i.State, i.InvitedBy,
			millis(i.CreatedAt), millis(i.SentAt), millis(i.ExpiresAt), Fold(i.Email)},
		keys: 1,
	}
}

func scanInvitation(s scanner) (i tenancy.Invitation, err error) {
	err = s.Scan(invitationColumns(&i)...)
	return i, err
}

func invitationColumns(i *tenancy.Invitation) []any {
	return []any{&i.ID, &i.OrganizationID, &i.GroupID, &i.RootID, &i.Email, &i.Mailbox, &i.Role, &i.State, &i.InvitedBy,
		instant{&i.CreatedAt}, instant{&i.SentAt}, instant{&i.ExpiresAt}}
}

func (s *snapshot) Invitation(ctx context.Context, id string) (tenancy.Invitation, error) {
	return one(ctx, s, scanInvitation, qInvitationByID, id)
}

func (s *snapshot) InvitationWith(ctx context.Context, hash tenancy.TokenHash) (tenancy.Invitation, error) {
	return one(ctx, s, scanInvitation, qInvitationByToken, hash[:])
}

func (s *snapshot) NewestInvitation(ctx context.Context, groupID, mailbox string) (tenancy.Invitation, error) {
	return one(ctx, s, scanInvitation, qInvitationNewest, groupID, mailbox)
}

func (s *snapshot) Invitations(ctx context.Context, organizationID string, state tenancy.InvitationState, p tenancy.Page) ([]tenancy.Invitation, error) {
	if state == "" {
		return all(ctx, s, scanInvitation, qInvitationsOfOrganization, organizationID, p.After, p.Limit)
	}
	return all(ctx, s, scanInvitation, qInvitationsInState, organizationID, p.After, p.Limit, state)
}

func (s *snapshot) InvitationsTo(ctx context.Context, groupID string) ([]tenancy.Invitation, error) {
	return all(ctx, s, scanInvitation, qInvitationsOfGroup, groupID)
}

func (s *snapshot) InvitationsOfMailbox(ctx context.Context, mailbox string) ([]tenancy.Invitation, error) {
	return all(ctx, s, scanInvitation, qInvitationsOfMailbox, mailbox)
}
