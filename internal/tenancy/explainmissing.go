package tenancy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// nothing is said of what is not there, and to users of what they may not see.
func (t *teller) nothing(resource Object) string {
	if t.toldAll() {
		return fmt.Sprintf("There is no %s `%s`.", noun(resource.Type), resource.ID)
	}
	return fmt.Sprintf("There is no %s `%s`, or you may not see it.", noun(resource.Type), resource.ID)
}

// denied tells what is missing nearest.
func (t *teller) denied(ctx context.Context, q Question, asked string) string {
	sees, err := t.sees(ctx, q.Resource)
	t.fail(err)
	if !sees {
		return t.nothing(q.Resource)
	}
	near := t.missing(ctx, q)
	if len(near) == 0 {
		near = []string{fmt.Sprintf("no way leads from %s to it", t.name(ctx, q.Subject))}
	}
	head := fmt.Sprintf("%s does not have `%s` on %s.", t.name(ctx, q.Subject), asked, t.name(ctx, q.Resource))
	told := []string{sentence(head)}
	for _, text := range near[:min(len(near), maxTold)] {
		told = append(told, sentence(text))
	}
	return strings.Join(told, " ")
}

// missing looks where a way ends: with the subject, with the place, and then between them.
func (t *teller) missing(ctx context.Context, q Question) []string {
	if text := t.unfit(ctx, q.Subject); text != "" {
		return []string{text}
	}
	place := t.place(ctx, q.Resource)
	if t.err != nil {
		return nil
	}
	if place.Suspended {
		return []string{t.name(ctx, Object{"organization", place.ID}) + " is suspended, by itself or with one above it: nobody has anything in it"}
	}
	if only, ok := onlyFor[q.Resource.Type+"#"+q.Permission]; ok {
		return []string{only}
	}
	claim := decisive(q)
	if q.Subject.Type != "user" || claim == "" {
		return nil
	}
	if near := t.short(ctx, q.Subject, place, claim); len(near) > 0 {
		return near
	}
	return t.outside(ctx, q.Subject.ID, place, claim)
}

// onlyFor are the permissions that no claim or role gives.
var onlyFor = map[string]string{
	"group#manage_members":  "only the group's owners have it",
	"module#use":            "only those have it to whom it was given at a tenant group",
	"backup_config#read":    "only those machines and agents have it to which it is assigned",
	"connection_string#use": "only those machines and agents have it to which it is assigned",
	"encryption_key#use":    "only those machines and agents have it to which it is assigned",
	"backup_report#submit":  "only the agents of its organization have it",
}

// unfit tells what is wrong with a subject itself.
func (t *teller) unfit(ctx context.Context, subject Object) string {
	if subject.Type != "user" {
		_, err := t.op.snap.Resource(ctx, subject)
		if errors.Is(err, ErrNoRow) {
			return fmt.Sprintf("there is no %s `%s`", noun(subject.Type), subject.ID)
		}
		t.fail(err)
		return ""
	}
	user, err := t.op.snap.User(ctx, subject.ID)
	switch {
	case errors.Is(err, ErrNoRow):
		return fmt.Sprintf("there is no user `%s`", subject.ID)
	case err == nil && user.State != UserActive:
		return t.name(ctx, subject) + " is deactivated"
	}
	t.fail(err)
	return ""
}

// place is the organization in which a resource is.
func (t *teller) place(ctx context.Context, resource Object) (o Organization) {
	id, _, _ := strings.Cut(resource.ID, "/") // a module's is the organization's with its own
	var err error
	switch resource.Type {
	case "organization", "module":
	case "group":
		var g Group
		g, err = t.op.snap.Group(ctx, id)
		id = g.OrganizationID
	case "tenant_group":
		id = t.rootID
	default:
		var r Resource
		r, err = t.op.snap.Resource(ctx, resource)
		id = r.OrganizationID
	}
	t.fail(err)
	if t.err == nil {
		o, err = t.op.snap.Organization(ctx, id)
		t.fail(err)
	}
	return o
}

// decisive is what is asked for in the organization of the resource: the claim or permission
// there that gives it. It is "" where there is none.
func decisive(q Question) string {
	resourceType := ResourceType(q.Resource.Type)
	switch {
	case resourceType == "organization":
		return q.Permission
	case !slices.Contains(RegisteredTypes, resourceType):
		return ""
	case q.Permission == "view":
		return string(resourceType.viewing())
	}
	return string(resourceType.managing())
}

// short tells of the ways by which a user has access to a place, and that they do not give
// what is asked for.
func (t *teller) short(ctx context.Context, subject Object, place Organization, claim string) (near []string) {
	if claim == "access" {
		return nil
	}
	ways, err := t.ways(ctx, Question{subject, "access", Object{"organization", place.ID}})
	t.fail(err)
	for _, way := range ways.Ways {
		near = append(near, t.account(ctx, way)+", but "+t.lack(ctx, way, claim))
	}
	return near
}

// lack says what is missing on a way that gives access alone.
func (t *teller) lack(ctx context.Context, way Way, claim string) string {
	i := slices.IndexFunc(way, func(r Relationship) bool { return r.Resource.Type == "group" })
	if i < 0 {
		return "that does not give `" + claim + "`"
	}
	g, ok := t.group(ctx, way[i].Resource.ID)
	if ok && slices.Contains(Implied(g.Claims), claimOf(claim)) {
		return "the link is narrowed and does not let `" + claim + "` through"
	}
	return "the group does not carry `" + string(claimOf(claim)) + "`"
}

// claimOf is the claim of a group that gives a permission: those that are no claims are
// given by ownership.
func claimOf(permission string) Claim {
	if c := Claim(permission); slices.Contains(Claims, c) {
		return c
	}
	return ClaimOwner
}

// outside tells of a user's groups that are not active in a place, and of what he owns
// besides. What is linked where is not for users who have no access there.
func (t *teller) outside(ctx context.Context, userID string, place Organization, claim string) (near []string) {
	if t.toldAll() {
		near = t.apart(ctx, userID, place, claim)
	}
	for _, id := range place.Above() {
		_, err := t.op.snap.Owner(ctx, id, userID)
		if err == nil {
			near = append(near, fmt.Sprintf("%s is an owner of %s above it, which gives nothing here: organizations are isolated",
				t.name(ctx, Object{"user", userID}), t.name(ctx, Object{"organization", id})))
		} else if !errors.Is(err, ErrNoRow) {
			t.fail(err)
		}
	}
	return near
}

// apart tells of groups that would give it if something else were not missing, and then of
// the others.
func (t *teller) apart(ctx context.Context, userID string, place Organization, claim string) (near []string) {
	var others []string
	who := t.name(ctx, Object{"user", userID})
	for _, g := range t.groupsWith(ctx, userID, GroupMember) {
		text := fmt.Sprintf("%s is a member of %s%s, %s", who, t.name(ctx, Object{"group", g.ID}), t.home(ctx, g.ID), t.inactive(ctx, g, place))
		if claim == "access" || slices.Contains(Implied(g.Claims), claimOf(claim)) {
			near = append(near, text)
		} else {
			others = append(others, text)
		}
	}
	others = append(others, t.beside(ctx, userID, place)...)
	for _, g := range t.groupsWith(ctx, userID, GroupOwner) {
		others = append(others, fmt.Sprintf("%s is an owner of %s%s, and holds nothing by that", who, t.name(ctx, Object{"group", g.ID}), t.home(ctx, g.ID)))
	}
	return append(near, others...)
}

// beside tells of a user's account role and of his tenant groups, that none of them reaches
// a place.
func (t *teller) beside(ctx context.Context, userID string, place Organization) (near []string) {
	who, here := t.name(ctx, Object{"user", userID}), t.name(ctx, Object{"organization", place.ID})
	a, err := t.op.snap.Administrator(ctx, t.rootID, userID)
	switch {
	case errors.Is(err, ErrNoRow):
		err = nil
	case err == nil && !place.IsRoot():
		why := here + " is not among the subaccounts that are reached by that"
		if !place.IsDelegated() {
			why = here + " is isolated from its account"
		}
		near = append(near, fmt.Sprintf("%s is an administrator of %s with the subaccount role `%s`, but %s",
			who, t.name(ctx, Object{"organization", t.rootID}), a.SubaccountRole, why))
	}
	t.fail(err)
	places, err := t.op.snap.TenantGroupUsersOf(ctx, t.rootID, userID)
	t.fail(err)
	for _, p := range places {
		near = append(near, fmt.Sprintf("%s is a user of %s, which does not contain %s", who, t.name(ctx, Object{"tenant_group", p.TenantGroupID}), here))
	}
	return near
}

// groupsWith are the groups of the tree in which a user has a role.
func (t *teller) groupsWith(ctx context.Context, userID string, role GroupRole) []Group {
	groups, err := t.op.snap.GroupsWith(ctx, userID, role)
	t.fail(err)
	return slices.DeleteFunc(groups, func(g Group) bool { return g.RootID != t.rootID })
}

// inactive says why a group gives nothing in a place.
func (t *teller) inactive(ctx context.Context, g Group, place Organization) string {
	links, err := t.op.snap.LinksCovering(ctx, place, PageAll)
	t.fail(err)
	for _, link := range links {
		switch {
		case link.GroupID != g.ID:
		case link.Unlicensed:
			return "whose link is inactive: it needs an active Enterprise subscription of the root"
		case g.Suspended:
			return "whose home is suspended"
		}
	}
	return "which is not linked to " + t.name(ctx, Object{"organization", place.ID})
}
