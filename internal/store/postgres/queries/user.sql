-- name: user_version
SELECT version FROM users WHERE id = $1;

-- name: user_by_id
SELECT id, email, email_verified, name, state, version FROM users WHERE id = $1;

-- name: user_insert
INSERT INTO users (id, email, email_verified, name, state, version, address, searched)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: user_update
UPDATE users
SET email = $2, email_verified = $3, name = $4, state = $5, version = $6, address = $7, searched = $8
WHERE id = $1;

-- name: user_delete
DELETE FROM users WHERE id = $1;

-- name: every_user
SELECT id, email, email_verified, name, state, version FROM users;
