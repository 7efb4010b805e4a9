-- name: group_by_id
SELECT id, organization_id, root_id, name, claims, created_at, suspended FROM groups WHERE id = $1;

-- name: groups_of_organization
SELECT id, organization_id, root_id, name, claims, created_at, suspended
FROM groups
WHERE organization_id = $1 AND id > $2
ORDER BY id
LIMIT $3::bigint;

-- name: groups_with
SELECT g.id, g.organization_id, g.root_id, g.name, g.claims, g.created_at, g.suspended
FROM memberships m JOIN groups g ON g.id = m.group_id
WHERE m.user_id = $1 AND m.role = $2
ORDER BY m.group_id;

-- name: group_insert
INSERT INTO groups (id, organization_id, root_id, name, claims, created_at, suspended)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: group_update
UPDATE groups
SET organization_id = $2, root_id = $3, name = $4, claims = $5, created_at = $6, suspended = $7
WHERE id = $1;

-- name: group_delete
DELETE FROM groups WHERE id = $1;

-- name: every_group
SELECT id, organization_id, root_id, name, claims, created_at, suspended FROM groups;
