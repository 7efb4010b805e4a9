-- name: trees_moved
SELECT root_id, version, moved_at
FROM trees
WHERE (moved_at, root_id) > ($1, $2)
ORDER BY moved_at, root_id
LIMIT $3;
