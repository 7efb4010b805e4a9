package oracle_test

import (
	"github.com/tenantry/tenantry/internal/oracle"
)

// moves are the operations that change something. Those that a game needs most stand twice.
var moves = map[string]move{
	"user.put": func(d dice) oracle.Request {
		state := any(nil)
		if d.once("deactivate", 3) {
			state = "deactivated"
		}
		return request("PUT", "/v1/users/"+d.user(), body("email", d.of("address", addresses), "email_verified", !d.once("unverified", 4), "state", state))
	},
	"user.erase": func(d dice) oracle.Request {
		if d.coin("address") {
			return request("POST", "/v1/erasures", body("email", d.of("address", addresses)))
		}
		return request("POST", "/v1/users/"+d.user()+"/erase", "")
	},
	"organization.create":       createOrganization,
	"organization.create again": createOrganization,
	"organization.patch": func(d dice) oracle.Request {
		fields := []any{d.of("field", []string{"isolation", "isolation", "name", "state", "email_domain", "do_not_disturb"}), nil}
		switch fields[0] {
		case "isolation":
			fields[1] = d.of("isolation", []string{"delegated", "delegated", "isolated"})
		case "name":
			fields[1] = d.of("name", []string{"New", " "})
		case "state":
			fields[1] = d.of("state", []string{"suspended", "active", "active"})
		case "email_domain":
			fields[1] = d.of("domain", []string{"w0-x.example", "w0-y.example"})
		default:
			fields[1] = map[string]any{"from": "22:00", "to": d.of("to", []string{"06:00", "23:00", "22:00"}), "time_zone": "UTC"}
		}
		return request("PATCH", "/v1/organizations/"+d.organization(), body(fields...))
	},
	"organization.delete": func(d dice) oracle.Request {
		return request("DELETE", "/v1/organizations/"+d.organization(), "")
	},
	"organization.attach": func(d dice) oracle.Request {
		return request("POST", "/v1/organizations/"+d.organization()+"/attach", body("parent_id", d.organization()))
	},
	"organization.detach": func(d dice) oracle.Request {
		return request("POST", "/v1/organizations/"+d.organization()+"/detach", "")
	},
	"subscription.put": func(d dice) oracle.Request {
		return request("PUT", "/v1/organizations/"+d.organization()+"/subscription",
			body("plan", d.of("plan", []string{"enterprise", "enterprise", "free", "pro", "gold"}), "status", d.of("status", []string{"active", "active", "canceled"})))
	},
	"owner.put": func(d dice) oracle.Request {
		return request("PUT", "/v1/organizations/"+d.organization()+"/owners/"+d.user(), "")
	},
	"owner.remove": func(d dice) oracle.Request {
		return request("DELETE", "/v1/organizations/"+d.organization()+"/owners/"+d.user(), "")
	},
	"administrator.put":       putAdministrator,
	"administrator.put again": putAdministrator,
	"administrator.remove": func(d dice) oracle.Request {
		return request("DELETE", "/v1/organizations/"+d.organization()+"/administrators/"+d.user(), "")
	},
	"administrator.batch": func(d dice) oracle.Request {
		list := []any{}
		for range evenly(3).Draw(d.t, "how many") {
			list = append(list, d.administrator("user_id", d.user()))
		}
		return request("POST", "/v1/organizations/"+d.organization()+"/administrators/batch", body("administrators", list))
	},
	"group.create": func(d dice) oracle.Request {
		return request("POST", "/v1/organizations/"+d.organization()+"/groups", body("id", d.group(), "name", "G", "claims", d.some("claims", claims)))
	},
	"group.rename": func(d dice) oracle.Request {
		return request("PATCH", "/v1/groups/"+d.group(), body("name", d.of("name", []string{"New", "G", " "})))
	},
	"group.delete": func(d dice) oracle.Request { return request("DELETE", "/v1/groups/"+d.group(), "") },
	"group.claims": func(d dice) oracle.Request {
		return request("PUT", "/v1/groups/"+d.group()+"/claims", body("claims", d.some("claims", claims)))
	},
	"group.owner.put": func(d dice) oracle.Request {
		return request("PUT", "/v1/groups/"+d.group()+"/owners/"+d.user(), "")
	},
	"group.owner.remove": func(d dice) oracle.Request {
		return request("DELETE", "/v1/groups/"+d.group()+"/owners/"+d.user(), "")
	},
	"group.member.put":       putMember,
	"group.member.put again": putMember,
	"group.member.remove": func(d dice) oracle.Request {
		return request("DELETE", "/v1/groups/"+d.group()+"/members/"+d.user(), "")
	},
	"link.put":       putLink,
	"link.put again": putLink,
	"link.remove": func(d dice) oracle.Request {
		return request("DELETE", "/v1/organizations/"+d.organization()+"/links/"+d.group(), "")
	},
	"link.batch": func(d dice) oracle.Request {
		to := []any{"descendants_of", d.organization()}
		if d.coin("named") {
			to = []any{"organization_ids", d.some("targets", organizations)}
		}
		return request("POST", "/v1/groups/"+d.group()+"/links/batch", body(append(to, "claims", d.maybeClaims(), "expires_at", d.maybeEnd())...))
	},
	"tenant_group.create": func(d dice) oracle.Request {
		parent := d.maybe("parent", func() any { return d.team() })
		return request("POST", "/v1/organizations/"+d.organization()+"/tenant-groups", body("id", d.team(), "name", "T", "parent_id", parent))
	},
	"tenant_group.rename": func(d dice) oracle.Request {
		return request("PATCH", "/v1/tenant-groups/"+d.team(), body("name", d.of("name", []string{"New", "T", " "})))
	},
	"tenant_group.delete":           func(d dice) oracle.Request { return request("DELETE", "/v1/tenant-groups/"+d.team(), "") },
	"tenant_group.tenant.put":       putPlace,
	"tenant_group.tenant.put again": putPlace,
	"tenant_group.tenant.remove": func(d dice) oracle.Request {
		return request("DELETE", "/v1/tenant-groups/"+d.team()+"/tenants/"+d.organization(), "")
	},
	"tenant_group.user.put":       putTeamUser,
	"tenant_group.user.put again": putTeamUser,
	"tenant_group.user.remove": func(d dice) oracle.Request {
		return request("DELETE", "/v1/tenant-groups/"+d.team()+"/users/"+d.user(), "")
	},
	"tenant_group.link.put": func(d dice) oracle.Request {
		return request("PUT", "/v1/tenant-groups/"+d.team()+"/links/"+d.group(), body("claims", d.maybeClaims(), "expires_at", d.maybeEnd()))
	},
	"tenant_group.link.remove": func(d dice) oracle.Request {
		return request("DELETE", "/v1/tenant-groups/"+d.team()+"/links/"+d.group(), "")
	},
	"invitation.create":       invite,
	"invitation.create again": invite,
	"invitation.resend": func(d dice) oracle.Request {
		return request("POST", "/v1/invitations/"+d.made("invitation")+"/resend", "")
	},
	"invitation.revoke": func(d dice) oracle.Request {
		return request("DELETE", "/v1/invitations/"+d.made("invitation"), "")
	},
	"invitation.accept": func(d dice) oracle.Request {
		return request("POST", "/v1/invitations/"+d.of("answer", []string{"accept", "accept", "decline"}), body("token", d.made("token")))
	},
	"resource.put":       putResource,
	"resource.put again": putResource,
	"resource.remove": func(d dice) oracle.Request {
		return request("DELETE", "/v1/organizations/"+d.organization()+"/resources/"+d.of("kind", kinds)+"/"+d.of("thing", things), "")
	},
	"access_key.create": func(d dice) oracle.Request {
		subject := map[string]any{"type": d.of("kind", []string{"machine", "agent", "machine", "gateway"}), "id": d.of("thing", things)}
		return request("POST", "/v1/organizations/"+d.organization()+"/access-keys", body("subject", subject, "name", "K", "expires_at", d.maybeEnd()))
	},
	"access_key.rotate": func(d dice) oracle.Request {
		overlap := d.maybe("overlap", func() any { return d.of("overlap", []string{"1h", "0s", "soon"}) })
		return request("POST", "/v1/organizations/"+d.organization()+"/access-keys/"+d.made("key")+"/rotate", body("overlap", overlap))
	},
	"access_key.revoke": func(d dice) oracle.Request {
		return request("DELETE", "/v1/organizations/"+d.organization()+"/access-keys/"+d.made("key"), "")
	},
}

func createOrganization(d dice) oracle.Request {
	parent := d.maybe("no parent", func() any { return nil })
	if parent == nil && !d.once("no parent", 5) {
		parent = d.organization()
	}
	var detached any
	if d.once("detached", 4) {
		detached, parent = true, nil
	}
	return request("POST", "/v1/organizations", body(
		"id", d.organization(), "name", "O", "parent_id", parent, "detached", detached,
		"tenant_group_id", d.maybe("tenant group", func() any { return d.team() }),
		"isolation", d.maybe("isolation", func() any { return "delegated" }),
		"email_domain", d.maybe("domain", func() any { return d.of("domain", []string{"w0-x.example", "w0-y.example"}) })))
}

func (d dice) administrator(fields ...any) map[string]any {
	in := map[string]any{"role": d.of("role", accountRoles)}
	for i := 0; i < len(fields); i += 2 {
		in[fields[i].(string)] = fields[i+1]
	}
	if d.coin("subaccount role") {
		in["subaccount_role"] = d.of("role", accountRoles)
	}
	switch d.of("reach", []string{"", "all", "list", "except"}) {
	case "all":
		in["subaccounts"] = "all"
	case "list":
		in["subaccounts"] = d.some("subaccounts", organizations)
	case "except":
		in["subaccounts"] = map[string]any{"except": d.some("subaccounts", organizations)}
	}
	return in
}

func putAdministrator(d dice) oracle.Request {
	return request("PUT", "/v1/organizations/"+d.organization()+"/administrators/"+d.user(), text(d.administrator()))
}

func putMember(d dice) oracle.Request {
	return request("PUT", "/v1/groups/"+d.group()+"/members/"+d.user(), body("expires_at", d.maybeEnd()))
}

func putLink(d dice) oracle.Request {
	scope := d.maybe("scope", func() any { return "subtree" })
	return request("PUT", "/v1/organizations/"+d.organization()+"/links/"+d.group(), body("scope", scope, "claims", d.maybeClaims(), "expires_at", d.maybeEnd()))
}

func putPlace(d dice) oracle.Request {
	return request("PUT", "/v1/tenant-groups/"+d.team()+"/tenants/"+d.organization(), "")
}

func putTeamUser(d dice) oracle.Request {
	return request("PUT", "/v1/tenant-groups/"+d.team()+"/users/"+d.user(), body(
		"group_administrator", d.coin("administrator"), "all_tenant_permissions", d.coin("all"), "modules", d.some("modules", modules)))
}

func invite(d dice) oracle.Request {
	return request("POST", "/v1/groups/"+d.group()+"/invitations", body("email", d.of("address", addresses), "role", d.of("role", []string{"member", "owner"})))
}

func putResource(d dice) oracle.Request {
	kind := d.of("kind", kinds)
	var parent, assigned any
	switch {
	case kind == "monitored_system":
		parent = d.maybe("parent", func() any { return d.of("thing", things) })
	case kind != "machine" && kind != "agent" && d.coin("assigned"):
		assigned = []any{map[string]any{"type": d.of("kind", []string{"machine", "agent"}), "id": d.of("thing", things)}}
	}
	return request("PUT", "/v1/organizations/"+d.organization()+"/resources/"+kind+"/"+d.of("thing", things), body("name", "R", "parent_id", parent, "assigned_to", assigned))
}
