-- Do-not-disturb times of organizations, and access keys whose end is told.

-- +goose Up
-- From one time of day to another in a time zone; all three are '' for an organization
-- without such times.
ALTER TABLE organizations ADD COLUMN do_not_disturb_from TEXT NOT NULL DEFAULT '';
ALTER TABLE organizations ADD COLUMN do_not_disturb_to TEXT NOT NULL DEFAULT '';
ALTER TABLE organizations ADD COLUMN do_not_disturb_zone TEXT NOT NULL DEFAULT '';

-- A key that is over stays, and says so once its end is told. Keys that have ended before
-- are told of by whoever reads their tree next.
ALTER TABLE access_keys ADD COLUMN expired INTEGER NOT NULL DEFAULT 0;
CREATE INDEX access_keys_ending ON access_keys (root_id, expires_at)
    WHERE expires_at > 0 AND revoked_at = 0 AND expired = 0;
UPDATE trees SET ends_at = k.next
FROM (SELECT root_id, min(expires_at) AS next FROM access_keys WHERE expires_at > 0 AND revoked_at = 0 GROUP BY root_id) AS k
WHERE k.root_id = trees.root_id AND (trees.ends_at = 0 OR trees.ends_at > k.next);
