-- name: invitation_by_id
SELECT id, organization_id, group_id, root_id, email, mailbox, role, state, invited_by, created_at, sent_at, expires_at
FROM invitations
WHERE id = $1;

-- name: invitation_by_token
SELECT i.id, i.organization_id, i.group_id, i.root_id, i.email, i.mailbox, i.role, i.state, i.invited_by,
       i.created_at, i.sent_at, i.expires_at
FROM invitation_tokens t JOIN invitations i ON i.id = t.invitation_id
WHERE t.hash = $1;

-- name: invitation_newest
SELECT id, organization_id, group_id, root_id, email, mailbox, role, state, invited_by, created_at, sent_at, expires_at
FROM invitations
WHERE group_id = $1 AND mailbox = $2
ORDER BY sent_at DESC, id DESC
LIMIT 1;

-- name: invitations_of_organization
SELECT id, organization_id, group_id, root_id, email, mailbox, role, state, invited_by, created_at, sent_at, expires_at
FROM invitations
WHERE organization_id = $1 AND id > $2
ORDER BY id
LIMIT $3::bigint;

-- name: invitations_in_state
SELECT id, organization_id, group_id, root_id, email, mailbox, role, state, invited_by, created_at, sent_at, expires_at
FROM invitations
WHERE organization_id = $1 AND id > $2 AND state = $4
ORDER BY id
LIMIT $3::bigint;

-- name: invitations_of_group
SELECT id, organization_id, group_id, root_id, email, mailbox, role, state, invited_by, created_at, sent_at, expires_at
FROM invitations
WHERE group_id = $1
ORDER BY mailbox, sent_at, id;

-- name: invitations_of_mailbox
SELECT id, organization_id, group_id, root_id, email, mailbox, role, state, invited_by, created_at, sent_at, expires_at
FROM invitations
WHERE mailbox = $1
ORDER BY id;

-- name: invitations_end
SELECT coalesce(min(expires_at), 0) FROM invitations WHERE root_id = $1 AND state = 'pending';

-- name: invitations_over
SELECT id, organization_id, group_id, root_id, email, mailbox, role, state, invited_by, created_at, sent_at, expires_at
FROM invitations
WHERE root_id = $1 AND state = 'pending' AND expires_at <= $2
ORDER BY expires_at
LIMIT $3::bigint;

-- name: invitation_insert
INSERT INTO invitations
    (id, organization_id, group_id, root_id, email, mailbox, role, state, invited_by, created_at, sent_at, expires_at,
     email_folded)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- name: invitation_update
UPDATE invitations
SET organization_id = $2, group_id = $3, root_id = $4, email = $5, mailbox = $6, role = $7, state = $8,
    invited_by = $9, created_at = $10, sent_at = $11, expires_at = $12, email_folded = $13
WHERE id = $1;

-- name: invitation_delete
DELETE FROM invitations WHERE id = $1;

-- name: every_invitation
SELECT id, organization_id, group_id, root_id, email, mailbox, role, state, invited_by, created_at, sent_at, expires_at
FROM invitations;

-- An earlier token is good until another one takes its place.

-- name: token_put
INSERT INTO invitation_tokens (invitation_id, hash, mail_at, attempts)
VALUES ($1, $2, $3, 0)
ON CONFLICT (invitation_id) DO UPDATE
SET hash = coalesce(excluded.hash, invitation_tokens.hash), mail_at = excluded.mail_at, attempts = 0;

-- name: mails_due
SELECT i.id, i.organization_id, i.group_id, i.root_id, i.email, i.mailbox, i.role, i.state, i.invited_by,
       i.created_at, i.sent_at, i.expires_at, o.name, g.name, u.name, t.attempts, t.mail_at
FROM invitation_tokens t
    JOIN invitations i ON i.id = t.invitation_id
    JOIN organizations o ON o.id = i.organization_id
    JOIN groups g ON g.id = i.group_id
    JOIN users u ON u.id = i.invited_by
WHERE t.mail_at > 0 AND t.mail_at <= $1
ORDER BY t.mail_at, t.invitation_id
LIMIT $2::bigint;

-- name: mails_waiting
SELECT count(*) FROM invitation_tokens WHERE mail_at > 0;

-- name: mail_begin
UPDATE invitation_tokens
SET hash = $4, mail_at = $5, attempts = attempts + 1
WHERE invitation_id = $1 AND attempts = $2 AND mail_at = $3
  AND EXISTS (SELECT 1 FROM invitations WHERE id = $1 AND state = 'pending');

-- name: mail_end
UPDATE invitation_tokens
SET mail_at = 0, attempts = 0
WHERE invitation_id = $1 AND attempts = $2 AND mail_at = $3;
