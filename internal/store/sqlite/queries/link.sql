-- name: link_by_key
SELECT group_id, organization_id, root_id, created_at, unlicensed, suspended
FROM links
WHERE group_id = ?1 AND organization_id = ?2;

-- name: links_into
SELECT group_id, organization_id, root_id, created_at, unlicensed, suspended
FROM links
WHERE organization_id = ?1 AND group_id > ?2
ORDER BY group_id
LIMIT ?3;

-- name: links_of
SELECT group_id, organization_id, root_id, created_at, unlicensed, suspended
FROM links
WHERE group_id = ?1 AND organization_id > ?2
ORDER BY organization_id
LIMIT ?3;

-- name: links_in
SELECT group_id, organization_id, root_id, created_at, unlicensed, suspended
FROM links
WHERE root_id = ?1
ORDER BY group_id, organization_id;

-- name: link_insert
INSERT INTO links (group_id, organization_id, root_id, created_at, unlicensed, suspended)
VALUES (?1, ?2, ?3, ?4, ?5, ?6);

-- name: link_update
UPDATE links
SET root_id = ?3, created_at = ?4, unlicensed = ?5, suspended = ?6
WHERE group_id = ?1 AND organization_id = ?2;

-- name: link_delete
DELETE FROM links WHERE group_id = ?1 AND organization_id = ?2;

-- name: every_link
SELECT group_id, organization_id, root_id, created_at, unlicensed, suspended FROM links;
