-- When each tree moved last: what is committed and not delivered yet is looked for among the
-- newest moves. Those of before have the time 0, and come first.

-- +goose Up
ALTER TABLE trees ADD COLUMN moved_at bigint NOT NULL DEFAULT 0;
CREATE INDEX trees_moved ON trees (moved_at, root_id);
