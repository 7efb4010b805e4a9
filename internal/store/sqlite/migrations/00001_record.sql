-- The record: the state in rows, the trails of events, and the credentials of callers.
--
-- Times are unix milliseconds, 0 for no time. Ids compare as bytes: those that differ in
-- case are different. References are checked when a transaction commits, so the rows of a
-- change may come in any order, and nothing names what was deleted.

-- +goose Up
CREATE TABLE trees (
    root_id TEXT    NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL CHECK (version > 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
    id             TEXT    NOT NULL PRIMARY KEY,
    email          TEXT    NOT NULL,
    email_verified INTEGER NOT NULL,
    name           TEXT    NOT NULL,
    state          TEXT    NOT NULL,
    version        INTEGER NOT NULL CHECK (version > 0)
) STRICT, WITHOUT ROWID;

-- parent_id is null for a root. name_folded is the name as searches compare it.
CREATE TABLE organizations (
    id                TEXT    NOT NULL PRIMARY KEY,
    name              TEXT    NOT NULL,
    name_folded       TEXT    NOT NULL,
    parent_id         TEXT    REFERENCES organizations (id) DEFERRABLE INITIALLY DEFERRED,
    root_id           TEXT    NOT NULL REFERENCES trees (root_id) DEFERRABLE INITIALLY DEFERRED,
    depth             INTEGER NOT NULL,
    isolation         TEXT    NOT NULL,
    default_dashboard TEXT    NOT NULL,
    state             TEXT    NOT NULL,
    created_at        INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX organizations_of_root ON organizations (root_id, id);
CREATE INDEX organizations_of_parent ON organizations (parent_id, id);

CREATE TABLE owners (
    organization_id TEXT    NOT NULL REFERENCES organizations (id) DEFERRABLE INITIALLY DEFERRED,
    user_id         TEXT    NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    root_id         TEXT    NOT NULL,
    since           INTEGER NOT NULL,
    inactive        INTEGER NOT NULL,
    PRIMARY KEY (organization_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX owners_of_user ON owners (user_id, organization_id, root_id);

CREATE TABLE subscriptions (
    organization_id TEXT NOT NULL PRIMARY KEY REFERENCES organizations (id) DEFERRABLE INITIALLY DEFERRED,
    root_id         TEXT NOT NULL,
    plan            TEXT NOT NULL,
    status          TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- claims is a JSON array.
CREATE TABLE groups (
    id              TEXT    NOT NULL PRIMARY KEY,
    organization_id TEXT    NOT NULL REFERENCES organizations (id) DEFERRABLE INITIALLY DEFERRED,
    root_id         TEXT    NOT NULL,
    name            TEXT    NOT NULL,
    claims          TEXT    NOT NULL,
    created_at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX groups_of_organization ON groups (organization_id, id);

CREATE TABLE memberships (
    group_id   TEXT    NOT NULL REFERENCES groups (id) DEFERRABLE INITIALLY DEFERRED,
    role       TEXT    NOT NULL,
    user_id    TEXT    NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    root_id    TEXT    NOT NULL,
    since      INTEGER NOT NULL,
    self_grant INTEGER NOT NULL,
    inactive   INTEGER NOT NULL,
    PRIMARY KEY (group_id, role, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX memberships_of_user ON memberships (user_id, role, group_id, root_id);

CREATE TABLE links (
    group_id        TEXT    NOT NULL REFERENCES groups (id) DEFERRABLE INITIALLY DEFERRED,
    organization_id TEXT    NOT NULL REFERENCES organizations (id) DEFERRABLE INITIALLY DEFERRED,
    root_id         TEXT    NOT NULL,
    created_at      INTEGER NOT NULL,
    unlicensed      INTEGER NOT NULL,
    PRIMARY KEY (group_id, organization_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX links_into_organization ON links (organization_id, group_id);
CREATE INDEX links_of_root ON links (root_id, group_id, organization_id);

-- Every id that was ever given to an organization, a group or a user (R-13).
CREATE TABLE used_ids (
    kind TEXT NOT NULL,
    id   TEXT NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

-- The trails: a tree's under its root_id, the service's own under ''. organizations and
-- updates are JSON arrays, detail is a JSON object.
CREATE TABLE events (
    root_id       TEXT    NOT NULL,
    seq           INTEGER NOT NULL,
    at            INTEGER NOT NULL,
    version       INTEGER NOT NULL,
    organizations TEXT    NOT NULL,
    actor_type    TEXT    NOT NULL,
    actor_id      TEXT    NOT NULL,
    on_behalf_of  TEXT    NOT NULL,
    from_address  TEXT    NOT NULL,
    action        TEXT    NOT NULL,
    target_type   TEXT    NOT NULL,
    target_id     TEXT    NOT NULL,
    detail        TEXT    NOT NULL,
    result        TEXT    NOT NULL,
    code          TEXT    NOT NULL,
    request_id    TEXT    NOT NULL,
    updates       TEXT    NOT NULL,
    PRIMARY KEY (root_id, seq)
) STRICT, WITHOUT ROWID;
-- One event a version: what the engine has to receive is read along this index.
CREATE UNIQUE INDEX events_of_version ON events (root_id, version)
    WHERE result = 'done' AND root_id <> '';

-- By what an event is found in its trail: kind is 'organization' or 'actor'.
CREATE TABLE event_keys (
    root_id TEXT    NOT NULL,
    kind    TEXT    NOT NULL,
    value   TEXT    NOT NULL,
    seq     INTEGER NOT NULL,
    PRIMARY KEY (root_id, kind, value, seq)
) STRICT, WITHOUT ROWID;

-- revoked_at is 0 while the key is good.
CREATE TABLE service_keys (
    id         TEXT    NOT NULL PRIMARY KEY,
    kind       TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    hash       BLOB    NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What happened and what was used stays so, whatever statement reaches these tables.
-- +goose StatementBegin
CREATE TRIGGER used_ids_are_not_altered BEFORE UPDATE ON used_ids
BEGIN SELECT RAISE (ABORT, 'used ids are never altered'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER used_ids_are_not_deleted BEFORE DELETE ON used_ids
BEGIN SELECT RAISE (ABORT, 'used ids are never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER events_are_not_altered BEFORE UPDATE ON events
BEGIN SELECT RAISE (ABORT, 'events are never altered'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events
BEGIN SELECT RAISE (ABORT, 'events are never deleted'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER event_keys_are_not_altered BEFORE UPDATE ON event_keys
BEGIN SELECT RAISE (ABORT, 'events are never altered'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER event_keys_are_not_deleted BEFORE DELETE ON event_keys
BEGIN SELECT RAISE (ABORT, 'events are never deleted'); END;
-- +goose StatementEnd
