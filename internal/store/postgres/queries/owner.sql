-- name: owner_by_key
SELECT organization_id, user_id, root_id, since, inactive, suspended
FROM owners
WHERE organization_id = $1 AND user_id = $2;

-- name: owners_of_organization
SELECT organization_id, user_id, root_id, since, inactive, suspended
FROM owners
WHERE organization_id = $1 AND user_id > $2
ORDER BY user_id
LIMIT $3::bigint;

-- name: owners_of_user
SELECT organization_id, user_id, root_id, since, inactive, suspended
FROM owners
WHERE user_id = $1
ORDER BY organization_id;

-- name: active_owners
SELECT count(*) FROM owners WHERE organization_id = $1 AND NOT inactive;

-- name: owner_insert
INSERT INTO owners (organization_id, user_id, root_id, since, inactive, suspended)
VALUES ($1, $2, $3, $4, $5, $6);

-- name: owner_update
UPDATE owners
SET root_id = $3, since = $4, inactive = $5, suspended = $6
WHERE organization_id = $1 AND user_id = $2;

-- name: owner_delete
DELETE FROM owners WHERE organization_id = $1 AND user_id = $2;

-- name: every_owner
SELECT organization_id, user_id, root_id, since, inactive, suspended FROM owners;
