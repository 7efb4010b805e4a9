package tenancy

import (
	"context"
	"iter"
	"math"
	"time"
)

// Page asks for a part of a list: what comes after the key After, in the order of keys,
// and at most Limit of it. The zero After starts at the beginning. Limit is at least 1.
type Page struct {
	After string
	Limit int
}

// Store is the record of truth. Two stores must behave alike: package storetest says how.
//
// Errors that callers can act on are [ErrNoRow], [ErrMoved], [ErrIDUsed], [ErrDomainTaken]
// and [ErrAnswered]; every other error means that the store can't be asked now.
type Store interface {
	// Snapshot opens a view of the record as it is now. Later commits do not show in it.
	// The caller closes it. A snapshot is for one goroutine.
	Snapshot(ctx context.Context) (Snapshot, error)

	// Record writes the event of a refused attempt to the trail of the tree event.RootID,
	// giving it the next Seq and the tree's version, or to the service's own trail if
	// there is no such tree. Nothing else changes.
	Record(ctx context.Context, event Event) error

	// Keep keeps the answer to a request that was carried out and changed nothing. It fails
	// with ErrAnswered if one is kept for its caller and key that is still good.
	Keep(ctx context.Context, answer KeptAnswer) error
}

// Recorder is the part of the record that commits changes and tells what was committed.
type Recorder interface {
	// Commit makes the change durable, all of it or nothing, and returns the new version
	// of each tree it moved. updates holds, by root, what the engine has to receive. The
	// change is told in the trail of each tree that it moves; one that alters a user, or
	// moves no tree, in the service's own too, about no organization. What names the person
	// that it erases beside an id is gone from all trails.
	//
	// It fails with ErrAnswered, before all else, if the change comes with an answer and one
	// is kept for its caller and key that is still good; with ErrMoved if a version of the
	// basis is no longer the current one, if something in a tree of the basis is over and
	// the change does not end it, or if a created resource is there by now or was released
	// by another tree than its basis says; with ErrIDUsed if a created organization, group,
	// tenant group, user, invitation or access key has an id that was ever used by one of its kind;
	// and with ErrDomainTaken if a created organization has the e-mail domain of another one
	//
	// When it returns an error of another kind the outcome may be unknown: the change is
	// there whole, or not at all.
	Commit(ctx context.Context, change Change, updates map[string][]Update) (map[string]int64, error)

	// Rehearse fails as Commit of the change would now, and leaves nothing behind.
	Rehearse(ctx context.Context, change Change, updates map[string][]Update) error

	// TreeOf returns the tree of a resource at its committed version; ErrNoRow if there is
	// no such resource.
	TreeOf(ctx context.Context, resource Object) (Reading, error)

	// VersionOf returns the committed version of a tree, also of one that has ended; 0 if
	// there never was such a tree.
	VersionOf(ctx context.Context, rootID string) (int64, error)

	// TreesMoved returns trees at their committed versions, also those that have ended, by
	// when they moved last and by root: those that come after a place in this order, at most
	// limit of them. The times are those at which changes were written. A change may commit
	// by so much later as its transaction lasts, and comes into the order then.
	TreesMoved(ctx context.Context, after MovedTree, limit int) ([]MovedTree, error)

	// RootsOf returns the root of the tree of each of the resources of one type, by id. One
	// that does not exist is left out.
	RootsOf(ctx context.Context, resourceType string, ids []string) (map[string]string, error)

	// TreesOf returns every tree in which the user stands in a row, at their committed
	// versions.
	TreesOf(ctx context.Context, userID string) ([]Reading, error)

	// TreesOver returns the trees in which something is over, those that wait longest
	// first, at most limit of them.
	TreesOver(ctx context.Context, limit int) ([]Reading, error)

	// Snapshot is that of [Store].
	Snapshot(ctx context.Context) (Snapshot, error)

	// Deliveries returns the committed versions of a tree after a version, in order, at
	// most limit of them.
	Deliveries(ctx context.Context, rootID string, after int64, limit int) ([]Delivery, error)

	// Rows gives every row of the record, but those of the kinds of the rows given, in one
	// snapshot and in no promised order. It ends with the first error.
	Rows(ctx context.Context, except ...Row) iter.Seq2[Row, error]
}

// Snapshot reads rows at one instant. Methods that name one row return [ErrNoRow] if it
// is not there; lists may be empty and come in ascending order of the key that is named.
type Snapshot interface {
	UserReader
	OrganizationReader
	GroupReader
	LinkReader
	TenantGroupReader
	InvitationReader
	RosterReader
	AdministratorReader
	ResourceReader
	AccessKeyReader
	TrailReader
	AnswerReader

	// Tree is the tree as the snapshot shows it, at the instant of this call; in version 0
	// if there is no such tree.
	Tree(ctx context.Context, rootID string) (Reading, error)
	// Over returns rows of the tree that are over at an instant, at most limit of them.
	// There are none only if nothing is over.
	Over(ctx context.Context, rootID string, at time.Time, limit int) ([]Row, error)
	Close() error
}

// UserReader reads users.
type UserReader interface {
	User(ctx context.Context, id string) (User, error)
	// RowsOf returns the rows that name the user: ownerships, memberships, places in tenant
	// groups, and account roles.
	RowsOf(ctx context.Context, userID string) ([]Row, error)
}

// OrganizationReader reads organizations and what belongs to each.
type OrganizationReader interface {
	Organization(ctx context.Context, id string) (Organization, error)
	// Organizations that match the filter, by id.
	Organizations(ctx context.Context, filter OrganizationFilter, page Page) ([]Organization, error)
	// Subtree is the organization and all below it, by depth and id.
	Subtree(ctx context.Context, id string) ([]Organization, error)
	// RowsOfOrganizations returns, each once, every row that belongs to one of the
	// organizations: it, what names it, and what names a group homed in it or a tenant group
	// of which it is the root. Organizations below are not among them unless they are named
	// too.
	RowsOfOrganizations(ctx context.Context, ids []string) ([]Row, error)
	Subscription(ctx context.Context, organizationID string) (Subscription, error)
	Owner(ctx context.Context, organizationID, userID string) (Owner, error)
	// Owners come by user id.
	Owners(ctx context.Context, organizationID string, page Page) ([]Owner, error)
	// ActiveOwners counts the owners that are not inactive.
	ActiveOwners(ctx context.Context, organizationID string) (int, error)
}

// GroupReader reads groups and memberships.
type GroupReader interface {
	Group(ctx context.Context, id string) (Group, error)
	// Groups homed in the organization, by id.
	Groups(ctx context.Context, organizationID string, page Page) ([]Group, error)
	// GroupsWith are those in which the user has the role, by id.
	GroupsWith(ctx context.Context, userID string, role GroupRole) ([]Group, error)
	Membership(ctx context.Context, groupID string, role GroupRole, userID string) (Membership, error)
	// Memberships in one role come by user id.
	Memberships(ctx context.Context, groupID string, role GroupRole, page Page) ([]Membership, error)
	// AllMemberships are those of the group in both roles.
	AllMemberships(ctx context.Context, groupID string) ([]Membership, error)
	// ActiveMemberships counts those in one role that are not inactive.
	ActiveMemberships(ctx context.Context, groupID string, role GroupRole) (int, error)
	// HasVerified reports whether an active membership in the role is that of a user whose
	// verified e-mail address is this one, as [ExactAddress] tells addresses apart.
	HasVerified(ctx context.Context, groupID string, role GroupRole, email string) (bool, error)
}

// LinkReader reads links.
type LinkReader interface {
	// Link is one that was made at an organization.
	Link(ctx context.Context, groupID, organizationID string) (Link, error)
	// TenantGroupLink is one that was made at a tenant group.
	TenantGroupLink(ctx context.Context, tenantGroupID, groupID string) (Link, error)
	// TenantGroupLinks are those made at the tenant group itself, by group id.
	TenantGroupLinks(ctx context.Context, tenantGroupID string, page Page) ([]Link, error)
	// LinksCovering an organization are those made there, those of scope subtree made above
	// it, and those made at a tenant group that it is in, or above that. They come by group
	// and then by place; a page goes on after a [Link.Key].
	LinksCovering(ctx context.Context, o Organization, page Page) ([]Link, error)
	// LinksOf a group come by organization id and tenant group; a page goes on after a
	// [Link.Place].
	LinksOf(ctx context.Context, groupID string, page Page) ([]Link, error)
	// LinksIn are all links of a tree.
	LinksIn(ctx context.Context, rootID string) ([]Link, error)
}

// TenantGroupReader reads tenant groups, what is in them, and who.
type TenantGroupReader interface {
	TenantGroup(ctx context.Context, id string) (TenantGroup, error)
	// TenantGroups of a tree, by id.
	TenantGroups(ctx context.Context, rootID string, page Page) ([]TenantGroup, error)
	// TenantGroupsUsed are those of a tree in which the user has a place that has force, and
	// their subgroups, by id.
	TenantGroupsUsed(ctx context.Context, rootID, userID string, page Page) ([]TenantGroup, error)
	// TenantGroupsAbove are the tenant group and all above it, the nearest first.
	TenantGroupsAbove(ctx context.Context, id string) ([]TenantGroup, error)
	// TenantGroupsBelow are the tenant group and all below it, by depth and id.
	TenantGroupsBelow(ctx context.Context, id string) ([]TenantGroup, error)
	// TenantGroupsOver are those that an organization is in, and all above them, by depth and
	// id.
	TenantGroupsOver(ctx context.Context, organizationID string) ([]TenantGroup, error)
	// TenantsBelow are the organizations in the tenant group and in all below it, by id, each
	// once.
	TenantsBelow(ctx context.Context, id string) ([]Organization, error)
	TenantGroupPlace(ctx context.Context, tenantGroupID, organizationID string) (TenantGroupPlace, error)
	// TenantGroupPlaces come by organization id.
	TenantGroupPlaces(ctx context.Context, tenantGroupID string, page Page) ([]TenantGroupPlace, error)
	TenantGroupUser(ctx context.Context, tenantGroupID, userID string) (TenantGroupUser, error)
	// TenantGroupUsers come by user id.
	TenantGroupUsers(ctx context.Context, tenantGroupID string, page Page) ([]TenantGroupUser, error)
	// ModulesGiven are the names of the modules that users of the tenant group have at it, also
	// those without force, but for one of them; in order, each once.
	ModulesGiven(ctx context.Context, tenantGroupID, exceptUserID string) ([]string, error)
	// TenantGroupUsersOf are all places of a user in tenant groups of a tree, by tenant group.
	TenantGroupUsersOf(ctx context.Context, rootID, userID string) ([]TenantGroupUser, error)
}

// InvitationReader reads invitations.
type InvitationReader interface {
	Invitation(ctx context.Context, id string) (Invitation, error)
	// InvitationWith is the one whose token has the hash.
	InvitationWith(ctx context.Context, hash TokenHash) (Invitation, error)
	// NewestInvitation of a mailbox to a group is the one whose mail was asked for last.
	NewestInvitation(ctx context.Context, groupID, mailbox string) (Invitation, error)
	// Invitations to groups homed in the organization, by id; with a state only those in it.
	Invitations(ctx context.Context, organizationID string, state InvitationState, page Page) ([]Invitation, error)
	// InvitationsOfMailbox are those that were sent to it, of all states and trees, by id.
	InvitationsOfMailbox(ctx context.Context, mailbox string) ([]Invitation, error)
	// InvitationsTo a group, of all states, by mailbox and time.
	InvitationsTo(ctx context.Context, groupID string) ([]Invitation, error)
}

// RosterReader reads who stands where. A row without force (inactive or suspended) is no
// standing.
type RosterReader interface {
	// People are those who stand in one of the places and match the text, by id. The text is
	// a part of the id, the e-mail address or the name, whatever its case; "" matches all.
	People(ctx context.Context, places Places, text string, page Page) ([]User, error)
	// RowsOfPeople are the rows by which these users stand in the places.
	RowsOfPeople(ctx context.Context, places Places, userIDs []string) ([]Row, error)
	// InvitedMailboxes are those with an invitation to one of the groups that is pending at
	// an instant, in order. The text is a part of its address.
	InvitedMailboxes(ctx context.Context, groupIDs []string, text string, at time.Time, page Page) ([]string, error)
	// InvitationsOfMailboxes are their invitations to the groups that are pending at an
	// instant, by mailbox and group.
	InvitationsOfMailboxes(ctx context.Context, groupIDs, mailboxes []string, at time.Time) ([]Invitation, error)
}

// AdministratorReader reads accounts.
type AdministratorReader interface {
	Administrator(ctx context.Context, rootID, userID string) (Administrator, error)
	// Administrators that match the filter, by user id.
	Administrators(ctx context.Context, filter AdministratorFilter, page Page) ([]Administrator, error)
	// ActiveAccountOwners counts those who own the account as administrators or own its root
	// organization, each once; who is inactive does not count.
	ActiveAccountOwners(ctx context.Context, rootID string) (int, error)
	// Delegated are the organizations of a tree that are delegated, by id.
	Delegated(ctx context.Context, rootID string) ([]string, error)
}

// ResourceReader reads resources.
type ResourceReader interface {
	// Resource of a type and id, in whichever organization it is.
	Resource(ctx context.Context, resource Object) (Resource, error)
	// Resources of one type in the organization, by id.
	Resources(ctx context.Context, organizationID string, t ResourceType, page Page) ([]Resource, error)
	// ResourceCounts tells how many resources of each type the organization has; a type of
	// which it has none is left out.
	ResourceCounts(ctx context.Context, organizationID string) (map[ResourceType]int, error)
	// AssignedTo are the resources that are assigned to the machine or agent, by type and id.
	AssignedTo(ctx context.Context, subject Object) ([]Resource, error)
	// SystemsBelow are the monitored systems directly below one, by id.
	SystemsBelow(ctx context.Context, id string) ([]Resource, error)
	// Released is the tree that last removed a resource of this type and id, at the version
	// in which it did.
	Released(ctx context.Context, resource Object) (Token, error)
}

// AccessKeyReader reads access keys.
type AccessKeyReader interface {
	AccessKey(ctx context.Context, id string) (AccessKey, error)
	// AccessKeys of the organization, also those that have ended, by id.
	AccessKeys(ctx context.Context, organizationID string, page Page) ([]UsedAccessKey, error)
	// AccessKeysOf a machine or agent, also those that have ended, by id.
	AccessKeysOf(ctx context.Context, subject Object) ([]AccessKey, error)
}

// TrailReader reads the audit trail.
type TrailReader interface {
	// Events that match the filter, by Seq, at most limit of them.
	Events(ctx context.Context, filter EventFilter, limit int) ([]Event, error)
	// Trails are the roots of all trees that ever were, and "" for the service's own trail;
	// and of every trail that has an event.
	Trails(ctx context.Context) ([]string, error)
	// Trail gives a whole trail by Seq, without holding it. It ends with the first error.
	Trail(ctx context.Context, rootID string) iter.Seq2[Entry, error]
	// Changes are the events of a tree that tell of its versions after one, in order, at most
	// limit of them.
	Changes(ctx context.Context, rootID string, after int64, limit int) ([]Entry, error)
	// Misfiled is the Seq of the first event of a trail that Events would not find by an
	// organization, credential or user that it names, or finds by another one; 0 for none.
	Misfiled(ctx context.Context, rootID string) (int64, error)
	// Head is the newest event of a trail, the zero Head with its root if there is none.
	Head(ctx context.Context, rootID string) (Head, error)
}

// AnswerReader reads what is kept for repeats of requests.
type AnswerReader interface {
	// Answer is the one that is kept for a request, also if its time is over.
	Answer(ctx context.Context, requester Requester, key string) (KeptAnswer, error)
}

// PageAll is the page that holds a whole list. It is for lists whose length the operation
// bounds itself.
var PageAll = Page{Limit: math.MaxInt32}

// OrganizationFilter selects organizations. A nil IDs means every organization; the other
// fields select only when they are not empty. Text is part of the name or the whole id,
// whatever its case.
type OrganizationFilter struct {
	IDs      []string
	RootID   string
	ParentID string
	Text     string
}

// AdministratorFilter selects the administrators of one account. The other fields select only
// when they are not empty. Text is a part of the id, the e-mail address or the name of the
// person, whatever its case.
type AdministratorFilter struct {
	RootID         string
	Text           string
	Role           AccountRole
	SubaccountRole AccountRole
}

// Places are where people stand: as owners of an organization, unless OrganizationID is "",
// in both roles in groups, in tenant groups, and in an account. Nobody stands in the zero Places.
type Places struct {
	OrganizationID string
	GroupIDs       []string
	TenantGroupIDs []string
	Account        AccountPlace
}

// AccountPlace is where people stand in an account, unless RootID is "": its administrators.
// In one of its subaccounts these are those who reach it, and with them the owners of the
// root organization, and the members of groups that own it.
type AccountPlace struct {
	RootID        string
	SubaccountID  string // "" for the account itself
	OwnerGroupIDs []string
}

// EventFilter selects events of one trail. The other fields select only when they are not
// empty: OrganizationID those about one organization, Actor those of one credential or
// on behalf of one user.
type EventFilter struct {
	RootID         string
	OrganizationID string
	After          int64
	Action         string
	Actor          string
}
