package tenancy

import (
	"context"
	"errors"
	"slices"
	"time"
)

// The kinds of targets of a notification.
const (
	TargetOrganization = "organization"
	TargetUser         = "user"
	TargetRole         = "role"
	TargetGroup        = "group"
)

// NotificationTarget is whom a notification is for. ID is that of the organization, user or
// group, or the name of a role, which asks for the organization where it is held. Of a user
// or group, an organization leaves those who have access there.
type NotificationTarget struct {
	Type           string
	ID             string
	OrganizationID string
}

// Audience is what becomes of a notification. Recipients are the ids of those who would
// receive it were it not suppressed: active users, in order, each once.
type Audience struct {
	Suppressed bool
	Reason     string // why it is, else ""
	Recipients []string
}

// ReasonDoNotDisturb is why a notification to an organization is suppressed.
const ReasonDoNotDisturb = "do-not-disturb"

// NotificationAudience answers who would receive a notification, and whether it is suppressed
// at an instant, in RFC 3339, or now. Do-not-disturb holds when the target is an organization,
// and not when it is a user, a role or a group, even of that organization. Recipients
// are those of now, whatever the instant: who will have access then, nobody knows.
//
// It is for those with view_roster in the organization that is concerned, for those who see
// the group, and for the user himself; whom else a caller asks about is not found, whether
// known or not.
func (s *Service) NotificationAudience(ctx context.Context, caller Caller, target NotificationTarget, at *string) (audience Audience, err error) {
	a := attempt{caller, "notification.audience", Object{target.Type, target.ID}}
	err = s.read(ctx, a, func(ctx context.Context, op *operation) error {
		audience, err = op.audience(ctx, target, at)
		return err
	})
	return audience, err
}

func (op *operation) audience(ctx context.Context, target NotificationTarget, at *string) (audience Audience, err error) {
	if err := op.requireActor(); err != nil {
		return Audience{}, err
	}
	var of Organization // whose do-not-disturb holds
	switch target.Type {
	case TargetOrganization:
		of, audience.Recipients, err = op.peopleOf(ctx, target)
	case TargetRole:
		audience.Recipients, err = op.holdersOf(ctx, target)
	case TargetGroup:
		audience.Recipients, err = op.membersOf(ctx, target)
	case TargetUser:
		audience.Recipients, err = op.oneUser(ctx, target)
	default:
		var v validation
		oneOf(&v, "target.type", target.Type, TargetOrganization, TargetUser, TargetRole, TargetGroup)
		err = v.err()
	}
	if err != nil {
		return Audience{}, err
	}
	var v validation
	instant := v.instant("at", at, op.now)
	if err := v.err(); err != nil {
		return Audience{}, err
	}
	if audience.Suppressed, err = of.DoNotDisturb.holdsAt(instant); audience.Suppressed {
		audience.Reason = ReasonDoNotDisturb
	}
	return audience, err
}

// peopleOf are those with access to the organization that is the target.
func (op *operation) peopleOf(ctx context.Context, target NotificationTarget) (Organization, []string, error) {
	o, err := op.targetOrganization(ctx, target.ID, "view_roster")
	if err != nil {
		return Organization{}, nil, err
	}
	if target.OrganizationID != "" {
		var v validation
		v.fail("target.organization_id", "is for users, roles and groups")
		return Organization{}, nil, v.err()
	}
	people, err := op.peopleWith(ctx, o, RosterAccess.enters)
	return o, people, err
}

// holdersOf are those who hold a role in an organization.
func (op *operation) holdersOf(ctx context.Context, target NotificationTarget) ([]string, error) {
	if target.OrganizationID == "" {
		var v validation
		v.fail("target.organization_id", "must be given: a role is held in an organization")
		return nil, v.err()
	}
	o, err := op.targetOrganization(ctx, target.OrganizationID, "view_roster")
	if err != nil {
		return nil, err
	}
	var v validation
	role := AccountRole(target.ID)
	oneOf(&v, "target.id", role, AccountRoles...)
	if err := v.err(); err != nil {
		return nil, err
	}
	return op.peopleWith(ctx, o, func(a RosterAccess) bool { return a.gives(role) })
}

// peopleWith are those in the roster one of whose ways is as it has to be.
func (op *operation) peopleWith(ctx context.Context, o Organization, way func(RosterAccess) bool) (ids []string, err error) {
	r, err := op.rosterOf(ctx, o, RosterQuery{State: RosterActive})
	for page := (Page{Limit: exportPage}); err == nil; {
		var entries []RosterEntry
		if entries, err = r.active(ctx, page); len(entries) == 0 {
			break
		}
		for _, e := range entries {
			if slices.ContainsFunc(e.Access, way) {
				ids = append(ids, e.User.ID)
			}
		}
		page.After = entries[len(entries)-1].User.ID
	}
	return ids, err
}

// membersOf are the active members of a group, and with an organization those of them who
// have access there, by whichever way.
func (op *operation) membersOf(ctx context.Context, target NotificationTarget) (ids []string, err error) {
	g, err := op.visibleGroup(ctx, target.ID)
	if err != nil {
		return nil, err
	}
	members, err := op.snap.Memberships(ctx, g.ID, GroupMember, PageAll)
	for _, m := range members {
		if !m.Inactive && !m.Suspended {
			ids = append(ids, m.UserID)
		}
	}
	if err != nil || target.OrganizationID == "" {
		return ids, err
	}
	o, err := op.targetOrganization(ctx, target.OrganizationID, "view_roster")
	if err != nil {
		return nil, err
	}
	return op.withAccess(ctx, o, ids)
}

// oneUser is the user himself if he is active and, with an organization, has access there.
// Who asks about another one learns of those alone whom the roster shows him.
func (op *operation) oneUser(ctx context.Context, target NotificationTarget) ([]string, error) {
	mayKnow := op.caller.isPlatform() || op.caller.UserID == target.ID
	if target.OrganizationID == "" {
		return op.ifActive(ctx, target.ID, mayKnow)
	}
	o, err := op.visibleOrganization(ctx, target.OrganizationID)
	if err != nil {
		return nil, err
	}
	if op.caller.UserID != target.ID {
		if err := op.require(ctx, o, "view_roster"); err != nil {
			return nil, err
		}
	}
	ids, err := op.withAccess(ctx, o, []string{target.ID})
	if err != nil || len(ids) > 0 {
		return ids, err
	}
	_, err = op.ifActive(ctx, target.ID, mayKnow)
	return nil, err
}

// ifActive is the user, unless he is deactivated.
func (op *operation) ifActive(ctx context.Context, userID string, mayKnow bool) ([]string, error) {
	if _, _, err := op.currentOrganization(ctx); err != nil {
		return nil, err
	}
	if !mayKnow || !ValidUserID(userID) {
		return nil, errNotFound()
	}
	user, err := op.user(ctx, userID)
	switch {
	case errors.Is(err, ErrNoRow):
		return nil, errNotFound()
	case err != nil || user.State != UserActive:
		return nil, err
	}
	return []string{userID}, nil
}

// withAccess leaves of users, who come in order, those who have access to an organization.
func (op *operation) withAccess(ctx context.Context, o Organization, ids []string) ([]string, error) {
	r, err := op.rosterOf(ctx, o, RosterQuery{})
	if err != nil {
		return nil, err
	}
	rows, err := r.snap.RowsOfPeople(ctx, r.places(""), ids)
	ways := r.waysOf(rows)
	return slices.DeleteFunc(ids, func(id string) bool {
		return !slices.ContainsFunc(ways[id], RosterAccess.enters)
	}), err
}

// enters reports whether the way is one into the organization: a group's owner has no access
// by that (D-28).
func (a RosterAccess) enters() bool { return a.GroupID == "" || a.Role == string(GroupMember) }

// gives reports whether somebody holds the role by this way. To hold the owner claim is to be
// an owner, by whichever way, and who has all tenant permissions is an administrator
// (D-3).
func (a RosterAccess) gives(role AccountRole) bool {
	switch {
	case role == AccountOwner:
		return slices.Contains(a.Claims, ClaimOwner)
	case a.Role == RoleAllTenantPermissions:
		return role == AccountAdministrator
	}
	return a.Via == ViaAccountRole && a.Role == string(role)
}

// instant takes an instant in RFC 3339; nil is now.
func (v *validation) instant(field string, text *string, now time.Time) time.Time {
	if text == nil {
		return now
	}
	at, err := time.Parse(time.RFC3339, *text)
	if err != nil {
		v.fail(field, "must be a time in RFC 3339")
	}
	return at
}
