-- Tenant groups: the organizations and the people in them. parent_id is null for a group that
-- is no subgroup. modules is a JSON array of names, or null.

-- +goose Up
CREATE TABLE tenant_groups (
    id         TEXT    NOT NULL PRIMARY KEY,
    root_id    TEXT    NOT NULL REFERENCES organizations (id) DEFERRABLE INITIALLY DEFERRED,
    parent_id  TEXT    REFERENCES tenant_groups (id) DEFERRABLE INITIALLY DEFERRED,
    name       TEXT    NOT NULL,
    depth      INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    suspended  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX tenant_groups_of_root ON tenant_groups (root_id, id);
CREATE INDEX tenant_groups_of_parent ON tenant_groups (parent_id, id) WHERE parent_id IS NOT NULL;

CREATE TABLE tenant_group_places (
    tenant_group_id TEXT    NOT NULL REFERENCES tenant_groups (id) DEFERRABLE INITIALLY DEFERRED,
    organization_id TEXT    NOT NULL REFERENCES organizations (id) DEFERRABLE INITIALLY DEFERRED,
    root_id         TEXT    NOT NULL,
    since           INTEGER NOT NULL,
    suspended       INTEGER NOT NULL,
    PRIMARY KEY (tenant_group_id, organization_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX tenant_group_places_of_organization ON tenant_group_places (organization_id, tenant_group_id);

CREATE TABLE tenant_group_users (
    tenant_group_id        TEXT    NOT NULL REFERENCES tenant_groups (id) DEFERRABLE INITIALLY DEFERRED,
    user_id                TEXT    NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    root_id                TEXT    NOT NULL,
    group_administrator    INTEGER NOT NULL,
    all_tenant_permissions INTEGER NOT NULL,
    modules                TEXT    NOT NULL,
    since                  INTEGER NOT NULL,
    inactive               INTEGER NOT NULL,
    suspended              INTEGER NOT NULL,
    PRIMARY KEY (tenant_group_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX tenant_group_users_of_user ON tenant_group_users (user_id, root_id, tenant_group_id);
