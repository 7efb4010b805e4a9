-- name: link_by_key
SELECT group_id, organization_id, root_id, scope, claims, created_at, expires_at, unlicensed, suspended
FROM links
WHERE group_id = ?1 AND organization_id = ?2;

-- The lists at a place take the key of the last link, ?2 and ?3. Lists of several places are
-- merged, so each comes in the order of that key.

-- name: links_at
SELECT group_id, organization_id, root_id, scope, claims, created_at, expires_at, unlicensed, suspended
FROM links
WHERE organization_id = ?1 AND group_id >= ?2 AND (group_id > ?2 OR organization_id > ?3)
ORDER BY group_id
LIMIT ?4;

-- name: links_over_subtree
SELECT group_id, organization_id, root_id, scope, claims, created_at, expires_at, unlicensed, suspended
FROM links
WHERE scope = 'subtree' AND organization_id = ?1 AND group_id >= ?2 AND (group_id > ?2 OR organization_id > ?3)
ORDER BY group_id
LIMIT ?4;

-- name: links_of
SELECT group_id, organization_id, root_id, scope, claims, created_at, expires_at, unlicensed, suspended
FROM links
WHERE group_id = ?1 AND organization_id > ?2
ORDER BY organization_id
LIMIT ?3;

-- name: links_in
SELECT group_id, organization_id, root_id, scope, claims, created_at, expires_at, unlicensed, suspended
FROM links
WHERE root_id = ?1
ORDER BY group_id, organization_id;

-- name: link_insert
INSERT INTO links (group_id, organization_id, root_id, scope, claims, created_at, expires_at, unlicensed, suspended)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);

-- name: link_update
UPDATE links
SET root_id = ?3, scope = ?4, claims = ?5, created_at = ?6, expires_at = ?7, unlicensed = ?8, suspended = ?9
WHERE group_id = ?1 AND organization_id = ?2;

-- name: link_delete
DELETE FROM links WHERE group_id = ?1 AND organization_id = ?2;

-- name: every_link
SELECT group_id, organization_id, root_id, scope, claims, created_at, expires_at, unlicensed, suspended FROM links;

-- name: links_end
SELECT coalesce(min(expires_at), 0) FROM links WHERE root_id = ?1 AND expires_at > 0;

-- name: links_over
SELECT group_id, organization_id, root_id, scope, claims, created_at, expires_at, unlicensed, suspended
FROM links
WHERE root_id = ?1 AND expires_at > 0 AND expires_at <= ?2
ORDER BY expires_at
LIMIT ?3;
