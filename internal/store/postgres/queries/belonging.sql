-- What belongs to a set of organizations: $1 is a JSON array of their ids. Each row comes
-- once, also a link with both ends in the set.

-- name: organizations_in_set
SELECT o.id, o.name, coalesce(o.parent_id, ''), o.root_id, o.depth, o.isolation, o.default_dashboard, o.state, o.created_at, o.suspended, o.email_domain, o.administered,
       o.do_not_disturb_from, o.do_not_disturb_to, o.do_not_disturb_zone, o.delegated_since
FROM json_array_elements_text($1::text::json) AS wanted (value) JOIN organizations o ON o.id = wanted.value;

-- name: subscriptions_in_set
SELECT s.organization_id, s.root_id, s.plan, s.status
FROM json_array_elements_text($1::text::json) AS wanted (value) JOIN subscriptions s ON s.organization_id = wanted.value;

-- name: owners_in_set
SELECT o.organization_id, o.user_id, o.root_id, o.since, o.inactive, o.suspended
FROM json_array_elements_text($1::text::json) AS wanted (value) JOIN owners o ON o.organization_id = wanted.value;

-- name: groups_in_set
SELECT g.id, g.organization_id, g.root_id, g.name, g.claims, g.created_at, g.suspended
FROM json_array_elements_text($1::text::json) AS wanted (value) JOIN groups g ON g.organization_id = wanted.value;

-- name: memberships_in_set
SELECT m.group_id, m.role, m.user_id, m.root_id, m.since, m.expires_at, m.self_grant, m.inactive, m.suspended
FROM json_array_elements_text($1::text::json) AS wanted (value)
    JOIN groups g ON g.organization_id = wanted.value
    JOIN memberships m ON m.group_id = g.id;

-- name: links_into_set
SELECT l.group_id, l.organization_id, l.tenant_group_id, l.root_id, l.scope, l.claims, l.created_at, l.expires_at, l.unlicensed, l.suspended
FROM json_array_elements_text($1::text::json) AS wanted (value) JOIN links l ON l.organization_id = wanted.value;

-- name: links_out_of_set
SELECT l.group_id, l.organization_id, l.tenant_group_id, l.root_id, l.scope, l.claims, l.created_at, l.expires_at, l.unlicensed, l.suspended
FROM json_array_elements_text($1::text::json) AS wanted (value)
    JOIN groups g ON g.organization_id = wanted.value
    JOIN links l ON l.group_id = g.id
WHERE l.organization_id NOT IN (SELECT json_array_elements_text($1::text::json));

-- name: invitations_in_set
SELECT i.id, i.organization_id, i.group_id, i.root_id, i.email, i.mailbox, i.role, i.state, i.invited_by,
       i.created_at, i.sent_at, i.expires_at
FROM json_array_elements_text($1::text::json) AS wanted (value) JOIN invitations i ON i.organization_id = wanted.value;

-- name: resources_in_set
SELECT r.type, r.id, r.organization_id, r.root_id, r.name, coalesce(r.parent_id, ''), r.assigned_to, r.suspended
FROM json_array_elements_text($1::text::json) AS wanted (value) JOIN resources r ON r.organization_id = wanted.value;

-- name: access_keys_in_set
SELECT k.id, k.organization_id, k.root_id, k.subject_type, k.subject_id, k.name, k.hash, k.created_at, k.expires_at, k.revoked_at, k.suspended, k.expired
FROM json_array_elements_text($1::text::json) AS wanted (value) JOIN access_keys k ON k.organization_id = wanted.value;

-- name: tenant_groups_in_set
SELECT t.id, t.root_id, coalesce(t.parent_id, ''), t.name, t.depth, t.created_at, t.inherited, t.suspended
FROM json_array_elements_text($1::text::json) AS wanted (value) JOIN tenant_groups t ON t.root_id = wanted.value;

-- name: tenant_group_users_in_set
SELECT u.tenant_group_id, u.user_id, u.root_id, u.group_administrator, u.all_tenant_permissions, u.modules, u.since, u.inactive, u.suspended
FROM json_array_elements_text($1::text::json) AS wanted (value)
    JOIN tenant_groups t ON t.root_id = wanted.value
    JOIN tenant_group_users u ON u.tenant_group_id = t.id;

-- name: tenant_group_places_in_set
SELECT p.tenant_group_id, p.organization_id, p.root_id, p.since, p.modules, p.suspended
FROM json_array_elements_text($1::text::json) AS wanted (value) JOIN tenant_group_places p ON p.organization_id = wanted.value;

-- name: tenant_group_places_out_of_set
SELECT p.tenant_group_id, p.organization_id, p.root_id, p.since, p.modules, p.suspended
FROM json_array_elements_text($1::text::json) AS wanted (value)
    JOIN tenant_groups t ON t.root_id = wanted.value
    JOIN tenant_group_places p ON p.tenant_group_id = t.id
WHERE p.organization_id NOT IN (SELECT json_array_elements_text($1::text::json));

-- name: administrators_of_set
SELECT a.root_id, a.user_id, a.role, a.subaccount_role, a.reach, a.organizations, a.since, a.inactive, a.suspended
FROM json_array_elements_text($1::text::json) AS wanted (value) JOIN administrators a ON a.root_id = wanted.value;

-- name: administrators_naming_set
SELECT a.root_id, a.user_id, a.role, a.subaccount_role, a.reach, a.organizations, a.since, a.inactive, a.suspended
FROM administrators a
WHERE (a.root_id, a.user_id) IN (
        SELECT s.root_id, s.user_id FROM json_array_elements_text($1::text::json) AS wanted (value) JOIN subaccounts s ON s.organization_id = wanted.value
    )
  AND a.root_id NOT IN (SELECT json_array_elements_text($1::text::json));
