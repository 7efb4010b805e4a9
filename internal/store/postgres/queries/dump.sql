-- The columns of every table, but those that the database computes.

-- name: table_columns
SELECT table_name::text, column_name::text, data_type = 'boolean'
FROM information_schema.columns
WHERE table_schema = current_schema() AND is_generated = 'NEVER';
