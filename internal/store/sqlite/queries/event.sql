-- Writers are one at a time, so the newest event's number is the last that was given.

-- name: event_insert
INSERT INTO events
    (root_id, seq, at, version, organizations, actor_type, actor_id, on_behalf_of, from_address,
     action, target_type, target_id, detail, result, code, request_id, updates, joined)
VALUES
    (?1, (SELECT coalesce(max(seq), 0) + 1 FROM events WHERE root_id = ?1),
     ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
RETURNING seq;

-- name: event_keys_insert
INSERT INTO event_keys (root_id, kind, value, seq)
SELECT ?1, value ->> 0, value ->> 1, ?2 FROM json_each(?3) WHERE true
ON CONFLICT DO NOTHING;

-- name: events_of_trail
SELECT root_id, seq, at, version, organizations, actor_type, actor_id, on_behalf_of, from_address,
       action, target_type, target_id, detail, result, code, request_id
FROM events
WHERE root_id = ?1 AND seq > ?2 AND (?4 = '' OR action = ?4)
ORDER BY seq
LIMIT ?3;

-- One key of a filter leads, what else it selects is compared: the action ?4 and the actor
-- ?5, '' for any.

-- name: events_by_key
SELECT e.root_id, e.seq, e.at, e.version, e.organizations, e.actor_type, e.actor_id, e.on_behalf_of, e.from_address,
       e.action, e.target_type, e.target_id, e.detail, e.result, e.code, e.request_id
FROM event_keys k CROSS JOIN events e ON e.root_id = k.root_id AND e.seq = k.seq
WHERE k.root_id = ?1 AND k.kind = ?6 AND k.value = ?7 AND k.seq > ?2
  AND (?4 = '' OR e.action = ?4)
  AND (?5 = '' OR ?5 IN (e.actor_id, e.on_behalf_of))
ORDER BY k.seq
LIMIT ?3;

-- name: deliveries
SELECT version, joined, updates
FROM events
WHERE root_id = ?1 AND root_id <> '' AND result = 'done' AND version > ?2
ORDER BY version
LIMIT ?3;

-- name: id_use
INSERT INTO used_ids (kind, id) VALUES (?1, ?2) ON CONFLICT DO NOTHING;
