-- name: link_by_key
SELECT group_id, organization_id, tenant_group_id, root_id, scope, claims, created_at, expires_at, unlicensed, suspended
FROM links
WHERE group_id = $1 AND organization_id = $2 AND tenant_group_id = $3;

-- name: link_to_tenant_group
SELECT group_id, organization_id, tenant_group_id, root_id, scope, claims, created_at, expires_at, unlicensed, suspended
FROM links
WHERE tenant_group_id = $1 AND tenant_group_id <> '' AND group_id = $2;

-- The lists at a place take the key of the last link, $2 to $4. Lists of several places are
-- merged, so each comes in the order of that key.

-- name: links_at
SELECT group_id, organization_id, tenant_group_id, root_id, scope, claims, created_at, expires_at, unlicensed, suspended
FROM links
WHERE organization_id = $1 AND tenant_group_id = ''
  AND group_id >= $2 AND (group_id > $2 OR (organization_id, tenant_group_id) > ($3, $4))
ORDER BY group_id
LIMIT $5::bigint;

-- name: links_at_tenant_group
SELECT group_id, organization_id, tenant_group_id, root_id, scope, claims, created_at, expires_at, unlicensed, suspended
FROM links
WHERE tenant_group_id = $1 AND tenant_group_id <> ''
  AND group_id >= $2 AND (group_id > $2 OR (organization_id, tenant_group_id) > ($3, $4))
ORDER BY group_id
LIMIT $5::bigint;

-- name: links_over_subtree
SELECT group_id, organization_id, tenant_group_id, root_id, scope, claims, created_at, expires_at, unlicensed, suspended
FROM links
WHERE scope = 'subtree' AND organization_id = $1
  AND group_id >= $2 AND (group_id > $2 OR (organization_id, tenant_group_id) > ($3, $4))
ORDER BY group_id
LIMIT $5::bigint;

-- name: links_of
SELECT group_id, organization_id, tenant_group_id, root_id, scope, claims, created_at, expires_at, unlicensed, suspended
FROM links
WHERE group_id = $1 AND (organization_id, tenant_group_id) > ($2, $3)
ORDER BY organization_id, tenant_group_id
LIMIT $4::bigint;

-- name: links_in
SELECT group_id, organization_id, tenant_group_id, root_id, scope, claims, created_at, expires_at, unlicensed, suspended
FROM links
WHERE root_id = $1
ORDER BY group_id, organization_id, tenant_group_id;

-- name: link_insert
INSERT INTO links (group_id, organization_id, tenant_group_id, root_id, scope, claims, created_at, expires_at, unlicensed, suspended)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: link_update
UPDATE links
SET root_id = $4, scope = $5, claims = $6, created_at = $7, expires_at = $8, unlicensed = $9, suspended = $10
WHERE group_id = $1 AND organization_id = $2 AND tenant_group_id = $3;

-- name: link_delete
DELETE FROM links WHERE group_id = $1 AND organization_id = $2 AND tenant_group_id = $3;

-- name: every_link
SELECT group_id, organization_id, tenant_group_id, root_id, scope, claims, created_at, expires_at, unlicensed, suspended FROM links;

-- name: links_end
SELECT coalesce(min(expires_at), 0) FROM links WHERE root_id = $1 AND expires_at > 0;

-- name: links_over
SELECT group_id, organization_id, tenant_group_id, root_id, scope, claims, created_at, expires_at, unlicensed, suspended
FROM links
WHERE root_id = $1 AND expires_at > 0 AND expires_at <= $2
ORDER BY expires_at
LIMIT $3::bigint;
