-- Administrators of accounts, and which subaccounts they reach.

-- +goose Up
-- reach is 'all', 'list' or 'except'. organizations is a JSON array of ids, or null.
CREATE TABLE administrators (
    root_id         TEXT    NOT NULL REFERENCES organizations (id) DEFERRABLE INITIALLY DEFERRED,
    user_id         TEXT    NOT NULL REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED,
    role            TEXT    NOT NULL,
    subaccount_role TEXT    NOT NULL,
    reach           TEXT    NOT NULL,
    organizations   TEXT    NOT NULL,
    since           INTEGER NOT NULL,
    inactive        INTEGER NOT NULL,
    suspended       INTEGER NOT NULL,
    PRIMARY KEY (root_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX administrators_of_user ON administrators (user_id, root_id);

-- By what an administrator is found who names an organization: organizations as rows, kept
-- by the triggers below alone.
CREATE TABLE subaccounts (
    organization_id TEXT NOT NULL REFERENCES organizations (id) DEFERRABLE INITIALLY DEFERRED,
    root_id         TEXT NOT NULL,
    user_id         TEXT NOT NULL,
    PRIMARY KEY (organization_id, root_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX subaccounts_of_administrator ON subaccounts (root_id, user_id);

-- +goose StatementBegin
CREATE TRIGGER subaccounts_of_new_administrator AFTER INSERT ON administrators
BEGIN
    INSERT INTO subaccounts
    SELECT value, new.root_id, new.user_id FROM json_each(new.organizations) WHERE json_each.type = 'text';
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER subaccounts_of_changed_administrator AFTER UPDATE OF organizations ON administrators
BEGIN
    DELETE FROM subaccounts WHERE root_id = old.root_id AND user_id = old.user_id;
    INSERT INTO subaccounts
    SELECT value, new.root_id, new.user_id FROM json_each(new.organizations) WHERE json_each.type = 'text';
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER subaccounts_of_removed_administrator AFTER DELETE ON administrators
BEGIN
    DELETE FROM subaccounts WHERE root_id = old.root_id AND user_id = old.user_id;
END;
-- +goose StatementEnd

-- Whether a root organization has administrators, and since when one below is delegated.
ALTER TABLE organizations ADD COLUMN administered INTEGER NOT NULL DEFAULT 0;
ALTER TABLE organizations ADD COLUMN delegated_since INTEGER NOT NULL DEFAULT 0;
CREATE INDEX organizations_delegated ON organizations (root_id, id) WHERE isolation = 'delegated';
