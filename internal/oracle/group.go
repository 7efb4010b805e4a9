package oracle

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

func (a *attempt) createGroup() {
	home, _ := a.targeted("manage_groups")
	a.holdsAll(a.texts("claims"), home)
	owner := a.founder()
	g := group{home: home, name: a.name(a.text("name")), claims: a.claims(a.texts("claims")), created: a.Now}
	id := a.id(a.text("id"))
	a.must(!a.used[Object{"group", id}], "id-used")
	a.used[Object{"group", id}] = true
	a.groups[id] = g
	a.memberships[seat{id, "owner", owner}] = membership{since: a.Now}
}

func showGroup(id string, g group) any {
	return map[string]any{
		"id": id, "organization_id": g.home, "name": g.name, "claims": list(g.claims), "created_at": instant(g.created),
	}
}

func (a *attempt) getGroup() { a.answer.Shown = showGroup(a.path["gid"], a.seeGroup(a.path["gid"])) }

func (a *attempt) listGroups() {
	home, _ := a.targeted("view_roster")
	for id, g := range a.groups {
		if g.home == home {
			a.answer.Items = append(a.answer.Items, showGroup(id, g))
		}
	}
}

// managed is a group that the caller may rename, delete and give claims (R-17, D-1, D-2).
func (a *attempt) managed() (string, group) {
	id := a.path["gid"]
	g := a.seeGroup(id)
	a.require("manage_groups", g.home)
	a.holdsAll(g.claims, g.home)
	return id, g
}

func (a *attempt) renameGroup() {
	id, g := a.managed()
	if a.given("name") {
		g.name = a.name(a.text("name"))
	}
	a.groups[id] = g
}

func (a *attempt) setClaims() {
	id, g := a.managed()
	a.holdsAll(a.texts("claims"), g.home)
	g.claims = a.claims(a.texts("claims"))
	a.groups[id] = g
}

func (a *attempt) deleteGroup() {
	id, _ := a.managed()
	a.eraseGroup(id)
}

func listMembers(role string) func(*attempt) {
	return func(a *attempt) {
		a.seeGroup(a.path["gid"])
		for s, m := range a.memberships {
			if s.group == a.path["gid"] && s.role == role {
				a.answer.Items = append(a.answer.Items, holder(s.user, m.since, m.expires, m.self))
			}
		}
	}
}

// putMember is and D-24.
func putMember(role string) func(*attempt) {
	return func(a *attempt) {
		s := seat{a.path["gid"], role, a.path["user"]}
		g := a.seeGroup(s.group)
		himself := role == "owner" && s.user == a.request.User && a.may("own", g.home)
		a.must(a.managesMembers(s.group) || himself, "forbidden")
		a.person(s.user)
		a.valid(role == "member" || !a.given("expires_at"))
		before, held := a.memberships[s]
		after := before
		after.expires = a.end("expires_at")
		if !held {
			after.since = a.Now
		}
		// Whose membership lasts longer was given something (decided).
		if !held || !before.expires.IsZero() && (after.expires.IsZero() || after.expires.After(before.expires)) {
			after.self = s.user == a.request.User
		}
		a.memberships[s] = after
	}
}

func removeMember(role string) func(*attempt) {
	return func(a *attempt) {
		s := seat{a.path["gid"], role, a.path["user"]}
		a.seeGroup(s.group)
		a.must(a.managesMembers(s.group), "forbidden")
		_, held := a.memberships[s]
		a.must(held, notFound)
		others := 0
		for other := range a.memberships {
			if other.group == s.group && other.role == "owner" && other.user != s.user && a.active(other.user) {
				others++
			}
		}
		a.must(role == "member" || others > 0 || !a.active(s.user), "last-owner")
		delete(a.memberships, s)
	}
}

// Links.

// terms are what a link is to give, and until when (R-24, D-14).
func (a *attempt) terms(g group) link {
	l := link{created: a.Now, expires: a.end("expires_at")}
	scope := a.text("scope")
	a.valid(scope == "" || scope == "organization" || scope == "subtree")
	l.subtree = scope == "subtree"
	if a.given("claims") {
		l.claims = append([]string{}, a.claims(a.texts("claims"))...)
	}
	for _, c := range l.claims {
		a.valid(slices.Contains(implied(g.claims), c))
	}
	return l
}

// ownsEnds is.
func (a *attempt) ownsEnds(groupID string, covered []string) {
	g := a.groups[groupID]
	for _, id := range covered {
		a.require("own", id)
	}
	a.require("own", g.home)
	a.must(a.managesMembers(groupID), "forbidden")
	a.license(g.home)
}

func (a *attempt) makeLink(groupID string, place Object, l link) {
	k := linkKey{groupID, place}
	if before, there := a.links[k]; there {
		l.created = before.created
	}
	a.links[k] = l
}

func (a *attempt) putLink() {
	target, groupID := a.path["id"], a.path["gid"]
	a.see(target)
	g := a.seeGroup(groupID)
	covered := []string{target}
	if a.text("scope") == "subtree" {
		covered = a.subtree(target)
	}
	a.ownsEnds(groupID, covered)
	l := a.terms(g)
	a.must(a.isBelow(target, g.home) || l.subtree && target == g.home, "not-descendant")
	a.makeLink(groupID, Object{"organization", target}, l)
}

// putLinks is R-25 and D-15.
func (a *attempt) putLinks() {
	groupID := a.path["gid"]
	g := a.seeGroup(groupID)
	var targets []string
	top := a.text("descendants_of")
	both := a.given("organization_ids") == a.given("descendants_of")
	switch {
	case both:
		a.ownsEnds(groupID, nil)
		a.valid(false)
	case top != "":
		a.see(top)
		a.ownsEnds(groupID, a.subtree(top))
		a.must(top == g.home || a.isBelow(top, g.home), "not-descendant")
		targets = but(a.subtree(top), top)
	default:
		targets = slices.Compact(slices.Sorted(slices.Values(a.texts("organization_ids"))))
		for _, id := range targets {
			a.see(id)
		}
		a.ownsEnds(groupID, targets)
	}
	l := a.terms(g)
	for _, id := range targets {
		a.must(a.isBelow(id, g.home), "not-descendant")
	}
	for _, id := range targets {
		a.makeLink(groupID, Object{"organization", id}, l)
	}
}

// removeLink is D-32. It asks nobody who may end the link whether he sees its other end.
func (a *attempt) removeLink() {
	a.act()
	target, groupID := a.path["id"], a.path["gid"]
	_, exists := a.organizations[target]
	a.must(exists, notFound)
	a.tell(a.root(target))
	k := linkKey{groupID, Object{"organization", target}}
	_, there := a.links[k]
	elsewhere := slices.ContainsFunc(a.linksInto(target), func(other linkKey) bool { return other.group == groupID })
	a.must(there || elsewhere, notFound)
	g := a.groups[groupID]
	a.here(a.root(g.home))
	if !a.may("own", target) && !a.may("own", g.home) && !a.managesMembers(groupID) {
		a.must(a.seesGroup(a.request.User, groupID) && a.seesOrganization(target), notFound)
		a.must(false, "forbidden")
	}
	a.must(there, "managed-elsewhere")
	delete(a.links, k)
}

// linksInto are all links that cover an organization, with force or without.
func (a *attempt) linksInto(id string) (links []linkKey) {
	for k, l := range a.links {
		if _, covers := a.covers(k, l, id); covers {
			links = append(links, k)
		}
	}
	return links
}

func (a *attempt) listLinksInto() {
	id, _ := a.targeted("view_roster")
	for _, k := range a.linksInto(id) {
		a.answer.Items = append(a.answer.Items, a.showLink(k, a.links[k]))
	}
}

// listLinksOf shows others than the group's owners, and those who see its home's roster, the
// links alone that cover what they have access to.
func (a *attempt) listLinksOf() {
	id := a.path["gid"]
	g := a.seeGroup(id)
	all := a.managesMembers(id) || a.may("view_roster", g.home)
	for k, l := range a.links {
		if k.group == id && (all || a.entersSome(k, l)) {
			a.answer.Items = append(a.answer.Items, a.showLink(k, l))
		}
	}
}

func (a *attempt) entersSome(k linkKey, l link) bool {
	for id := range a.organizations {
		if _, covers := a.covers(k, l, id); covers && a.may("access", id) {
			return true
		}
	}
	return false
}

func (a *attempt) showLink(k linkKey, l link) any {
	g := a.groups[k.group]
	shown := map[string]any{"group_id": k.group, "claims": nil, "expires_at": instant(l.expires), "state": "active", "reason": ""}
	if l.claims != nil {
		shown["claims"] = list(l.claims)
	}
	stands := k.place.ID
	if k.place.Type == "tenant_group" {
		shown["tenant_group_id"], stands = k.place.ID, g.home
	} else {
		shown["organization_id"], shown["scope"] = k.place.ID, "organization"
		if l.subtree {
			shown["scope"] = "subtree"
		}
	}
	switch {
	case a.suspended(stands):
		shown["state"], shown["reason"] = "inactive", "suspended"
	case !a.licensed(g.home):
		shown["state"], shown["reason"] = "inactive", "license"
	}
	return shown
}

// Invitations.

const (
	// cooldown and lifetime are the service's defaults (API, "Program").
	cooldown = 15 * time.Minute
	lifetime = 7 * 24 * time.Hour
)

// invite is and D-16.
func (a *attempt) invite() {
	groupID := a.path["gid"]
	g := a.seeGroup(groupID)
	a.must(a.request.User != "", "forbidden")
	a.require("own", g.home)
	a.must(a.managesMembers(groupID), "forbidden")
	a.license(g.home)
	role, email := a.text("role"), a.text("email")
	a.valid((role == "owner" || role == "member") && exact(email) != "")
	_, domain, _ := strings.Cut(strings.ToLower(email), "@")
	a.must(a.organizations[g.home].domain == "" || a.organizations[g.home].domain == domain, "email-domain")
	var sent time.Time
	for _, i := range a.invitations {
		if i.group == groupID && i.email != "" && mailbox(i.email) == mailbox(email) {
			a.must(i.state != "pending", "duplicate-invitation")
			sent = latest(sent, i.sent)
		}
	}
	for s := range a.memberships {
		u := a.users[s.user]
		has := s.group == groupID && s.role == role && u.verified && exact(u.email) == exact(email)
		a.must(!has, "already-member")
	}
	a.must(sent.IsZero() || !a.Now.Before(sent.Add(cooldown)), "cooldown")
	id := a.choose("invitation")
	a.invitations[id] = invitation{
		group: groupID, email: email, role: role, state: "pending", by: a.request.User,
		created: a.Now, sent: a.Now, expires: a.Now.Add(lifetime), token: a.token(id),
	}
}

// token is what the oracle calls the next token of an invitation. Each is good until the next
// one is made.
func (a *attempt) token(id string) string {
	a.made++
	a.answer.Token = fmt.Sprintf("%s-token%d", id, a.made)
	return a.answer.Token
}

func (a *attempt) showInvitation(id string) any {
	i := a.invitations[id]
	return map[string]any{
		"id": id, "organization_id": a.groups[i.group].home, "group_id": i.group, "email": i.email, "role": i.role, "state": i.state,
		"invited_by": i.by, "created_at": instant(i.created), "expires_at": instant(i.expires), "resend_after": instant(i.sent.Add(cooldown)),
	}
}

func (a *attempt) listInvitations() {
	home, _ := a.targeted("view_roster")
	state := a.query("state")
	a.valid(state == "" || slices.Contains([]string{"pending", "accepted", "expired", "revoked", "declined"}, state))
	for id, i := range a.invitations {
		if a.groups[i.group].home == home && (state == "" || state == i.state) {
			a.answer.Items = append(a.answer.Items, a.showInvitation(id))
		}
	}
}

// ownInvitation is one that the caller may see (D-21), and could have made but for the licence.
func (a *attempt) ownInvitation() (string, invitation) {
	a.act()
	id := a.path["invitation"]
	i, exists := a.invitations[id]
	a.must(exists, notFound)
	home := a.groups[i.group].home
	a.tell(a.root(home))
	a.must(a.may("view_roster", home), notFound)
	a.here(a.root(home))
	a.require("own", home)
	a.must(a.managesMembers(i.group), "forbidden")
	return id, i
}

func (a *attempt) resend() {
	id, i := a.ownInvitation()
	a.license(a.groups[i.group].home)
	a.must(i.state == "pending", "invitation-closed")
	a.qualified(i)
	a.must(!a.Now.Before(i.sent.Add(cooldown)), "cooldown")
	i.sent, i.expires, i.token = a.Now, a.Now.Add(lifetime), a.token(id)
	a.invitations[id] = i
}

// qualified tells that the inviter could still invite.
func (a *attempt) qualified(i invitation) {
	a.must(a.owns(i.by, a.groups[i.group].home) && a.ownsGroup(i.by, i.group), "inviter-unqualified")
}

func (a *attempt) revoke() {
	id, i := a.ownInvitation()
	a.must(i.state == "pending", "invitation-closed")
	i.state = "revoked"
	a.invitations[id] = i
}

// invited is the invitation of a token, for the person whom it invites.
func (a *attempt) invited() (string, invitation) {
	a.must(a.request.User != "", "forbidden")
	for _, id := range sortedKeys(a.invitations) {
		i := a.invitations[id]
		if i.token != a.text("token") || i.token == "" {
			continue
		}
		a.tell(a.root(a.groups[i.group].home))
		a.target.ID = id
		a.here(a.root(a.groups[i.group].home))
		u := a.users[a.request.User]
		a.must(u.verified && exact(u.email) == exact(i.email), "email-mismatch")
		return id, i
	}
	panic(refusal(notFound))
}

func (a *attempt) accept() {
	id, i := a.invited()
	a.license(a.groups[i.group].home)
	a.must(i.state == "pending", "invitation-closed")
	a.qualified(i)
	s := seat{i.group, i.role, a.request.User}
	_, held := a.memberships[s]
	a.must(!held, "already-member")
	a.memberships[s] = membership{since: a.Now, self: i.by == a.request.User}
	i.state = "accepted"
	a.invitations[id] = i
}

func (a *attempt) decline() {
	id, i := a.invited()
	a.must(i.state == "pending", "invitation-closed")
	i.state = "declined"
	a.invitations[id] = i
}
