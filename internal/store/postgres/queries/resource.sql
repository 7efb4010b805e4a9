-- name: resource_by_key
SELECT type, id, organization_id, root_id, name, coalesce(parent_id, ''), assigned_to, suspended
FROM resources
WHERE type = $1 AND id = $2;

-- name: resources_of_organization
SELECT type, id, organization_id, root_id, name, coalesce(parent_id, ''), assigned_to, suspended
FROM resources
WHERE organization_id = $1 AND type = $2 AND id > $3
ORDER BY id
LIMIT $4::bigint;

-- name: resource_counts
SELECT type, count(*) FROM resources WHERE organization_id = $1 GROUP BY type;

-- name: resources_assigned_to
SELECT r.type, r.id, r.organization_id, r.root_id, r.name, coalesce(r.parent_id, ''), r.assigned_to, r.suspended
FROM assignments a JOIN resources r ON r.type = a.resource_type AND r.id = a.resource_id
WHERE a.subject_type = $1 AND a.subject_id = $2
ORDER BY a.resource_type, a.resource_id;

-- name: systems_below
SELECT type, id, organization_id, root_id, name, coalesce(parent_id, ''), assigned_to, suspended
FROM resources
WHERE type = 'monitored_system' AND parent_id = $1
ORDER BY id;

-- name: resource_insert
INSERT INTO resources (type, id, organization_id, root_id, name, parent_id, assigned_to, suspended)
VALUES ($1, $2, $3, $4, $5, nullif($6::text, ''), $7, $8);

-- name: resource_update
UPDATE resources
SET organization_id = $3, root_id = $4, name = $5, parent_id = nullif($6::text, ''), assigned_to = $7, suspended = $8
WHERE type = $1 AND id = $2;

-- name: resource_delete
DELETE FROM resources WHERE type = $1 AND id = $2;

-- name: every_resource
SELECT type, id, organization_id, root_id, name, coalesce(parent_id, ''), assigned_to, suspended FROM resources;

-- name: released_resource
SELECT root_id, version FROM released_resources WHERE type = $1 AND id = $2;

-- name: resource_release
INSERT INTO released_resources (type, id, root_id, version) VALUES ($1, $2, $3, $4)
ON CONFLICT (type, id) DO UPDATE SET root_id = excluded.root_id, version = excluded.version;
