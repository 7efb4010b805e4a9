package tenancy

import (
	"context"
	"time"
)

// Via is a kind of way in which people have access to an organization (R-32, D-36).
type Via string

// The ways into an organization, in the order in which they are shown.
const (
	ViaOwner       Via = "owner"
	ViaGroup       Via = "group"        // homed in the organization
	ViaLinkedGroup Via = "linked_group" // homed elsewhere, active here by whichever kind of link
	ViaAccountRole Via = "account_role"
	ViaTenantGroup Via = "tenant_group"
)

var vias = []Via{ViaOwner, ViaGroup, ViaLinkedGroup, ViaAccountRole, ViaTenantGroup}

// Inside reports whether such a way is managed in the organization itself. All others are
// locked there: they are changed where they come from.
func (v Via) Inside() bool { return v == ViaOwner || v == ViaGroup }

// RosterState tells whether somebody has access or is invited to have it.
type RosterState string

// The states of an entry of a roster.
const (
	RosterActive  RosterState = "active"
	RosterPending RosterState = "pending"
)

// RosterAccess is one way in which somebody has access. A group's owner stands in the
// roster also without a claim (D-17).
type RosterAccess struct {
	Via  Via
	Role string // "owner" or "member" of a group; of an account or a tenant group one of the roles there
	// Claims are those that the way gives, narrowed where a link is (D-14).
	Claims  []Claim
	GroupID string // "" without a group
	// TenantGroupID is the tenant group by which the way leads here: its own user's, or of a
	// group that is linked to it; "" for none.
	TenantGroupID string
	// OrganizationID is where the way is managed: the home of a group, also of a linked one, or
	// the root that has the tenant group.
	OrganizationID string
	// Since is when the way began to be: with the membership, the invitation, the link, the
	// account role, the delegation or the organization's place in the tenant group, whichever
	// is newest. ExpiresAt is when it ends, zero if nothing ends it.
	Since     time.Time
	ExpiresAt time.Time
	SelfGrant bool // a group's owner made himself a member
	here      bool // managed in the organization, as only the account's own roles are of their kind
}

// RosterEntry is a person with every way of his access. Somebody who has access and is
// invited to more has two entries (D-36). Of who is invited nothing is told but the address,
// known or not: User is for active entries alone.
type RosterEntry struct {
	User   User
	Email  string
	State  RosterState
	Access []RosterAccess
	key    string
}

// Locked reports whether nothing of the entry can be changed in the organization (D-28).
func (e RosterEntry) Locked() bool {
	for _, way := range e.Access {
		if way.Via.Inside() || way.here {
			return false
		}
	}
	return true
}

// Key is the key after which a roster goes on; see [Page].
func (e RosterEntry) Key() string { return string(e.State) + " " + e.key }

// RosterQuery selects entries; empty fields select all. An entry that is selected has all
// its ways.
type RosterQuery struct {
	// Text is a part of the id, the e-mail address or the name, whatever its case.
	Text  string
	State RosterState
	Via   Via // one of the entry's ways is of this kind
}

func (q RosterQuery) validate() error {
	var v validation
	if q.State != "" {
		oneOf(&v, "state", q.State, RosterActive, RosterPending)
	}
	if q.Via != "" {
		oneOf(&v, "via", q.Via, vias...)
	}
	return v.err()
}

// Roster lists who has access to an organization or is invited to have it, and by which
// ways: to those with view_roster there, the active first. What has no force is
// no access: the rows of deactivated people, and links without a licence.
func (s *Service) Roster(ctx context.Context, caller Caller, organizationID string, query RosterQuery, page Page) (entries []RosterEntry, err error) {
	a := attempt{caller, "roster.list", Object{"organization", organizationID}}
	err = s.read(ctx, a, func(ctx context.Context, op *operation) error {
		r, err := op.roster(ctx, organizationID, query)
		if err != nil {
			return err
		}
		entries, err = r.page(ctx, page)
		return err
	})
	return entries, err
}

// exportPage is how many entries [Service.ExportRoster] holds at a time.
const exportPage = 500

// ExportRoster gives take the whole of what [Service.Roster] lists, as it is at one
// instant, part by part. It ends with the first error, which may be take's own.
func (s *Service) ExportRoster(ctx context.Context, caller Caller, organizationID string, query RosterQuery, take func([]RosterEntry) error) error {
	a := attempt{caller, "roster.list", Object{"organization", organizationID}}
	return s.read(ctx, a, func(ctx context.Context, op *operation) error {
		r, err := op.roster(ctx, organizationID, query)
		if err != nil {
			return err
		}
		for page := (Page{Limit: exportPage}); ; {
			entries, err := r.page(ctx, page)
			if err != nil || len(entries) == 0 {
				return err
			}
			if err := take(entries); err != nil {
				return err
			}
			page.After = entries[len(entries)-1].Key()
		}
	})
}
