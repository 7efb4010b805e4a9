-- Links to tenant groups, and where modules are given.

-- +goose Up
-- tenant_group_id is '' for a link to an organization. One to a tenant group has its root as
-- the organization, and in_tenant_group has nothing but its reference.
CREATE TABLE links_to_places (
    group_id        TEXT    NOT NULL REFERENCES groups (id) DEFERRABLE INITIALLY DEFERRED,
    organization_id TEXT    NOT NULL REFERENCES organizations (id) DEFERRABLE INITIALLY DEFERRED,
    tenant_group_id TEXT    NOT NULL,
    root_id         TEXT    NOT NULL,
    scope           TEXT    NOT NULL,
    claims          TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    unlicensed      INTEGER NOT NULL,
    suspended       INTEGER NOT NULL,
    in_tenant_group TEXT    AS (nullif(tenant_group_id, '')) STORED
        REFERENCES tenant_groups (id) DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (group_id, organization_id, tenant_group_id)
) STRICT, WITHOUT ROWID;
INSERT INTO links_to_places (group_id, organization_id, tenant_group_id, root_id, scope, claims, created_at, expires_at, unlicensed, suspended)
SELECT group_id, organization_id, '', root_id, scope, claims, created_at, expires_at, unlicensed, suspended FROM links;
DROP TABLE links;
ALTER TABLE links_to_places RENAME TO links;
CREATE INDEX links_into_organization ON links (organization_id, tenant_group_id, group_id);
CREATE INDEX links_to_tenant_group ON links (tenant_group_id, group_id) WHERE tenant_group_id <> '';
CREATE INDEX links_of_tenant_group ON links (in_tenant_group) WHERE in_tenant_group IS NOT NULL;
CREATE INDEX links_of_root ON links (root_id, group_id, organization_id, tenant_group_id);
CREATE INDEX links_ending ON links (root_id, expires_at) WHERE expires_at > 0;
CREATE INDEX links_over_subtree ON links (organization_id, group_id) WHERE scope = 'subtree';

-- Names of modules, as JSON arrays or null: those given above a tenant group, and all that
-- lead to an organization in it.
ALTER TABLE tenant_groups ADD COLUMN inherited TEXT NOT NULL DEFAULT 'null';
ALTER TABLE tenant_group_places ADD COLUMN modules TEXT NOT NULL DEFAULT 'null';
