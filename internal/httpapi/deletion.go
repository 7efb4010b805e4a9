package httpapi

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func deleteOrganization(ctx context.Context, c *call) (answer, error) {
	token, err := c.Service.DeleteOrganization(ctx, c.caller, c.path("id"))
	return removed(token), err
}

// blockersObject names them as the refusal of a deletion does.
type blockersObject struct {
	Blockers []tenancy.Blocker `json:"blockers"`
}

func getDeletionBlockers(ctx context.Context, c *call) (answer, error) {
	blockers, err := c.Service.DeletionBlockers(ctx, c.caller, c.path("id"))
	return ok(blockersObject{orEmpty(blockers)}), err
}
