-- name: tenant_group_by_id
SELECT id, root_id, coalesce(parent_id, ''), name, depth, created_at, inherited, suspended FROM tenant_groups WHERE id = $1;

-- name: tenant_groups_of_root
SELECT id, root_id, coalesce(parent_id, ''), name, depth, created_at, inherited, suspended
FROM tenant_groups
WHERE root_id = $1 AND id > $2
ORDER BY id
LIMIT $3::bigint;

-- name: tenant_groups_used
WITH RECURSIVE used (id) AS (
    SELECT tenant_group_id FROM tenant_group_users
    WHERE root_id = $1 AND user_id = $2 AND NOT inactive AND NOT suspended
    UNION
    SELECT t.id FROM used u JOIN tenant_groups t ON t.parent_id = u.id
)
SELECT t.id, t.root_id, coalesce(t.parent_id, ''), t.name, t.depth, t.created_at, t.inherited, t.suspended
FROM used u JOIN tenant_groups t ON t.id = u.id
WHERE t.id > $3
ORDER BY t.id
LIMIT $4::bigint;

-- name: tenant_groups_above
WITH RECURSIVE above (id) AS (
    SELECT $1::text COLLATE "C"
    UNION
    SELECT t.parent_id FROM above a JOIN tenant_groups t ON t.id = a.id WHERE t.parent_id IS NOT NULL
)
SELECT t.id, t.root_id, coalesce(t.parent_id, ''), t.name, t.depth, t.created_at, t.inherited, t.suspended
FROM above a JOIN tenant_groups t ON t.id = a.id
ORDER BY t.depth DESC;

-- name: tenant_groups_below
WITH RECURSIVE below (id) AS (
    SELECT $1::text COLLATE "C"
    UNION
    SELECT t.id FROM below b JOIN tenant_groups t ON t.parent_id = b.id
)
SELECT t.id, t.root_id, coalesce(t.parent_id, ''), t.name, t.depth, t.created_at, t.inherited, t.suspended
FROM below b JOIN tenant_groups t ON t.id = b.id
ORDER BY t.depth, t.id;

-- name: tenant_groups_over
WITH RECURSIVE above (id) AS (
    SELECT tenant_group_id FROM tenant_group_places WHERE organization_id = $1
    UNION
    SELECT t.parent_id FROM above a JOIN tenant_groups t ON t.id = a.id WHERE t.parent_id IS NOT NULL
)
SELECT t.id, t.root_id, coalesce(t.parent_id, ''), t.name, t.depth, t.created_at, t.inherited, t.suspended
FROM above a JOIN tenant_groups t ON t.id = a.id
ORDER BY t.depth, t.id;

-- name: tenants_below
WITH RECURSIVE below (id) AS (
    SELECT $1::text COLLATE "C"
    UNION
    SELECT t.id FROM below b JOIN tenant_groups t ON t.parent_id = b.id
)
SELECT DISTINCT o.id, o.name, coalesce(o.parent_id, ''), o.root_id, o.depth, o.isolation, o.default_dashboard, o.state, o.created_at, o.suspended, o.email_domain, o.administered,
       o.do_not_disturb_from, o.do_not_disturb_to, o.do_not_disturb_zone, o.delegated_since
FROM below b
    JOIN tenant_group_places p ON p.tenant_group_id = b.id
    JOIN organizations o ON o.id = p.organization_id
ORDER BY o.id;

-- name: tenant_group_insert
INSERT INTO tenant_groups (id, root_id, parent_id, name, depth, created_at, inherited, suspended)
VALUES ($1, $2, nullif($3::text, ''), $4, $5, $6, $7, $8);

-- name: tenant_group_update
UPDATE tenant_groups
SET root_id = $2, parent_id = nullif($3::text, ''), name = $4, depth = $5, created_at = $6, inherited = $7, suspended = $8
WHERE id = $1;

-- name: tenant_group_delete
DELETE FROM tenant_groups WHERE id = $1;

-- name: every_tenant_group
SELECT id, root_id, coalesce(parent_id, ''), name, depth, created_at, inherited, suspended FROM tenant_groups;

-- name: tenant_group_place_by_key
SELECT tenant_group_id, organization_id, root_id, since, modules, suspended
FROM tenant_group_places
WHERE tenant_group_id = $1 AND organization_id = $2;

-- name: tenant_group_places_of
SELECT tenant_group_id, organization_id, root_id, since, modules, suspended
FROM tenant_group_places
WHERE tenant_group_id = $1 AND organization_id > $2
ORDER BY organization_id
LIMIT $3::bigint;

-- name: tenant_group_place_insert
INSERT INTO tenant_group_places (tenant_group_id, organization_id, root_id, since, modules, suspended)
VALUES ($1, $2, $3, $4, $5, $6);

-- name: tenant_group_place_update
UPDATE tenant_group_places
SET root_id = $3, since = $4, modules = $5, suspended = $6
WHERE tenant_group_id = $1 AND organization_id = $2;

-- name: tenant_group_place_delete
DELETE FROM tenant_group_places WHERE tenant_group_id = $1 AND organization_id = $2;

-- name: every_tenant_group_place
SELECT tenant_group_id, organization_id, root_id, since, modules, suspended FROM tenant_group_places;

-- name: tenant_group_user_by_key
SELECT tenant_group_id, user_id, root_id, group_administrator, all_tenant_permissions, modules, since, inactive, suspended
FROM tenant_group_users
WHERE tenant_group_id = $1 AND user_id = $2;

-- name: tenant_group_users_of
SELECT tenant_group_id, user_id, root_id, group_administrator, all_tenant_permissions, modules, since, inactive, suspended
FROM tenant_group_users
WHERE tenant_group_id = $1 AND user_id > $2
ORDER BY user_id
LIMIT $3::bigint;

-- name: tenant_group_users_of_user
SELECT tenant_group_id, user_id, root_id, group_administrator, all_tenant_permissions, modules, since, inactive, suspended
FROM tenant_group_users
WHERE user_id = $1 AND ($2 = '' OR root_id = $2)
ORDER BY root_id, tenant_group_id;

-- The modules that users of the tenant group have from it, but for one of them.

-- name: modules_given
SELECT modules FROM tenant_group_users WHERE tenant_group_id = $1 AND user_id <> $2 AND modules <> 'null';

-- name: tenant_group_user_insert
INSERT INTO tenant_group_users (tenant_group_id, user_id, root_id, group_administrator, all_tenant_permissions, modules, since, inactive, suspended)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: tenant_group_user_update
UPDATE tenant_group_users
SET root_id = $3, group_administrator = $4, all_tenant_permissions = $5, modules = $6, since = $7, inactive = $8,
    suspended = $9
WHERE tenant_group_id = $1 AND user_id = $2;

-- name: tenant_group_user_delete
DELETE FROM tenant_group_users WHERE tenant_group_id = $1 AND user_id = $2;

-- name: every_tenant_group_user
SELECT tenant_group_id, user_id, root_id, group_administrator, all_tenant_permissions, modules, since, inactive, suspended
FROM tenant_group_users;
