package tenancy

import "context"

// AuditQuery selects events of a trail; empty fields select all.
type AuditQuery struct {
	After  int64 // the Seq after which to go on
	Action string
	Actor  string // a credential that called, or a user that it acted for
}

// Audit lists the events of an organization, and for a root those of its tree, by Seq, at
// most limit of them. It is for those who see the roster (D-21).
func (s *Service) Audit(ctx context.Context, caller Caller, organizationID string, query AuditQuery, limit int) (events []Event, err error) {
	a := attempt{caller, "audit.list", Object{"organization", organizationID}}
	err = s.read(ctx, a, func(ctx context.Context, op *operation) error {
		o, err := op.targetOrganization(ctx, organizationID, "view_roster")
		if err != nil {
			return err
		}
		filter := EventFilter{RootID: o.RootID, After: query.After, Action: query.Action, Actor: query.Actor}
		if !o.IsRoot() {
			filter.OrganizationID = o.ID
		}
		events, err = op.snap.Events(ctx, filter, limit)
		if !o.IsRoot() {
			narrow(events, o.ID)
		}
		return err
	})
	return events, err
}

// narrow leaves nothing in the events of one organization that tells of others: who sees
// its trail may not know that they exist.
func narrow(events []Event, organizationID string) {
	for i := range events {
		events[i].Organizations = []string{organizationID}
		if events[i].Action == actionEnded {
			events[i].endsAt(organizationID)
		}
	}
}
