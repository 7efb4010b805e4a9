-- name: membership_by_key
SELECT group_id, role, user_id, root_id, since, expires_at, self_grant, inactive, suspended
FROM memberships
WHERE group_id = $1 AND role = $2 AND user_id = $3;

-- name: memberships_in_role
SELECT group_id, role, user_id, root_id, since, expires_at, self_grant, inactive, suspended
FROM memberships
WHERE group_id = $1 AND role = $2 AND user_id > $3
ORDER BY user_id
LIMIT $4::bigint;

-- name: memberships_of_group
SELECT group_id, role, user_id, root_id, since, expires_at, self_grant, inactive, suspended
FROM memberships
WHERE group_id = $1
ORDER BY role, user_id;

-- name: memberships_of_user
SELECT group_id, role, user_id, root_id, since, expires_at, self_grant, inactive, suspended
FROM memberships
WHERE user_id = $1
ORDER BY role, group_id;

-- name: active_memberships
SELECT count(*) FROM memberships WHERE group_id = $1 AND role = $2 AND NOT inactive;

-- name: membership_verified
SELECT count(*)
FROM users u JOIN memberships m ON m.group_id = $1 AND m.role = $2 AND m.user_id = u.id
WHERE u.address = $3 AND u.address <> '' AND u.email_verified AND NOT m.inactive;

-- name: membership_insert
INSERT INTO memberships (group_id, role, user_id, root_id, since, expires_at, self_grant, inactive, suspended)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: membership_update
UPDATE memberships
SET root_id = $4, since = $5, expires_at = $6, self_grant = $7, inactive = $8, suspended = $9
WHERE group_id = $1 AND role = $2 AND user_id = $3;

-- name: membership_delete
DELETE FROM memberships WHERE group_id = $1 AND role = $2 AND user_id = $3;

-- name: every_membership
SELECT group_id, role, user_id, root_id, since, expires_at, self_grant, inactive, suspended FROM memberships;

-- name: memberships_end
SELECT coalesce(min(expires_at), 0) FROM memberships WHERE root_id = $1 AND expires_at > 0;

-- name: memberships_over
SELECT group_id, role, user_id, root_id, since, expires_at, self_grant, inactive, suspended
FROM memberships
WHERE root_id = $1 AND expires_at > 0 AND expires_at <= $2
ORDER BY expires_at
LIMIT $3::bigint;
