package tenancy

import (
	"context"
	"errors"
	"strings"
)

// AuditQuery selects events of a trail; empty fields select all.
type AuditQuery struct {
	After  int64 // the Seq after which to go on
	Action string
	Actor  string // a credential that called, or a user that it acted for
}

// Audit lists the events of an organization, and for a root those of its tree, by Seq, at
// most limit of them. It is for those who see the roster (D-21).
//
// An organization that was attached or detached leaves the trail of its former tree behind;
// a root's own goes on when it is detached again.
func (s *Service) Audit(ctx context.Context, caller Caller, organizationID string, query AuditQuery, limit int) (events []Event, err error) {
	a := attempt{caller, "audit.list", Object{"organization", organizationID}}
	err = s.read(ctx, a, func(ctx context.Context, op *operation) error {
		o, err := op.audited(ctx, organizationID)
		if err != nil {
			return err
		}
		filter := EventFilter{RootID: o.RootID, After: query.After, Action: query.Action, Actor: query.Actor}
		if !o.IsRoot() {
			filter.OrganizationID = o.ID
		}
		events, err = op.snap.Events(ctx, filter, limit)
		if !o.IsRoot() {
			narrow(events, o)
		}
		return err
	})
	return events, err
}

// audited finds the organization of a trail. The trail of a root that was deleted is for
// the platform alone: nobody else has access to what is not there.
func (op *operation) audited(ctx context.Context, id string) (Organization, error) {
	_, err := op.snap.Organization(ctx, id)
	if !errors.Is(err, ErrNoRow) || !op.caller.isPlatform() {
		return op.targetOrganization(ctx, id, "view_roster")
	}
	tree, err := op.snap.Tree(ctx, id)
	if err == nil && tree.Version == 0 {
		err = errNotFound()
	}
	if err != nil {
		return Organization{}, err
	}
	return Organization{ID: id, RootID: id}, op.sameTreeAsCurrent(ctx, id)
}

// narrow leaves nothing in the events of one organization that tells of others: who sees
// its trail may not know that they exist.
func narrow(events []Event, o Organization) {
	for i := range events {
		events[i].Organizations = []string{o.ID}
		switch {
		case strings.HasPrefix(events[i].Action, "administrator."):
			events[i].dropAccount(o)
		case events[i].Action == actionEnded:
			events[i].endsAt(o)
		case events[i].Result == ResultRefused:
			events[i].dropNamed()
		}
	}
}

// dropNamed leaves out what a refused attempt has named beside its target: nothing says that
// who sees the target's trail may know of that.
func (e *Event) dropNamed() {
	for _, key := range []string{"group_id", "parent_id", "descendants_of", "tenant_group_id"} {
		delete(e.Detail, key)
	}
}
