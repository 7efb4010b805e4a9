package oracle

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

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
