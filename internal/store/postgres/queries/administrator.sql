-- name: administrator_by_key
SELECT root_id, user_id, role, subaccount_role, reach, organizations, since, inactive, suspended
FROM administrators
WHERE root_id = $1 AND user_id = $2;

-- The list takes: root $1, after $2, limit $3, text $4, role $5, subaccount role $6.

-- name: administrators_of_root
SELECT a.root_id, a.user_id, a.role, a.subaccount_role, a.reach, a.organizations, a.since, a.inactive, a.suspended
FROM administrators a
WHERE a.root_id = $1 AND a.user_id > $2
  AND ($4 = '' OR (SELECT strpos(u.searched, $4) > 0 FROM users u WHERE u.id = a.user_id))
  AND ($5 = '' OR a.role = $5) AND ($6 = '' OR a.subaccount_role = $6)
ORDER BY a.user_id
LIMIT $3::bigint;

-- name: administrators_of_user
SELECT root_id, user_id, role, subaccount_role, reach, organizations, since, inactive, suspended
FROM administrators
WHERE user_id = $1
ORDER BY root_id;

-- name: active_account_owners
SELECT (SELECT count(*) FROM owners WHERE organization_id = $1 AND NOT inactive)
     + (SELECT count(*) FROM administrators a
        WHERE a.root_id = $1 AND a.role = 'owner' AND NOT a.inactive
          AND NOT EXISTS (SELECT 1 FROM owners o WHERE o.organization_id = $1 AND o.user_id = a.user_id));

-- name: delegated_organizations
SELECT id FROM organizations WHERE root_id = $1 AND isolation = 'delegated' ORDER BY id;

-- name: administrator_insert
INSERT INTO administrators (root_id, user_id, role, subaccount_role, reach, organizations, since, inactive, suspended)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: administrator_update
UPDATE administrators
SET role = $3, subaccount_role = $4, reach = $5, organizations = $6, since = $7, inactive = $8, suspended = $9
WHERE root_id = $1 AND user_id = $2;

-- name: administrator_delete
DELETE FROM administrators WHERE root_id = $1 AND user_id = $2;

-- name: every_administrator
SELECT root_id, user_id, role, subaccount_role, reach, organizations, since, inactive, suspended FROM administrators;
