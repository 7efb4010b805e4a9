-- Where a tree is read, the fourth column is the time of the database, in milliseconds. It is
-- told when the tree is found: what is read was committed by then.

-- name: tree_version
SELECT version FROM trees WHERE root_id = $1;

-- name: tree_begin
INSERT INTO trees (root_id, version, moved_at) VALUES ($1, 1, $2) ON CONFLICT DO NOTHING;

-- A tree that is not there has a time, too.

-- name: tree_by_root
SELECT $1::text, coalesce(t.version, 0), coalesce(t.ends_at, 0), millis(clock_timestamp())
FROM (VALUES (1)) AS always LEFT JOIN trees t ON t.root_id = $1::text;

-- $3 is the time; 0 moves also a tree in which something is over.

-- name: tree_move
UPDATE trees
SET version = version + 1, moved_at = $4
WHERE root_id = $1 AND version = $2 AND ($3::bigint = 0 OR ends_at = 0 OR ends_at > $3::bigint);

-- name: tree_set_end
UPDATE trees SET ends_at = $2 WHERE root_id = $1 AND ends_at <> $2;

-- $1 is the time; 0 is now.

-- name: trees_over
SELECT root_id, version, ends_at, millis(clock_timestamp())
FROM trees
WHERE ends_at > 0 AND ends_at <= CASE $1::bigint WHEN 0 THEN millis(statement_timestamp()) ELSE $1::bigint END
ORDER BY ends_at
LIMIT $2::bigint;

-- name: tree_of_organization
SELECT t.root_id, t.version, t.ends_at, millis(clock_timestamp())
FROM organizations o JOIN trees t ON t.root_id = o.root_id
WHERE o.id = $1;

-- name: tree_of_group
SELECT t.root_id, t.version, t.ends_at, millis(clock_timestamp())
FROM groups g JOIN trees t ON t.root_id = g.root_id
WHERE g.id = $1;

-- name: tree_of_tenant_group
SELECT t.root_id, t.version, t.ends_at, millis(clock_timestamp())
FROM tenant_groups g JOIN trees t ON t.root_id = g.root_id
WHERE g.id = $1;

-- A module is of the organization that its id begins with.

-- name: tree_of_module
SELECT t.root_id, t.version, t.ends_at, millis(clock_timestamp())
FROM organizations o JOIN trees t ON t.root_id = o.root_id
WHERE o.id = nullif(split_part($1::text, '/', 1), $1::text);

-- name: roots_of_organizations
SELECT o.id, o.root_id
FROM json_array_elements_text($1::text::json) AS wanted (value) JOIN organizations o ON o.id = wanted.value;

-- name: roots_of_groups
SELECT g.id, g.root_id
FROM json_array_elements_text($1::text::json) AS wanted (value) JOIN groups g ON g.id = wanted.value;

-- name: roots_of_tenant_groups
SELECT g.id, g.root_id
FROM json_array_elements_text($1::text::json) AS wanted (value) JOIN tenant_groups g ON g.id = wanted.value;

-- name: roots_of_modules
SELECT wanted.value, o.root_id
FROM json_array_elements_text($1::text::json) AS wanted (value)
JOIN organizations o ON o.id = nullif(split_part(wanted.value, '/', 1), wanted.value);

-- name: roots_of_registered
SELECT r.id, r.root_id
FROM json_array_elements_text($2::text::json) AS wanted (value) JOIN resources r ON r.type = $1 AND r.id = wanted.value;

-- name: trees_of_user
SELECT root_id, version, ends_at, millis(clock_timestamp())
FROM trees
WHERE root_id = ANY (ARRAY(
    SELECT root_id FROM owners WHERE user_id = $1
    UNION ALL
    SELECT root_id FROM memberships WHERE user_id = $1
    UNION ALL
    SELECT root_id FROM tenant_group_users WHERE user_id = $1
    UNION ALL
    SELECT root_id FROM administrators WHERE user_id = $1
))
ORDER BY root_id;

-- A tree is there as long as its root is one.

-- name: every_tree
SELECT t.root_id, t.version, t.ends_at
FROM trees t JOIN organizations o ON o.id = t.root_id
WHERE o.root_id = o.id;

-- name: every_ended_tree
SELECT t.root_id, t.version, t.ends_at
FROM trees t
WHERE NOT EXISTS (SELECT 1 FROM organizations o WHERE o.id = t.root_id AND o.root_id = o.id);

-- name: take_view
SELECT count(*) FROM (SELECT 1 FROM trees LIMIT 1) AS any_tree;

-- name: tree_of_registered
SELECT t.root_id, t.version, t.ends_at, millis(clock_timestamp())
FROM resources r JOIN trees t ON t.root_id = r.root_id
WHERE r.type = $1 AND r.id = $2;
