package tenancy

import (
	"context"
	"fmt"
	"strings"
)

// DeleteOrganization removes an organization with all that belongs to it, in one step: owners,
// groups homed there, links in and out. The caller owns it, and operates from another
// organization. It is refused while something blocks it. Its id, and those of
// its groups, are never used again.
//
// With a root its tree ends. Its trail stays, for the platform (see [Service.Audit]).
func (s *Service) DeleteOrganization(ctx context.Context, caller Caller, id string) (Token, error) {
	a := attempt{caller, "organization.delete", Object{"organization", id}}
	return s.change(ctx, a, func(ctx context.Context, op *operation) error {
		o, err := op.deletable(ctx, id)
		if err != nil {
			return err
		}
		blockers, err := op.blockers(ctx, o)
		if err != nil {
			return err
		}
		if len(blockers) > 0 {
			return errDeletionBlocked(blockers)
		}
		return op.deleteOrganization(ctx, o)
	})
}

// deletable finds the organization that the caller may delete from where he operates: from
// the same tree, or for a root from any (D-9). The platform operates from nowhere.
func (op *operation) deletable(ctx context.Context, id string) (Organization, error) {
	if err := op.requireActor(); err != nil {
		return Organization{}, err
	}
	if !op.caller.isPlatform() && op.caller.CurrentOrganization == "" {
		return Organization{}, errCurrentOrganizationRequired()
	}
	o, err := op.knownOrganization(ctx, id)
	if err != nil {
		return Organization{}, err
	}
	current, _, err := op.currentOrganization(ctx)
	if err != nil {
		return Organization{}, err
	}
	if current.ID != "" && current.RootID != o.RootID && !o.IsRoot() {
		return Organization{}, errNotFound()
	}
	if err := op.require(ctx, o, "own"); err != nil {
		return Organization{}, err
	}
	if current.ID == o.ID {
		return Organization{}, refuse(CodeCurrentOrganization, "You operate from this organization; operate from another one to delete it.")
	}
	return o, nil
}

// DeletionBlockers tells what keeps an organization from being deleted, all of it. The
// caller owns it.
func (s *Service) DeletionBlockers(ctx context.Context, caller Caller, id string) (blockers []Blocker, err error) {
	a := attempt{caller, "organization.blockers", Object{"organization", id}}
	err = s.read(ctx, a, func(ctx context.Context, op *operation) error {
		o, err := op.targetOrganization(ctx, id, "own")
		if err != nil {
			return err
		}
		blockers, err = op.blockers(ctx, o)
		return err
	})
	return blockers, err
}

// blockers lists what blocks the deletion, kind by kind. A subscription is a blocker
// of its own organization alone (D-13), and a free one is none (D-26).
func (op *operation) blockers(ctx context.Context, o Organization) ([]Blocker, error) {
	var blockers []Blocker
	subscription, err := op.subscription(ctx, o.ID)
	if err != nil {
		return nil, err
	}
	if subscription != nil && subscription.EffectivePlan() != PlanFree {
		blockers = append(blockers, Blocker{Kind: "subscription", Count: 1})
	}
	children, err := op.snap.Organizations(ctx, OrganizationFilter{ParentID: o.ID}, PageAll)
	if err != nil {
		return nil, err
	}
	if len(children) > 0 {
		blockers = append(blockers, Blocker{Kind: "child_organization", Count: len(children)})
	}
	counts, err := op.snap.ResourceCounts(ctx, o.ID)
	for _, t := range RegisteredTypes {
		if n := counts[t]; n > 0 {
			blockers = append(blockers, Blocker{Kind: string(t), Count: n})
		}
	}
	return blockers, err
}

func errDeletionBlocked(blockers []Blocker) *Error {
	texts := make([]string, len(blockers))
	for i, b := range blockers {
		texts[i] = fmt.Sprintf("%s (%d)", b.Kind, b.Count)
	}
	e := refuse(CodeDeletionBlocked, "Remove these first: %s.", strings.Join(texts, ", "))
	e.Blockers = blockers
	return e
}

// deleteOrganization removes every row that names the organization, or what is removed with
// it. Nothing is below it.
func (op *operation) deleteOrganization(ctx context.Context, o Organization) error {
	rows, err := op.snap.RowsOfOrganizations(ctx, []string{o.ID})
	if err != nil {
		return err
	}
	for _, row := range rows {
		if link, ok := row.(Link); ok {
			if err := op.tellOfLink(ctx, link); err != nil {
				return err
			}
		}
		op.stage(row, removedWith(row, o))
	}
	return nil
}

// removedWith is what is left of a row when the organization is no more: an administrator of
// its account names it no longer.
func removedWith(row Row, o Organization) Row {
	if a, ok := row.(Administrator); ok && a.RootID != o.ID {
		a.Subaccounts = a.Subaccounts.without(func(id string) bool { return id == o.ID })
		return a
	}
	return nil
}

// tellOfLink tells of the end of a link where its group is homed, too.
func (op *operation) tellOfLink(ctx context.Context, link Link) error {
	g, err := op.group(ctx, link.GroupID)
	if err == nil {
		op.tell(link.RootID, g.OrganizationID)
	}
	return err
}
