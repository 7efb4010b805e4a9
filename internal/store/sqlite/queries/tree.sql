-- Where a tree is read, the fourth column is for databases that tell the time: 0 is none.

-- name: tree_version
SELECT version FROM trees WHERE root_id = ?1;

-- name: tree_begin
INSERT INTO trees (root_id, version, moved_at) VALUES (?1, 1, ?2) ON CONFLICT DO NOTHING;

-- name: tree_by_root
SELECT root_id, version, ends_at, 0 FROM trees WHERE root_id = ?1;

-- ?3 is the time; 0 moves also a tree in which something is over. ?4 is the time in any case.

-- name: tree_move
UPDATE trees
SET version = version + 1, moved_at = ?4
WHERE root_id = ?1 AND version = ?2 AND (?3 = 0 OR ends_at = 0 OR ends_at > ?3);

-- name: tree_set_end
UPDATE trees SET ends_at = ?2 WHERE root_id = ?1 AND ends_at <> ?2;

-- name: trees_over
SELECT root_id, version, ends_at, 0
FROM trees
WHERE ends_at > 0 AND ends_at <= ?1
ORDER BY ends_at
LIMIT ?2;

-- name: tree_of_organization
SELECT t.root_id, t.version, t.ends_at, 0
FROM organizations o JOIN trees t ON t.root_id = o.root_id
WHERE o.id = ?1;

-- name: tree_of_group
SELECT t.root_id, t.version, t.ends_at, 0
FROM groups g JOIN trees t ON t.root_id = g.root_id
WHERE g.id = ?1;

-- name: tree_of_tenant_group
SELECT t.root_id, t.version, t.ends_at, 0
FROM tenant_groups g JOIN trees t ON t.root_id = g.root_id
WHERE g.id = ?1;

-- A module is of the organization that its id begins with.

-- name: tree_of_module
SELECT t.root_id, t.version, t.ends_at, 0
FROM organizations o JOIN trees t ON t.root_id = o.root_id
WHERE o.id = substr(?1, 1, instr(?1, '/') - 1);

-- name: roots_of_organizations
SELECT o.id, o.root_id
FROM json_each(?1) AS wanted CROSS JOIN organizations o ON o.id = wanted.value;

-- name: roots_of_groups
SELECT g.id, g.root_id
FROM json_each(?1) AS wanted CROSS JOIN groups g ON g.id = wanted.value;

-- name: roots_of_tenant_groups
SELECT g.id, g.root_id
FROM json_each(?1) AS wanted CROSS JOIN tenant_groups g ON g.id = wanted.value;

-- name: roots_of_modules
SELECT wanted.value, o.root_id
FROM json_each(?1) AS wanted
CROSS JOIN organizations o ON o.id = substr(wanted.value, 1, instr(wanted.value, '/') - 1);

-- name: roots_of_registered
SELECT r.id, r.root_id
FROM json_each(?2) AS wanted CROSS JOIN resources r ON r.type = ?1 AND r.id = wanted.value;

-- name: trees_of_user
SELECT root_id, version, ends_at, 0
FROM trees
WHERE root_id IN (
    SELECT root_id FROM owners WHERE user_id = ?1
    UNION ALL
    SELECT root_id FROM memberships WHERE user_id = ?1
    UNION ALL
    SELECT root_id FROM tenant_group_users WHERE user_id = ?1
    UNION ALL
    SELECT root_id FROM administrators WHERE user_id = ?1
)
ORDER BY root_id;

-- A tree is there as long as its root is one.

-- name: every_tree
SELECT t.root_id, t.version, t.ends_at
FROM trees t CROSS JOIN organizations o ON o.id = t.root_id
WHERE o.root_id = o.id;

-- name: every_ended_tree
SELECT t.root_id, t.version, t.ends_at
FROM trees t
WHERE NOT EXISTS (SELECT 1 FROM organizations o WHERE o.id = t.root_id AND o.root_id = o.id);

-- name: take_view
SELECT count(*) FROM (SELECT 1 FROM trees LIMIT 1);

-- name: tree_of_registered
SELECT t.root_id, t.version, t.ends_at, 0
FROM resources r JOIN trees t ON t.root_id = r.root_id
WHERE r.type = ?1 AND r.id = ?2;
