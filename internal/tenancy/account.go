package tenancy

import (
	"context"
	"slices"
	"strings"
	"time"
)

// This file is the vocabulary of accounts: a root organization is the account
// of its tree, and the organizations below it that were delegated to it are its subaccounts.

// AccountRole is what an administrator is, in the account or in the subaccounts.
type AccountRole string

// The roles of administrators.
const (
	AccountOwner         AccountRole = "owner"
	AccountAdministrator AccountRole = "administrator"
	AccountUserManager   AccountRole = "user_manager"
	AccountHelpDesk      AccountRole = "help_desk"
	AccountBilling       AccountRole = "billing"
	AccountReadOnly      AccountRole = "read_only"
)

// AccountRoles lists every role, in the order in which they are shown.
var AccountRoles = []AccountRole{
	AccountOwner, AccountAdministrator, AccountUserManager, AccountHelpDesk, AccountBilling, AccountReadOnly,
}

// Claims are those that the role gives, as the roster shows them. What it gives beside them
// (view_roster, manage_users, manage_groups) is no claim.
func (r AccountRole) Claims() []Claim {
	switch r {
	case AccountOwner:
		return []Claim{ClaimOwner}
	case AccountAdministrator:
		return claimsBut(ClaimOwner)
	case AccountBilling:
		return []Claim{"manage_billing"}
	case AccountHelpDesk, AccountReadOnly:
		return slices.DeleteFunc(slices.Clone(Claims), func(c Claim) bool { return !strings.HasPrefix(string(c), "view_") })
	}
	return nil
}

// Reach is how the subaccounts that an administrator reaches are told.
type Reach string

// The kinds of reach. All and all except cover what is delegated later at once.
const (
	ReachAll    Reach = "all"
	ReachList   Reach = "list"
	ReachExcept Reach = "except"
)

// Subaccounts are those that an administrator reaches, as far as they are delegated.
type Subaccounts struct {
	Reach Reach
	// Organizations are those of the list, or those that are excepted: in order, none twice.
	// They are of the account's tree, and below its root.
	Organizations []string
}

// include reports whether an organization is reached if it is delegated.
func (s Subaccounts) include(organizationID string) bool {
	return s.Reach == ReachAll || slices.Contains(s.Organizations, organizationID) == (s.Reach == ReachList)
}

// without leaves out organizations that have left the account.
func (s Subaccounts) without(gone func(id string) bool) Subaccounts {
	s.Organizations = slices.DeleteFunc(slices.Clone(s.Organizations), gone)
	return s
}

// Administrator is somebody's role in an account, the one that he has in its subaccounts, and
// which of these he reaches. Inactive while the user is deactivated, Suspended
// while the root organization is.
type Administrator struct {
	RootID         string // the account
	UserID         string
	Role           AccountRole
	SubaccountRole AccountRole
	Subaccounts    Subaccounts
	Since          time.Time
	Inactive       bool
	Suspended      bool
}

// roleIn is what the administrator is in an organization of his account, if he reaches it.
func (a Administrator) roleIn(o Organization) (role AccountRole, reaches bool) {
	if o.IsRoot() {
		return a.Role, true
	}
	return a.SubaccountRole, o.IsDelegated() && a.Subaccounts.include(o.ID)
}

// IsDelegated reports whether the account's administrators reach the organization.
func (o Organization) IsDelegated() bool { return o.Isolation == Delegated }

func (o Organization) delegated(at time.Time) Organization {
	o.Isolation, o.DelegatedSince = Delegated, at
	return o
}

func (o Organization) isolated() Organization {
	o.Isolation, o.DelegatedSince = Isolated, time.Time{}
	return o
}

// mentionAccount tells of an administrator in the account, and in the subaccounts that he
// reaches now.
func (op *operation) mentionAccount(ctx context.Context, a Administrator) error {
	delegated, err := op.snap.Delegated(ctx, a.RootID)
	if err == nil {
		op.mentionReached(a, delegated)
	}
	return err
}

func (op *operation) mentionReached(a Administrator, delegated []string) {
	op.mention(a.RootID, a.RootID)
	named := make(map[string]bool, len(a.Subaccounts.Organizations))
	for _, id := range a.Subaccounts.Organizations {
		named[id] = true
	}
	for _, id := range delegated {
		if named[id] == (a.Subaccounts.Reach == ReachList) {
			op.mention(a.RootID, id)
		}
	}
}

// leftBehind is what is left of an administrator when a part of a tree moves: nothing of one
// whose account is in it (D-11), and of the others all but what they name in it. What ends is
// listed: a role in the account, or one in a subaccount.
func (a Administrator) leftBehind(moved map[string]Organization) (left Row, ended []Removal) {
	gone := func(id string) bool { return moved[id].ID != "" }
	if gone(a.RootID) {
		return nil, []Removal{{Kind: "account_role", ID: a.UserID, OrganizationID: a.RootID}}
	}
	for _, id := range a.Subaccounts.Organizations {
		if gone(id) && a.Subaccounts.Reach == ReachList {
			ended = append(ended, Removal{Kind: "account_role", ID: a.UserID, OrganizationID: id})
		}
	}
	a.Subaccounts = a.Subaccounts.without(gone)
	return a, ended
}
