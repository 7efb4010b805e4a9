-- name: organization_by_id
SELECT id, name, coalesce(parent_id, ''), root_id, depth, isolation, default_dashboard, state, created_at, suspended, email_domain, administered,
       do_not_disturb_from, do_not_disturb_to, do_not_disturb_zone, delegated_since
FROM organizations
WHERE id = $1;

-- The lists take: after $1, limit $2, text $3, root $4, parent or ids $5. A text is looked
-- for along the list; no index shortens that.

-- name: organizations_all
SELECT id, name, coalesce(parent_id, ''), root_id, depth, isolation, default_dashboard, state, created_at, suspended, email_domain, administered,
       do_not_disturb_from, do_not_disturb_to, do_not_disturb_zone, delegated_since
FROM organizations
WHERE id > $1
  AND ($3 = '' OR strpos(name_folded, $3) > 0 OR lower(id) = $3)
ORDER BY id
LIMIT $2::bigint;

-- name: organizations_of_root
SELECT id, name, coalesce(parent_id, ''), root_id, depth, isolation, default_dashboard, state, created_at, suspended, email_domain, administered,
       do_not_disturb_from, do_not_disturb_to, do_not_disturb_zone, delegated_since
FROM organizations
WHERE root_id = $4 AND id > $1
  AND ($3 = '' OR strpos(name_folded, $3) > 0 OR lower(id) = $3)
ORDER BY id
LIMIT $2::bigint;

-- name: organizations_of_parent
SELECT id, name, coalesce(parent_id, ''), root_id, depth, isolation, default_dashboard, state, created_at, suspended, email_domain, administered,
       do_not_disturb_from, do_not_disturb_to, do_not_disturb_zone, delegated_since
FROM organizations
WHERE parent_id = $5 AND id > $1
  AND ($3 = '' OR strpos(name_folded, $3) > 0 OR lower(id) = $3)
  AND ($4 = '' OR root_id = $4)
ORDER BY id
LIMIT $2::bigint;

-- name: organizations_among
SELECT o.id, o.name, coalesce(o.parent_id, ''), o.root_id, o.depth, o.isolation, o.default_dashboard, o.state, o.created_at, o.suspended, o.email_domain, o.administered,
       o.do_not_disturb_from, o.do_not_disturb_to, o.do_not_disturb_zone, o.delegated_since
FROM organizations o
WHERE o.id IN (SELECT json_array_elements_text($5::text::json)) AND o.id > $1
  AND ($3 = '' OR strpos(o.name_folded, $3) > 0 OR lower(o.id) = $3)
  AND ($4 = '' OR o.root_id = $4)
  AND ($6 = '' OR o.parent_id = $6)
ORDER BY o.id
LIMIT $2::bigint;

-- name: subtree
WITH RECURSIVE below (id) AS (
    SELECT id FROM organizations WHERE id = $1
    UNION ALL
    SELECT o.id FROM below b JOIN organizations o ON o.parent_id = b.id
)
SELECT o.id, o.name, coalesce(o.parent_id, ''), o.root_id, o.depth, o.isolation, o.default_dashboard, o.state, o.created_at, o.suspended, o.email_domain, o.administered,
       o.do_not_disturb_from, o.do_not_disturb_to, o.do_not_disturb_zone, o.delegated_since
FROM below b JOIN organizations o ON o.id = b.id
ORDER BY o.depth, o.id;

-- name: domain_taken
SELECT count(*) FROM organizations WHERE email_domain = $1 AND email_domain <> '';

-- name: organization_insert
INSERT INTO organizations
    (id, name, name_folded, parent_id, root_id, depth, isolation, default_dashboard, state, created_at, suspended,
     email_domain, administered, do_not_disturb_from, do_not_disturb_to, do_not_disturb_zone, delegated_since)
VALUES ($1, $2, $3, nullif($4::text, ''), $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17);

-- name: organization_update
UPDATE organizations
SET name = $2, name_folded = $3, parent_id = nullif($4::text, ''), root_id = $5, depth = $6,
    isolation = $7, default_dashboard = $8, state = $9, created_at = $10, suspended = $11,
    email_domain = $12, administered = $13,
    do_not_disturb_from = $14, do_not_disturb_to = $15, do_not_disturb_zone = $16, delegated_since = $17
WHERE id = $1;

-- name: organization_delete
DELETE FROM organizations WHERE id = $1;

-- name: every_organization
SELECT id, name, coalesce(parent_id, ''), root_id, depth, isolation, default_dashboard, state, created_at, suspended, email_domain, administered,
       do_not_disturb_from, do_not_disturb_to, do_not_disturb_zone, delegated_since
FROM organizations;
