package store

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var (
	qSubscriptionByOrganization = named("subscription_by_organization")
	qSubscriptionInsert         = named("subscription_insert")
	qSubscriptionUpdate         = named("subscription_update")
	qSubscriptionDelete         = named("subscription_delete")
	qEverySubscription          = named("every_subscription")
)

func writeSubscription(s tenancy.Subscription) statements {
	return statements{
		insert: qSubscriptionInsert, update: qSubscriptionUpdate, delete: qSubscriptionDelete,
		columns: []any{s.OrganizationID, s.RootID, s.Plan, s.Status},
		keys:    1,
	}
}

func scanSubscription(s scanner) (sub tenancy.Subscription, err error) {
	err = s.Scan(&sub.OrganizationID, &sub.RootID, &sub.Plan, &sub.Status)
	return sub, err
}

func (s *snapshot) Subscription(ctx context.Context, organizationID string) (tenancy.Subscription, error) {
	return one(ctx, s, scanSubscription, qSubscriptionByOrganization, organizationID)
}
