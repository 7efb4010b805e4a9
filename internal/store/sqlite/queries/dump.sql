-- The columns of every table, but those that the database computes. Truth values are numbers
-- here.

-- name: table_columns
SELECT t.name, c.name, false
FROM sqlite_schema t CROSS JOIN pragma_table_xinfo(t.name) c
WHERE t.type = 'table' AND c.hidden = 0;
