-- People are searched by id, e-mail address and name: searched holds the three as searches
-- compare them, a line each.

-- +goose Up
ALTER TABLE users ADD COLUMN searched TEXT NOT NULL DEFAULT '';
UPDATE users SET searched = fold(id || char(10) || email || char(10) || name);
