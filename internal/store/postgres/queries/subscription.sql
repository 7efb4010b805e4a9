-- name: subscription_by_organization
SELECT organization_id, root_id, plan, status FROM subscriptions WHERE organization_id = $1;

-- name: subscription_insert
INSERT INTO subscriptions (organization_id, root_id, plan, status)
VALUES ($1, $2, $3, $4);

-- name: subscription_update
UPDATE subscriptions SET root_id = $2, plan = $3, status = $4 WHERE organization_id = $1;

-- name: subscription_delete
DELETE FROM subscriptions WHERE organization_id = $1;

-- name: every_subscription
SELECT organization_id, root_id, plan, status FROM subscriptions;
