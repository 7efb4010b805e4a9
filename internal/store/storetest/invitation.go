package storetest

import (
	"fmt"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var invitationTests = map[string]func(world){
	"Invitations page by id":                           pagesOfInvitations,
	"Invitations match their state":                    invitationsByState,
	"The newest invitation is the one mailed last":     invitationNewest,
	"Invitations to a group are those of every state":  invitationsToGroup,
	"Pending invitations end":                          invitationsEnd,
	"An invitation is found by its newest token":       invitationByToken,
	"A verified address is found among active members": membershipVerified,
	"An e-mail domain belongs to one organization":     domainsOnce,
}

func invitation(id string, g tenancy.Group, mailbox string) tenancy.Invitation {
	return tenancy.Invitation{ID: id, OrganizationID: g.OrganizationID, GroupID: g.ID, RootID: g.RootID,
		Email: "E-" + mailbox, Mailbox: mailbox, Role: tenancy.GroupMember, State: tenancy.InvitationPending,
		InvitedBy: "ann", CreatedAt: minute(8), SentAt: minute(9), ExpiresAt: minute(40)}
}

func inState(i tenancy.Invitation, state tenancy.InvitationState) tenancy.Invitation {
	i.State = state
	return i
}

// groupWorld commits ann, and the groups techs and sales of acme.
func groupWorld(w world) (techs, sales tenancy.Group) {
	acme := root("acme")
	techs, sales = group("techs", acme), group("sales", acme)
	w.commit(create(acme), create(techs), create(sales), create(user("ann")))
	return techs, sales
}

func pagesOfInvitations(w world) {
	techs, _ := groupWorld(w)
	var rows []tenancy.RowChange
	var keys []string
	for i := range many {
		rows = append(rows, create(invitation(key(i), techs, fmt.Sprint("box", i))))
		keys = append(keys, key(i))
	}
	w.commit(rows...)
	for _, state := range []tenancy.InvitationState{"", tenancy.InvitationPending} {
		w.look(func(s tenancy.Snapshot) {
			pages(w, keys, func(p tenancy.Page) ([]tenancy.Invitation, error) {
				return s.Invitations(w.ctx(), "acme", state, p)
			}, func(i tenancy.Invitation) string { return i.ID })
		})
	}
}

func invitationsByState(w world) {
	techs, _ := groupWorld(w)
	rows := []tenancy.RowChange{create(invitation("i0", techs, "box0"))}
	states := []tenancy.InvitationState{tenancy.InvitationAccepted, tenancy.InvitationExpired, tenancy.InvitationRevoked, tenancy.InvitationDeclined}
	for n, state := range states {
		rows = append(rows, create(inState(invitation(fmt.Sprint("i", n+1), techs, "box"), state)))
	}
	w.commit(rows...)
	for state, want := range map[tenancy.InvitationState][]string{
		"": {"i0", "i1", "i2", "i3", "i4"}, tenancy.InvitationPending: {"i0"}, tenancy.InvitationExpired: {"i2"}, "no state": nil,
	} {
		w.look(func(s tenancy.Snapshot) {
			found, err := s.Invitations(w.ctx(), "acme", state, tenancy.PageAll)
			require.NoError(w.t, err)
			require.Equal(w.t, want, invitationIDs(found), "%s", state)
		})
	}
}

func invitationIDs(invitations []tenancy.Invitation) (ids []string) {
	for _, i := range invitations {
		ids = append(ids, i.ID)
	}
	return ids
}

func invitationNewest(w world) {
	techs, sales := groupWorld(w)
	late := invitation("a", techs, "box")
	late.SentAt = minute(20)
	w.commit(create(late), create(invitation("b", techs, "box")), create(invitation("c", sales, "box")), create(invitation("d", techs, "other")))
	w.look(func(s tenancy.Snapshot) {
		found, err := s.NewestInvitation(w.ctx(), "techs", "box")
		require.NoError(w.t, err)
		require.Equal(w.t, late, found)
		_, err = s.NewestInvitation(w.ctx(), "sales", "other")
		require.ErrorIs(w.t, err, tenancy.ErrNoRow)
	})
}

func invitationsToGroup(w world) {
	techs, sales := groupWorld(w)
	w.commit(create(inState(invitation("b", techs, "box"), tenancy.InvitationRevoked)), create(invitation("c", techs, "box")),
		create(invitation("d", techs, "a-box")), create(invitation("a", sales, "box")))
	w.look(func(s tenancy.Snapshot) {
		found, err := s.InvitationsTo(w.ctx(), "techs")
		require.NoError(w.t, err)
		require.Equal(w.t, []string{"d", "b", "c"}, invitationIDs(found))
	})
}

func invitationsEnd(w world) {
	techs, _ := groupWorld(w)
	early, late := invitation("i", techs, "box"), invitation("j", techs, "other")
	early.ExpiresAt = minute(20)
	w.commit(create(late), create(early), create(inState(invitation("k", techs, "third"), tenancy.InvitationRevoked)))
	w.endsAt("acme", minute(20))
	w.look(func(s tenancy.Snapshot) {
		for at, want := range map[int][]tenancy.Row{19: nil, 20: {early}, 40: {early, late}} {
			rows, err := s.Over(w.ctx(), "acme", minute(at), 10)
			require.NoError(w.t, err)
			require.Equal(w.t, want, rows)
		}
	})
	w.commit(alter(early, inState(early, tenancy.InvitationAccepted)))
	w.endsAt("acme", minute(40))
	w.commit(alter(late, inState(late, tenancy.InvitationExpired)))
	w.endsAt("acme", time.Time{})
}

func invitationByToken(w world) {
	techs, _ := groupWorld(w)
	i := invitation("i", techs, "box")
	w.commitWith(tenancy.InvitationToken{InvitationID: "i", Hash: hash(1)}, create(i))
	w.tokens("i", hash(1))
	w.commitWith(tenancy.InvitationToken{InvitationID: "i", Hash: hash(2)}, alter(i, altered(i)))
	w.tokens("i", hash(2), hash(1))
	w.commit(remove(altered(i)))
	w.tokens("", hash(2), hash(1))
}

func hash(n byte) tenancy.TokenHash { return tenancy.TokenHash{n} }

// commitWith commits the rows with what they say of a token.
func (w world) commitWith(token tenancy.InvitationToken, rows ...tenancy.RowChange) {
	w.t.Helper()
	c := w.change(rows...)
	c.Tokens = []tenancy.InvitationToken{token}
	_, err := w.Commit(w.ctx(), c, nil)
	require.NoError(w.t, err)
}

// tokens asserts that the first hash is that of the invitation, if it names one, and that
// nothing else is found.
func (w world) tokens(id string, hashes ...tenancy.TokenHash) {
	w.t.Helper()
	w.look(func(s tenancy.Snapshot) {
		for n, h := range append(hashes, tenancy.TokenHash{}) {
			i, err := s.InvitationWith(w.ctx(), h)
			if n == 0 && id != "" {
				require.NoError(w.t, err)
				require.Equal(w.t, id, i.ID)
				continue
			}
			require.ErrorIs(w.t, err, tenancy.ErrNoRow)
		}
	})
}

func membershipVerified(w world) {
	techs, sales := groupWorld(w)
	rows := []tenancy.RowChange{}
	for id, email := range map[string]string{"u1": "Ben@Example.org", "u2": "cem@example.org", "u3": "unverified@example.org", "u4": ""} {
		u := user(id)
		u.Email, u.EmailVerified = email, id != "u3" && id != "u4"
		m := membership(techs, tenancy.GroupMember, id)
		m.Inactive = id == "u2"
		rows = append(rows, create(u), create(m))
	}
	w.commit(rows...)
	w.look(func(s tenancy.Snapshot) {
		for _, c := range []struct {
			group string
			role  tenancy.GroupRole
			email string
			want  bool
		}{
			{"techs", tenancy.GroupMember, "ben@example.org", true},
			{"techs", tenancy.GroupMember, "BEN@EXAMPLE.ORG", true},
			{"techs", tenancy.GroupMember, "ben+x@example.org", false},
			{"techs", tenancy.GroupOwner, "ben@example.org", false},
			{sales.ID, tenancy.GroupMember, "ben@example.org", false},
			{"techs", tenancy.GroupMember, "cem@example.org", false},
			{"techs", tenancy.GroupMember, "unverified@example.org", false},
			{"techs", tenancy.GroupMember, "", false},
		} {
			got, err := s.HasVerified(w.ctx(), c.group, c.role, c.email)
			require.NoError(w.t, err)
			require.Equal(w.t, c.want, got, c)
		}
	})
}

func domainsOnce(w world) {
	with := func(o tenancy.Organization, domain string) tenancy.Organization {
		o.EmailDomain = domain
		return o
	}
	acme := with(root("acme"), "acme.example")
	w.commit(create(acme), create(root("other")), create(child("none", root("other"))))
	w.fails(tenancy.ErrDomainTaken, w.change(create(with(child("north", acme), "acme.example"))))
	w.fails(tenancy.ErrDomainTaken, w.change(create(with(root("rival"), "acme.example"))))
	w.commit(alter(acme, acme))
	w.commit(remove(acme))
	w.commit(create(with(root("rival"), "acme.example")))
}
