-- People are searched by id, e-mail address and name: searched holds the three as searches
-- compare them, a line each. Who is invited is searched by address.

-- +goose Up
ALTER TABLE users ADD COLUMN searched TEXT NOT NULL DEFAULT '';
UPDATE users SET searched = fold(id || char(10) || email || char(10) || name);

ALTER TABLE invitations ADD COLUMN email_folded TEXT NOT NULL DEFAULT '';
UPDATE invitations SET email_folded = fold(email);
CREATE INDEX invitations_pending_of_mailbox ON invitations (mailbox, group_id, id) WHERE state = 'pending';
