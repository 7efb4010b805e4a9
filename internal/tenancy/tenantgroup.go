package tenancy

import "context"

// mentionTenants tells of a change to all whom it concerns: the root, and what is in the
// tenant group and in its subgroups.
func (op *operation) mentionTenants(ctx context.Context, rootID, id string) error {
	op.mention(rootID, rootID)
	tenants, err := op.snap.TenantsBelow(ctx, id)
	for _, o := range tenants {
		op.mention(rootID, o.ID)
	}
	return err
}
