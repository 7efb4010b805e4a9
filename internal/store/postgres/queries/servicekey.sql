-- name: service_key_insert
INSERT INTO service_keys (id, kind, name, hash, created_at, revoked_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING;

-- name: service_key_by_id
SELECT id, kind, name, hash, created_at, revoked_at FROM service_keys WHERE id = $1;

-- name: service_keys
SELECT id, kind, name, hash, created_at, revoked_at FROM service_keys ORDER BY id;

-- name: service_key_revoke
UPDATE service_keys
SET revoked_at = CASE revoked_at WHEN 0 THEN $2::bigint ELSE revoked_at END
WHERE id = $1;
