package tenancy

import (
	"context"
	"slices"
)

// This file says which modules lead where. A user's row says what he is given at a
// tenant group. That reaches organizations and subgroups along the names that their own rows
// carry: all those given at the group of an organization or above it, and those given above a
// subgroup. So nobody stands anywhere but in the group where he was put, whoever joins has at
// once what is given there, and only a name that is new to a group, or gone from it, alters
// what is below.

// modulesIn are the names of the modules that lead to what is in a tenant group.
func (op *operation) modulesIn(ctx context.Context, g TenantGroup) ([]string, error) {
	given, err := op.snap.ModulesGiven(ctx, g.ID, "")
	return canonicalModules(slices.Concat(g.Inherited, given)), err
}

// spreadModules has what is below a tenant group follow what a user of it is given now.
func (op *operation) spreadModules(ctx context.Context, g TenantGroup, before, after TenantGroupUser) error {
	if slices.Equal(before.Modules, after.Modules) {
		return nil
	}
	others, err := op.snap.ModulesGiven(ctx, g.ID, after.UserID)
	if err != nil {
		return err
	}
	return op.carryModules(ctx, g, canonicalModules(slices.Concat(g.Inherited, others, after.Modules)))
}

// carryModules gives the names to what is in a tenant group, and what follows to all below.
func (op *operation) carryModules(ctx context.Context, g TenantGroup, names []string) error {
	below, err := op.snap.TenantGroupsBelow(ctx, g.ID)
	if err != nil {
		return err
	}
	in := map[string][]string{g.ID: names}
	for _, sub := range below { // a group comes before its subgroups
		if sub.ID != g.ID {
			if in[sub.ID], err = op.inherit(ctx, sub, in[sub.ParentID]); err != nil {
				return err
			}
		}
		if err := op.carryToPlaces(ctx, sub, in[sub.ID]); err != nil {
			return err
		}
	}
	return nil
}

// inherit gives a subgroup the names from above, and returns those that lead to what is in it.
func (op *operation) inherit(ctx context.Context, sub TenantGroup, names []string) ([]string, error) {
	after := sub
	after.Inherited = names
	op.restage(sub, after)
	return op.modulesIn(ctx, after)
}

func (op *operation) carryToPlaces(ctx context.Context, g TenantGroup, names []string) error {
	places, err := op.snap.TenantGroupPlaces(ctx, g.ID, PageAll)
	for _, before := range places {
		after := before
		after.Modules = names
		op.restage(before, after)
	}
	return err
}
