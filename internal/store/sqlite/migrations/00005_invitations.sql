-- Invitations, the mails that are due, and e-mail domains of organizations.

-- +goose Up
-- email_domain is canonical, '' for none. It belongs to one organization (R-30).
ALTER TABLE organizations ADD COLUMN email_domain TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX organizations_of_email_domain ON organizations (email_domain) WHERE email_domain <> '';

-- address is the form of the e-mail address by which addresses are compared. For the users
-- that are here already this is it as far as ASCII goes, until they are next written.
ALTER TABLE users ADD COLUMN address TEXT NOT NULL DEFAULT '';
UPDATE users SET address = lower(email);
CREATE INDEX users_of_address ON users (address, id);

CREATE TABLE invitations (
    id              TEXT    NOT NULL PRIMARY KEY,
    organization_id TEXT    NOT NULL REFERENCES organizations (id) DEFERRABLE INITIALLY DEFERRED,
    group_id        TEXT    NOT NULL REFERENCES groups (id) DEFERRABLE INITIALLY DEFERRED,
    root_id         TEXT    NOT NULL,
    email           TEXT    NOT NULL,
    mailbox         TEXT    NOT NULL,
    role            TEXT    NOT NULL,
    state           TEXT    NOT NULL,
    invited_by      TEXT    NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    created_at      INTEGER NOT NULL,
    sent_at         INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX invitations_of_organization ON invitations (organization_id, id);
CREATE INDEX invitations_in_state ON invitations (organization_id, state, id);
CREATE INDEX invitations_of_group ON invitations (group_id, mailbox, sent_at, id);
CREATE INDEX invitations_of_inviter ON invitations (invited_by);
CREATE INDEX invitations_pending ON invitations (group_id, mailbox, id) WHERE state = 'pending';
CREATE INDEX invitations_ending ON invitations (root_id, expires_at) WHERE state = 'pending';

-- How the invited person gets the token. Of a token nothing is kept but its hash, null while
-- there is none. mail_at is when the mail is due, 0 if none is; attempts counts how often it
-- was begun. This is no state of a tree: who sends a mail changes nothing that was decided.
CREATE TABLE invitation_tokens (
    invitation_id TEXT    NOT NULL PRIMARY KEY REFERENCES invitations (id) ON DELETE CASCADE,
    hash          BLOB,
    mail_at       INTEGER NOT NULL,
    attempts      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX invitation_tokens_of_hash ON invitation_tokens (hash);
CREATE INDEX invitation_mails ON invitation_tokens (mail_at, invitation_id) WHERE mail_at > 0;
