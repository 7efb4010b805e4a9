-- Who writes to a trail has its lock, so the newest event is the one that the next is chained
-- to.

-- name: event_head
SELECT root_id, seq, hash FROM events WHERE root_id = $1 ORDER BY seq DESC LIMIT 1;

-- name: event_insert
INSERT INTO events
    (root_id, seq, at, version, organizations, actor_type, actor_id, on_behalf_of,
     action, target_type, target_id, detail, result, code, request_id, updates, joined,
     commitment, previous_hash, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20);

-- name: event_origin_insert
INSERT INTO event_origins (root_id, seq, from_address, salt) VALUES ($1, $2, $3, $4);

-- The trails are walked, as the keys of a user are found by trail.

-- name: event_origins_erase
DELETE FROM event_origins
WHERE (root_id, seq) IN (
    SELECT k.root_id, k.seq
    FROM (SELECT root_id FROM trees UNION ALL SELECT '') AS t
        JOIN event_keys k ON k.root_id = t.root_id AND k.kind = 'actor' AND k.value = $1
        JOIN events e ON e.root_id = k.root_id AND e.seq = k.seq
    WHERE e.on_behalf_of = $1);

-- name: event_keys_insert
INSERT INTO event_keys (root_id, kind, value, seq)
SELECT $1::text, item ->> 0, item ->> 1, $2::bigint FROM json_array_elements($3::text::json) AS item
ON CONFLICT DO NOTHING;

-- name: events_of_trail
SELECT e.root_id, e.seq, e.at, e.version, e.organizations, e.actor_type, e.actor_id, e.on_behalf_of,
       coalesce(o.from_address, ''), e.action, e.target_type, e.target_id, e.detail, e.result, e.code, e.request_id,
       e.previous_hash, e.hash
FROM events e LEFT JOIN event_origins o ON o.root_id = e.root_id AND o.seq = e.seq
WHERE e.root_id = $1 AND e.seq > $2 AND ($4 = '' OR e.action = $4)
ORDER BY e.seq
LIMIT $3::bigint;

-- One key of a filter leads, what else it selects is compared: the action $4 and the actor
-- $5, '' for any.

-- name: events_by_key
SELECT e.root_id, e.seq, e.at, e.version, e.organizations, e.actor_type, e.actor_id, e.on_behalf_of,
       coalesce(o.from_address, ''), e.action, e.target_type, e.target_id, e.detail, e.result, e.code, e.request_id,
       e.previous_hash, e.hash
FROM event_keys k JOIN events e ON e.root_id = k.root_id AND e.seq = k.seq
    LEFT JOIN event_origins o ON o.root_id = e.root_id AND o.seq = e.seq
WHERE k.root_id = $1 AND k.kind = $6 AND k.value = $7 AND k.seq > $2
  AND ($4 = '' OR e.action = $4)
  AND ($5 = '' OR $5 IN (e.actor_id, e.on_behalf_of))
ORDER BY k.seq
LIMIT $3::bigint;

-- name: deliveries
SELECT version, joined, updates
FROM events
WHERE root_id = $1 AND root_id <> '' AND result = 'done' AND version > $2
ORDER BY version
LIMIT $3::bigint;

-- name: id_use
INSERT INTO used_ids (kind, id) VALUES ($1, $2) ON CONFLICT DO NOTHING;

-- name: trail
SELECT e.root_id, e.seq, e.at, e.version, e.organizations, e.actor_type, e.actor_id, e.on_behalf_of,
       coalesce(o.from_address, ''), e.action, e.target_type, e.target_id, e.detail, e.result, e.code, e.request_id,
       e.previous_hash, e.hash, e.commitment, o.salt, e.updates, e.joined
FROM events e LEFT JOIN event_origins o ON o.root_id = e.root_id AND o.seq = e.seq
WHERE e.root_id = $1
ORDER BY e.seq;

-- name: changes
SELECT e.root_id, e.seq, e.at, e.version, e.organizations, e.actor_type, e.actor_id, e.on_behalf_of,
       coalesce(o.from_address, ''), e.action, e.target_type, e.target_id, e.detail, e.result, e.code, e.request_id,
       e.previous_hash, e.hash, e.commitment, o.salt, e.updates, e.joined
FROM events e LEFT JOIN event_origins o ON o.root_id = e.root_id AND o.seq = e.seq
WHERE e.root_id = $1 AND e.root_id <> '' AND e.result = 'done' AND e.version > $2
ORDER BY e.version
LIMIT $3::bigint;

-- name: trail_next
SELECT min(root_id)
FROM (SELECT min(root_id) AS root_id FROM trees WHERE root_id > $1
      UNION ALL SELECT min(root_id) FROM events WHERE root_id > $1) AS next;

-- What the keys of an event have to be is what event_keys_insert is given.

-- name: events_unfiled
SELECT coalesce(min(e.seq), 0)
FROM events e
WHERE e.root_id = $1
  AND (NOT EXISTS (SELECT 1 FROM event_keys k
                   WHERE k.root_id = e.root_id AND k.kind = 'actor' AND k.value = e.actor_id AND k.seq = e.seq)
       OR e.on_behalf_of <> ''
          AND NOT EXISTS (SELECT 1 FROM event_keys k
                          WHERE k.root_id = e.root_id AND k.kind = 'actor' AND k.value = e.on_behalf_of AND k.seq = e.seq)
       OR EXISTS (SELECT 1 FROM items_of(e.organizations) AS o
                  WHERE NOT EXISTS (SELECT 1 FROM event_keys k
                                    WHERE k.root_id = e.root_id AND k.kind = 'organization' AND k.value = o #>> '{}'
                                      AND k.seq = e.seq)));

-- name: events_misfiled
SELECT coalesce(min(k.seq), 0)
FROM event_keys k LEFT JOIN events e ON e.root_id = k.root_id AND e.seq = k.seq
WHERE k.root_id = $1
  AND CASE k.kind
      WHEN 'actor' THEN coalesce(k.value NOT IN (e.actor_id, e.on_behalf_of), true)
      WHEN 'organization' THEN NOT EXISTS (
          SELECT 1 FROM items_of(e.organizations) AS o WHERE o #>> '{}' = k.value)
      ELSE true END;
