-- name: answer_of_request
SELECT key_id, user_id, key, digest, answer, kept_at, until
FROM kept_answers
WHERE key_id = $1 AND user_id = $2 AND key = $3;

-- An answer whose time is over gives way to another one with its key.

-- name: answer_keep
INSERT INTO kept_answers (key_id, user_id, key, digest, answer, kept_at, until)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (key_id, user_id, key) DO UPDATE
SET digest = excluded.digest, answer = excluded.answer, kept_at = excluded.kept_at, until = excluded.until
WHERE kept_answers.until <= excluded.kept_at;

-- What others sweep is left to them.

-- name: answers_sweep
DELETE FROM kept_answers
WHERE (key_id, user_id, key) IN (
    SELECT key_id, user_id, key FROM kept_answers WHERE until <= $1 ORDER BY until LIMIT $2::bigint
    FOR UPDATE SKIP LOCKED);
