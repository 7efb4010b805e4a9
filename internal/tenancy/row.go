package tenancy

import (
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// Row is one record of the state. The rows of a tree are its whole state, and each row
// alone says which relationships follow from it: what has no force (an inactive link, a
// deactivated person's membership) carries that in the row itself.
type Row interface {
	// Tree is the root organization of the tree that the row belongs to; "" for a user,
	// who belongs to none.
	Tree() string
	// on is the row as it stands on a ground: a row that belongs to an organization follows
	// its tree, its licence and its suspension.
	on(at ground) Row
	isRow()
}

// Tree is the version of a tree: the number of changes that made it what it is. Version 1
// is the creation of its root. EndsAt is the next instant at which something in the tree
// ends, the zero time for none; the record keeps it (see [EndOf]).
type Tree struct {
	RootID  string
	Version int64
	EndsAt  time.Time
}

// EndedTree is a tree that is no more, at its last version: its root was deleted, or
// attached to another tree. Versions never begin anew: if the root is detached again, its
// tree goes on from here, so that no state of it is ever taken for another one, and nothing
// that was on its way before comes late.
type EndedTree struct {
	RootID  string
	Version int64
}

// Object is what the engine knows of the tree. Its id is a hash, as nothing in the engine
// names what was deleted (I-4).
func (t EndedTree) Object() Object {
	hash := sha256.Sum256([]byte(t.RootID))
	return Object{Type: "ended_tree", ID: hex.EncodeToString(hash[:])}
}

// OrganizationState tells whether an organization is in use.
type OrganizationState string

// The states of an organization (D-7).
const (
	OrganizationActive    OrganizationState = "active"
	OrganizationSuspended OrganizationState = "suspended"
)

// Isolation tells whether an organization is closed to the administrators of its account
// it is closed by default.
type Isolation string

// The kinds of isolation. A root is always isolated: it is the account itself.
const (
	Isolated  Isolation = "isolated"
	Delegated Isolation = "delegated"
)

// MaxDepth is the number of levels of a tree; a root is at depth 1.
const MaxDepth = 3

// Organization is a tenant. ParentID is "" for a root, whose RootID is its own id. State is
// what the platform set on it; Suspended tells whether it or one above is suspended.
// Administered tells of a root whether it has administrators: only there a check looks for
// account roles.
type Organization struct {
	ID               string
	Name             string
	ParentID         string
	RootID           string
	Depth            int
	Isolation        Isolation
	EmailDomain      string // canonical, "" for none; invitations are for it alone
	DefaultDashboard string
	DoNotDisturb     DoNotDisturb // the zero value for none
	State            OrganizationState
	Suspended        bool
	Administered     bool
	DelegatedSince   time.Time // zero while it is isolated
	CreatedAt        time.Time
}

// IsRoot reports whether the organization is the top of its tree.
func (o Organization) IsRoot() bool { return o.ID == o.RootID }

// Above are the ids of the organizations above it, the nearest first. A tree has so few
// levels that the row knows all of them.
func (o Organization) Above() []string {
	switch o.ParentID {
	case "":
		return nil
	case o.RootID:
		return []string{o.RootID}
	}
	return []string{o.ParentID, o.RootID}
}

// Owner is the ownership of an organization by a user. Inactive while the user is
// deactivated, Suspended while the organization is.
type Owner struct {
	OrganizationID string
	RootID         string
	UserID         string
	Since          time.Time
	Inactive       bool
	Suspended      bool
}

// Plan is what a subscription entitles to.
type Plan string

// The plans.
const (
	PlanFree       Plan = "free"
	PlanPro        Plan = "pro"
	PlanEnterprise Plan = "enterprise"
)

// SubscriptionStatus tells whether a subscription runs.
type SubscriptionStatus string

// The states of a subscription.
const (
	SubscriptionActive   SubscriptionStatus = "active"
	SubscriptionCanceled SubscriptionStatus = "canceled"
)

// Subscription is what an organization pays for. The licence of a whole tree is the
// active plan of its root (R-8, D-13).
type Subscription struct {
	OrganizationID string
	RootID         string
	Plan           Plan
	Status         SubscriptionStatus
}

// Group is a security group: a named set of people with claims, homed in one organization,
// and Suspended with it.
type Group struct {
	ID             string
	OrganizationID string // its home
	RootID         string
	Name           string
	Claims         []Claim // canonical: in the order of [Claims], none twice
	CreatedAt      time.Time
	Suspended      bool
}

// GroupRole is what a person is in a group; one may be both.
type GroupRole string

// The roles in a group.
const (
	GroupOwner  GroupRole = "owner"
	GroupMember GroupRole = "member"
)

// Membership is a person's place in a group, in one role. SelfGrant tells that a group's
// owner made himself a member. Inactive while the user is deactivated, Suspended
// while the group is.
type Membership struct {
	GroupID   string
	RootID    string
	Role      GroupRole
	UserID    string
	Since     time.Time
	ExpiresAt time.Time // when it ends, zero for never
	SelfGrant bool
	Inactive  bool
	Suspended bool
}

// LinkScope is what a link covers.
type LinkScope string

// The scopes of a link.
const (
	// ScopeOrganization covers the one organization that the link was made at.
	ScopeOrganization LinkScope = "organization"
	// ScopeSubtree covers it and everything below it, also what is created there later.
	ScopeSubtree LinkScope = "subtree"
)

// Link makes a group active in an organization below its home, in a whole
// part of the tree, or in all that a tenant group covers. Unlicensed while the tree has
// no Enterprise licence, Suspended while the organization is, and where it was made at a
// tenant group while the group's home is; then it grants nothing.
type Link struct {
	GroupID        string
	OrganizationID string // where it was made; the root for one at a tenant group
	TenantGroupID  string // at which it was made, "" for one at an organization
	RootID         string
	Scope          LinkScope // "" for one at a tenant group
	// Claims narrow what the group gives here to what they imply; nil for all that
	// it gives. Canonical, as those of a group.
	Claims     []Claim
	CreatedAt  time.Time
	ExpiresAt  time.Time // when it ends, zero for never
	Unlicensed bool
	Suspended  bool
}

// Key names the link among all links. Lists of links into an organization come by group
// and then by place, which is not the order of these texts.
func (l Link) Key() string { return l.GroupID + "/" + l.Place() }

// Place names where the link was made among the places of a tree. No id has a slash.
func (l Link) Place() string {
	if l.TenantGroupID != "" {
		return l.OrganizationID + "/" + l.TenantGroupID
	}
	return l.OrganizationID
}

// InvitationState tells what became of an invitation. All but pending are final.
type InvitationState string

// The states of an invitation.
const (
	InvitationPending  InvitationState = "pending"
	InvitationAccepted InvitationState = "accepted"
	InvitationExpired  InvitationState = "expired"
	InvitationRevoked  InvitationState = "revoked"
	InvitationDeclined InvitationState = "declined"
)

// Invitation asks whoever reads the mail of an address into a group. It gives nothing
// until it is accepted.
type Invitation struct {
	ID             string
	OrganizationID string // the group's home
	GroupID        string
	RootID         string
	Email          string // as it was given
	Mailbox        string // the same for all spellings of one mailbox
	Role           GroupRole
	State          InvitationState
	InvitedBy      string // the id of a user
	CreatedAt      time.Time
	SentAt         time.Time // when its mail was last asked for: the cooldown begins
	ExpiresAt      time.Time
}

// ResourceType is a type of what belongs to an organization and is neither a person nor a
// group, by its singular name in the API.
type ResourceType string

// The types of resources. Machines and agents act, with access keys of their own;
// backup configurations, connection strings and encryption keys are assigned to them.
const (
	BackupReport     ResourceType = "backup_report"
	Agent            ResourceType = "agent"
	Machine          ResourceType = "machine"
	EncryptionKey    ResourceType = "encryption_key"
	ConnectionString ResourceType = "connection_string"
	BackupConfig     ResourceType = "backup_config"
	Gateway          ResourceType = "gateway"
	MonitoredSystem  ResourceType = "monitored_system"
)

// RegisteredTypes lists the types of resources, in the order in which they are shown.
var RegisteredTypes = []ResourceType{
	BackupReport, Agent, Machine, EncryptionKey, ConnectionString, BackupConfig, Gateway, MonitoredSystem,
}

// Resource belongs to one organization, and is known by its type and id, which no other
// resource of the service has at the same time (D-12). Suspended while the organization is.
type Resource struct {
	Type           ResourceType
	ID             string
	OrganizationID string
	RootID         string
	Name           string
	ParentID       string   // of a monitored system: that in whose application tree it is, or ""
	AssignedTo     []Object // the machines and agents of the organization that use it: in order, none twice
	Suspended      bool
}

// Object is the resource as the engine knows it.
func (r Resource) Object() Object { return Object{string(r.Type), r.ID} }

// AccessKey is a credential of a machine or agent. The secret itself is not kept:
// Hash is the SHA-256 of the whole key, whose secret part has 256 random bits. Suspended
// while the organization is.
type AccessKey struct {
	ID             string
	OrganizationID string
	RootID         string
	Subject        Object // whose key it is
	Name           string
	Hash           []byte
	CreatedAt      time.Time
	ExpiresAt      time.Time // zero for no end
	RevokedAt      time.Time // zero while it is not revoked
	Expired        bool      // its end is told; it opens nothing from ExpiresAt on, told or not
	Suspended      bool
}

// Good reports whether the key opens at a time.
func (k AccessKey) Good(at time.Time) bool {
	return !k.Suspended && !k.ended(at)
}

// ended reports whether the key never opens again.
func (k AccessKey) ended(at time.Time) bool {
	return !k.RevokedAt.IsZero() || !k.ExpiresAt.IsZero() && !at.Before(k.ExpiresAt)
}

// TenantGroup collects organizations of one tree, beside its levels. Suspended while
// the tree's root is.
type TenantGroup struct {
	ID        string
	RootID    string
	ParentID  string // the tenant group that it is a subgroup of, "" for none
	Name      string
	Depth     int // 1 for one that is no subgroup
	CreatedAt time.Time
	// Inherited are the names of the modules that are given above it: canonical, as
	// those of a user.
	Inherited []string
	Suspended bool
}

// TenantGroupPlace says that an organization is in a tenant group. Suspended while the
// organization is.
type TenantGroupPlace struct {
	TenantGroupID  string
	OrganizationID string
	RootID         string
	Since          time.Time
	// Modules are the names of those that are given at the tenant group or above it:
	// canonical, as those of a user.
	Modules   []string
	Suspended bool
}

// TenantGroupUser is a person's place in a tenant group: by that he is a user of all that is
// in it and in its subgroups. The two rights are independent. Inactive while the
// user is deactivated, Suspended while the tree's root is.
type TenantGroupUser struct {
	TenantGroupID        string
	UserID               string
	RootID               string
	GroupAdministrator   bool
	AllTenantPermissions bool
	Modules              []string // canonical: in order, none twice, nil for none
	Since                time.Time
	Inactive             bool
	Suspended            bool
}

// UserState tells whether a person may act.
type UserState string

// The states of a user.
const (
	UserActive      UserState = "active"
	UserDeactivated UserState = "deactivated"
)

// User is a person, known to the whole service and belonging to no tree. Version counts
// the changes of the user, as a tree's version counts the tree's.
type User struct {
	ID            string
	Email         string
	EmailVerified bool
	Name          string
	State         UserState
	Version       int64
}

// The tree of each kind of row; see [Row].
func (t Tree) Tree() string          { return t.RootID }
func (t EndedTree) Tree() string     { return t.RootID }
func (o Organization) Tree() string  { return o.RootID }
func (o Owner) Tree() string         { return o.RootID }
func (s Subscription) Tree() string  { return s.RootID }
func (g Group) Tree() string         { return g.RootID }
func (m Membership) Tree() string    { return m.RootID }
func (l Link) Tree() string          { return l.RootID }
func (i Invitation) Tree() string    { return i.RootID }
func (r Resource) Tree() string      { return r.RootID }
func (k AccessKey) Tree() string     { return k.RootID }
func (a Administrator) Tree() string { return a.RootID }
func (User) Tree() string            { return "" }

func (g TenantGroup) Tree() string      { return g.RootID }
func (p TenantGroupPlace) Tree() string { return p.RootID }
func (u TenantGroupUser) Tree() string  { return u.RootID }

func (Tree) isRow()          {}
func (EndedTree) isRow()     {}
func (Organization) isRow()  {}
func (Owner) isRow()         {}
func (Subscription) isRow()  {}
func (Group) isRow()         {}
func (Membership) isRow()    {}
func (Link) isRow()          {}
func (Invitation) isRow()    {}
func (Resource) isRow()      {}
func (AccessKey) isRow()     {}
func (Administrator) isRow() {}
func (User) isRow()          {}

func (TenantGroup) isRow()      {}
func (TenantGroupPlace) isRow() {}
func (TenantGroupUser) isRow()  {}
