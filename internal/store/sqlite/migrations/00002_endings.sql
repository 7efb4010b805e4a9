-- What ends by itself: links and memberships, and with each tree the next instant at which
-- something in it does. Links have a scope, and may be narrowed: claims is a JSON array, or
-- null for all claims of the group.

-- +goose Up
ALTER TABLE trees ADD COLUMN ends_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX trees_ending ON trees (ends_at) WHERE ends_at > 0;

ALTER TABLE memberships ADD COLUMN expires_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX memberships_ending ON memberships (root_id, expires_at) WHERE expires_at > 0;

ALTER TABLE links ADD COLUMN scope TEXT NOT NULL DEFAULT 'organization';
ALTER TABLE links ADD COLUMN claims TEXT NOT NULL DEFAULT 'null';
ALTER TABLE links ADD COLUMN expires_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX links_ending ON links (root_id, expires_at) WHERE expires_at > 0;
CREATE INDEX links_over_subtree ON links (organization_id, group_id) WHERE scope = 'subtree';
