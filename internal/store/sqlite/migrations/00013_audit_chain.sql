-- Each trail becomes a chain of hashes. What names a person beside an id stands beside the
-- chain, with the salt of the commitment that stands for it there: a row of event_origins
-- can be removed, and nothing else of an event ever changes. Migration 14 chains the events
-- that are here already, and makes the triggers again.

-- +goose Up
DROP TRIGGER events_are_not_altered;

ALTER TABLE events ADD COLUMN commitment BLOB NOT NULL DEFAULT x'';
ALTER TABLE events ADD COLUMN previous_hash BLOB NOT NULL DEFAULT x'';
ALTER TABLE events ADD COLUMN hash BLOB NOT NULL DEFAULT x'';

CREATE TABLE event_origins (
    root_id      TEXT    NOT NULL,
    seq          INTEGER NOT NULL,
    from_address TEXT    NOT NULL,
    salt         BLOB    NOT NULL,
    PRIMARY KEY (root_id, seq)
) STRICT, WITHOUT ROWID;

-- By whom invitations were received: a person's are found to be erased.
CREATE INDEX invitations_of_mailbox ON invitations (mailbox, id);

-- +goose StatementBegin
CREATE TRIGGER event_origins_are_not_altered BEFORE UPDATE ON event_origins
BEGIN SELECT RAISE (ABORT, 'origins of events are erased, and never altered'); END;
-- +goose StatementEnd
