package oracle

import (
	"slices"
	"strings"
)

func organizationOfModule(id string) string {
	organization, _, _ := strings.Cut(id, "/")
	return organization
}

// roster is: people first, and then who is invited, by mailbox.
func (a *attempt) roster() {
	id, _ := a.targeted("view_roster")
	state, via := a.query("state"), a.query("via")
	a.valid(state == "" || state == "active" || state == "pending")
	a.valid(via == "" || slices.Contains([]string{"owner", "group", "linked_group", "account_role", "tenant_group"}, via))
	a.answer.Items = []any{}
	wanted := func(ways []way) bool {
		return len(ways) > 0 && (via == "" || slices.ContainsFunc(ways, func(v way) bool { return v.via == via }))
	}
	for _, userID := range sortedKeys(a.users) {
		if ways := a.ways(userID, id); wanted(ways) && state != "pending" {
			u := a.users[userID]
			person := map[string]any{"id": userID, "email": u.email, "name": u.name}
			a.answer.Items = append(a.answer.Items, entry(person, u.email, "active", id, ways))
		}
	}
	boxes := a.invitedTo(id)
	for _, box := range sortedKeys(boxes) {
		if wanted(boxes[box].ways) && state != "active" {
			a.answer.Items = append(a.answer.Items, entry(nil, boxes[box].email, "pending", id, boxes[box].ways))
		}
	}
}

func entry(person any, email, state, organization string, ways []way) any {
	locked, access := true, []any{}
	for _, v := range ways {
		locked = locked && v.outside(organization)
		access = append(access, map[string]any{
			"via": v.via, "role": v.role, "claims": list(v.claims), "group_id": orNull(v.group), "tenant_group_id": orNull(v.team),
			"organization_id": v.at, "since": instant(v.since), "expires_at": instant(v.expires), "self_grant": v.self,
		})
	}
	return map[string]any{"user": person, "email": email, "state": state, "access": access, "locked": locked}
}

// invited are the invitations to one mailbox.
type invited struct {
	email string // as it was last written
	ways  []way
}

// invitedTo are those who are invited to groups that are active in an organization (D-17).
func (w *World) invitedTo(id string) map[string]invited {
	boxes := map[string]invited{}
	newest := map[string]string{}
	for invitationID, i := range w.invitations {
		if i.state != "pending" {
			continue
		}
		for _, on := range w.activations(i.group, id) {
			box := boxes[mailbox(i.email)]
			as := on.way(w.groups[i.group], seat{group: i.group, role: i.role}, membership{since: i.created, expires: i.expires})
			box.ways = append(box.ways, as)
			last, seen := newest[mailbox(i.email)]
			if !seen || w.invitations[last].created.Before(i.created) {
				newest[mailbox(i.email)], box.email = invitationID, i.email
			}
			boxes[mailbox(i.email)] = box
		}
	}
	return boxes
}

// listAudit asks who may read a trail; what stands in it is compared event by event.
func (a *attempt) listAudit() { a.targeted("view_roster") }
