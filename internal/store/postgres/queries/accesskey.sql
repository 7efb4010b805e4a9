-- name: access_key_by_id
SELECT id, organization_id, root_id, subject_type, subject_id, name, hash, created_at, expires_at, revoked_at, suspended, expired
FROM access_keys
WHERE id = $1;

-- name: access_keys_of_organization
SELECT k.id, k.organization_id, k.root_id, k.subject_type, k.subject_id, k.name, k.hash, k.created_at, k.expires_at, k.revoked_at, k.suspended, k.expired,
       coalesce(u.at, 0)
FROM access_keys k LEFT JOIN access_key_uses u ON u.id = k.id
WHERE k.organization_id = $1 AND k.id > $2
ORDER BY k.id
LIMIT $3::bigint;

-- name: access_keys_of_subject
SELECT id, organization_id, root_id, subject_type, subject_id, name, hash, created_at, expires_at, revoked_at, suspended, expired
FROM access_keys
WHERE subject_type = $1 AND subject_id = $2
ORDER BY id;

-- name: access_keys_end
SELECT coalesce(min(expires_at), 0)
FROM access_keys
WHERE root_id = $1 AND expires_at > 0 AND revoked_at = 0 AND NOT expired;

-- name: access_keys_over
SELECT id, organization_id, root_id, subject_type, subject_id, name, hash, created_at, expires_at, revoked_at, suspended, expired
FROM access_keys
WHERE root_id = $1 AND expires_at > 0 AND expires_at <= $2 AND revoked_at = 0 AND NOT expired
ORDER BY expires_at
LIMIT $3::bigint;

-- name: access_key_insert
INSERT INTO access_keys
    (id, organization_id, root_id, subject_type, subject_id, name, hash, created_at, expires_at, revoked_at, suspended, expired)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: access_key_update
UPDATE access_keys
SET organization_id = $2, root_id = $3, subject_type = $4, subject_id = $5, name = $6, hash = $7,
    created_at = $8, expires_at = $9, revoked_at = $10, suspended = $11, expired = $12
WHERE id = $1;

-- name: access_key_delete
DELETE FROM access_keys WHERE id = $1;

-- name: every_access_key
SELECT id, organization_id, root_id, subject_type, subject_id, name, hash, created_at, expires_at, revoked_at, suspended, expired
FROM access_keys;

-- A key that is being deleted is left out: to wait for that could be to wait in a circle.

-- name: access_key_use
INSERT INTO access_key_uses (id, at)
SELECT id, $2::bigint FROM access_keys WHERE id = $1 FOR KEY SHARE SKIP LOCKED
ON CONFLICT (id) DO UPDATE SET at = greatest(access_key_uses.at, excluded.at);
