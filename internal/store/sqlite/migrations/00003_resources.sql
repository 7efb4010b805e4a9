-- Resources, what is assigned to machines and agents, and their access keys.

-- +goose Up
-- parent_id is null for a resource without a parent. assigned_to is a JSON array of
-- {type, id}, or null.
CREATE TABLE resources (
    type            TEXT    NOT NULL,
    id              TEXT    NOT NULL,
    organization_id TEXT    NOT NULL REFERENCES organizations (id) DEFERRABLE INITIALLY DEFERRED,
    root_id         TEXT    NOT NULL,
    name            TEXT    NOT NULL,
    parent_id       TEXT,
    assigned_to     TEXT    NOT NULL,
    suspended       INTEGER NOT NULL,
    PRIMARY KEY (type, id),
    FOREIGN KEY (type, parent_id) REFERENCES resources (type, id) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE INDEX resources_of_organization ON resources (organization_id, type, id);
CREATE INDEX resources_of_parent ON resources (type, parent_id, id) WHERE parent_id IS NOT NULL;

-- By what a resource is found that is assigned to a machine or agent: assigned_to as rows,
-- kept by the triggers below alone.
CREATE TABLE assignments (
    subject_type  TEXT NOT NULL,
    subject_id    TEXT NOT NULL,
    resource_type TEXT NOT NULL,
    resource_id   TEXT NOT NULL,
    PRIMARY KEY (subject_type, subject_id, resource_type, resource_id),
    FOREIGN KEY (subject_type, subject_id) REFERENCES resources (type, id) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE INDEX assignments_of_resource ON assignments (resource_type, resource_id);

-- +goose StatementBegin
CREATE TRIGGER assignments_of_new_resource AFTER INSERT ON resources
BEGIN
    INSERT INTO assignments
    SELECT value ->> 'type', value ->> 'id', new.type, new.id FROM json_each(new.assigned_to)
    WHERE json_each.type = 'object';
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER assignments_of_changed_resource AFTER UPDATE OF assigned_to ON resources
BEGIN
    DELETE FROM assignments WHERE resource_type = old.type AND resource_id = old.id;
    INSERT INTO assignments
    SELECT value ->> 'type', value ->> 'id', new.type, new.id FROM json_each(new.assigned_to)
    WHERE json_each.type = 'object';
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER assignments_of_removed_resource AFTER DELETE ON resources
BEGIN
    DELETE FROM assignments WHERE resource_type = old.type AND resource_id = old.id;
END;
-- +goose StatementEnd

-- The tree that last removed a resource of a type and id, and its version then: resources
-- are the one kind whose ids may be used again (D-12).
CREATE TABLE released_resources (
    type    TEXT    NOT NULL,
    id      TEXT    NOT NULL,
    root_id TEXT    NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (type, id)
) STRICT, WITHOUT ROWID;

-- revoked_at and expires_at are 0 for never.
CREATE TABLE access_keys (
    id              TEXT    NOT NULL PRIMARY KEY,
    organization_id TEXT    NOT NULL REFERENCES organizations (id) DEFERRABLE INITIALLY DEFERRED,
    root_id         TEXT    NOT NULL,
    subject_type    TEXT    NOT NULL,
    subject_id      TEXT    NOT NULL,
    name            TEXT    NOT NULL,
    hash            BLOB    NOT NULL,
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    revoked_at      INTEGER NOT NULL,
    suspended       INTEGER NOT NULL,
    FOREIGN KEY (subject_type, subject_id) REFERENCES resources (type, id) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE INDEX access_keys_of_organization ON access_keys (organization_id, id);
CREATE INDEX access_keys_of_subject ON access_keys (subject_type, subject_id, id);

-- When a key was last used, about. It is no part of the state, and nothing follows from it.
CREATE TABLE access_key_uses (
    id TEXT    NOT NULL PRIMARY KEY REFERENCES access_keys (id) ON DELETE CASCADE,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
