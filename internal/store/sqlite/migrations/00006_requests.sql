-- What requests need beside the state: answers kept for repeats, and what the record keeps
-- secret.

-- +goose Up
-- An answer counts until its time; then the next one that is kept removes it.
CREATE TABLE kept_answers (
    key_id  TEXT    NOT NULL,
    user_id TEXT    NOT NULL,
    key     TEXT    NOT NULL,
    digest  BLOB    NOT NULL,
    answer  BLOB    NOT NULL,
    kept_at INTEGER NOT NULL,
    until   INTEGER NOT NULL,
    UNIQUE (key_id, user_id, key)
) STRICT;
CREATE INDEX kept_answers_until ON kept_answers (until);

-- Random keys of this record, each made when it is first asked for.
CREATE TABLE secrets (
    name  TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
