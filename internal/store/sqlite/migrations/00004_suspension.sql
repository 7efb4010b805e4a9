-- A change that moves rows between trees is one delivery of all of them: an event names, as
-- a JSON array, the others. A tree that is no more keeps its row, so that
-- its versions go on if it comes back.
--
-- What is suspended keeps its rows, and they say so (D-7): organizations with all below,
-- and what belongs to them.

-- +goose Up
ALTER TABLE organizations ADD COLUMN suspended INTEGER NOT NULL DEFAULT 0;
ALTER TABLE owners ADD COLUMN suspended INTEGER NOT NULL DEFAULT 0;
ALTER TABLE groups ADD COLUMN suspended INTEGER NOT NULL DEFAULT 0;
ALTER TABLE memberships ADD COLUMN suspended INTEGER NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN suspended INTEGER NOT NULL DEFAULT 0;
ALTER TABLE events ADD COLUMN joined TEXT NOT NULL DEFAULT '[]';
