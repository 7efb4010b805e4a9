-- What is suspended keeps its rows, and they say so (D-7): organizations with all below,
-- and what belongs to them.

-- +goose Up
ALTER TABLE organizations ADD COLUMN suspended INTEGER NOT NULL DEFAULT 0;
ALTER TABLE owners ADD COLUMN suspended INTEGER NOT NULL DEFAULT 0;
ALTER TABLE groups ADD COLUMN suspended INTEGER NOT NULL DEFAULT 0;
ALTER TABLE memberships ADD COLUMN suspended INTEGER NOT NULL DEFAULT 0;
ALTER TABLE links ADD COLUMN suspended INTEGER NOT NULL DEFAULT 0;
