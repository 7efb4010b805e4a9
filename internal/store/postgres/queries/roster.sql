-- The lists of people take: after $1, limit $2, text $3. A text is looked for along the
-- list; no index shortens that.

-- name: people_owning
SELECT o.user_id
FROM owners o
WHERE o.organization_id = $4 AND o.user_id > $1 AND NOT o.inactive AND NOT o.suspended
  AND ($3 = '' OR (SELECT strpos(u.searched, $3) > 0 FROM users u WHERE u.id = o.user_id))
ORDER BY o.user_id
LIMIT $2::bigint;

-- The first of each group of the list $4 in each role: among them are the first of all.

-- name: people_in_groups
SELECT (
    SELECT coalesce(json_agg(user_id)::text, '[]') FROM (
        SELECT m.user_id
        FROM memberships m
        WHERE m.group_id = wanted.value AND m.role = role.value AND m.user_id > $1 AND NOT m.inactive AND NOT m.suspended
          AND ($3 = '' OR (SELECT strpos(u.searched, $3) > 0 FROM users u WHERE u.id = m.user_id))
        ORDER BY m.user_id
        LIMIT $2::bigint
    ) AS page
)
FROM json_array_elements_text($4::text::json) AS wanted (value) CROSS JOIN (VALUES ('owner'), ('member')) AS role (value);

-- The first of each tenant group of the list $4.

-- name: people_in_tenant_groups
SELECT (
    SELECT coalesce(json_agg(user_id)::text, '[]') FROM (
        SELECT t.user_id
        FROM tenant_group_users t
        WHERE t.tenant_group_id = wanted.value AND t.user_id > $1 AND NOT t.inactive AND NOT t.suspended
          AND ($3 = '' OR (SELECT strpos(u.searched, $3) > 0 FROM users u WHERE u.id = t.user_id))
        ORDER BY t.user_id
        LIMIT $2::bigint
    ) AS page
)
FROM json_array_elements_text($4::text::json) AS wanted (value);

-- The administrators of the root $4; with an organization $5 those who reach it.

-- name: people_administering
SELECT a.user_id
FROM administrators a
WHERE a.root_id = $4 AND a.user_id > $1 AND NOT a.inactive AND NOT a.suspended
  AND ($5 = '' OR a.reach = 'all' OR (a.reach = 'list') = EXISTS (
      SELECT 1 FROM subaccounts s WHERE s.organization_id = $5 AND s.root_id = a.root_id AND s.user_id = a.user_id))
  AND ($3 = '' OR (SELECT strpos(u.searched, $3) > 0 FROM users u WHERE u.id = a.user_id))
ORDER BY a.user_id
LIMIT $2::bigint;

-- The first members of each group of the list $4.

-- name: people_owning_by_groups
SELECT (
    SELECT coalesce(json_agg(user_id)::text, '[]') FROM (
        SELECT m.user_id
        FROM memberships m
        WHERE m.group_id = wanted.value AND m.role = 'member' AND m.user_id > $1 AND NOT m.inactive AND NOT m.suspended
          AND ($3 = '' OR (SELECT strpos(u.searched, $3) > 0 FROM users u WHERE u.id = m.user_id))
        ORDER BY m.user_id
        LIMIT $2::bigint
    ) AS page
)
FROM json_array_elements_text($4::text::json) AS wanted (value);

-- name: users_among
SELECT id, email, email_verified, name, state, version
FROM users
WHERE id = ANY (ARRAY(SELECT json_array_elements_text($1::text::json)))
ORDER BY id;

-- name: owners_among
SELECT o.organization_id, o.user_id, o.root_id, o.since, o.inactive, o.suspended
FROM json_array_elements_text($2::text::json) AS wanted (value) JOIN owners o ON o.organization_id = $1 AND o.user_id = wanted.value
WHERE NOT o.inactive AND NOT o.suspended;

-- In both roles in the groups of the list $1, as members alone in those of $3.

-- name: memberships_among
SELECT m.group_id, m.role, m.user_id, m.root_id, m.since, m.expires_at, m.self_grant, m.inactive, m.suspended
FROM json_array_elements_text($2::text::json) AS wanted (value) JOIN memberships m ON m.user_id = wanted.value
WHERE (m.group_id IN (SELECT json_array_elements_text($1::text::json)) OR m.role = 'member' AND m.group_id IN (SELECT json_array_elements_text($3::text::json)))
  AND NOT m.inactive AND NOT m.suspended;

-- name: tenant_group_users_among
SELECT t.tenant_group_id, t.user_id, t.root_id, t.group_administrator, t.all_tenant_permissions, t.modules, t.since, t.inactive, t.suspended
FROM json_array_elements_text($2::text::json) AS wanted (value) JOIN tenant_group_users t ON t.user_id = wanted.value
WHERE t.tenant_group_id IN (SELECT json_array_elements_text($1::text::json)) AND NOT t.inactive AND NOT t.suspended;

-- name: administrators_among
SELECT a.root_id, a.user_id, a.role, a.subaccount_role, a.reach, a.organizations, a.since, a.inactive, a.suspended
FROM json_array_elements_text($3::text::json) AS wanted (value) JOIN administrators a ON a.root_id = $1 AND a.user_id = wanted.value
WHERE NOT a.inactive AND NOT a.suspended
  AND ($2 = '' OR a.reach = 'all' OR (a.reach = 'list') = EXISTS (
      SELECT 1 FROM subaccounts s WHERE s.organization_id = $2 AND s.root_id = a.root_id AND s.user_id = a.user_id));

-- Who is invited to a group of the list $4, at the instant $5: of a group each mailbox once.

-- name: mailboxes_invited
SELECT (
    SELECT coalesce(json_agg(mailbox)::text, '[]') FROM (
        SELECT i.mailbox
        FROM invitations i
        WHERE i.group_id = wanted.value AND i.state = 'pending' AND i.mailbox > $1 AND i.expires_at > $5
          AND ($3 = '' OR strpos(i.email_folded, $3) > 0)
        ORDER BY i.mailbox
        LIMIT $2::bigint
    ) AS page
)
FROM json_array_elements_text($4::text::json) AS wanted (value);

-- name: invitations_among
SELECT id, organization_id, group_id, root_id, email, mailbox, role, state, invited_by, created_at, sent_at, expires_at
FROM invitations
WHERE state = 'pending' AND mailbox = ANY (ARRAY(SELECT json_array_elements_text($2::text::json)))
  AND group_id IN (SELECT json_array_elements_text($1::text::json)) AND expires_at > $3
ORDER BY mailbox, group_id;
