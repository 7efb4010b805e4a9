package oracle_test

import (
	"strings"

	"github.com/tenantry/tenantry/internal/oracle"
)

// looks are the operations that only look.
var looks = []move{
	func(d dice) oracle.Request { return request("GET", "/v1/users/"+d.user(), "") },
	func(d dice) oracle.Request {
		return request("GET", "/v1/organizations?"+d.of("by", []string{"root_id", "parent_id"})+"="+d.organization(), "")
	},
	func(d dice) oracle.Request {
		of := d.of("of", []string{"", "/deletion-blockers", "/tree", "/audit", "/roster", "/owners", "/administrators", "/groups", "/links", "/tenant-groups", "/invitations", "/resources", "/access-keys"})
		return request("GET", "/v1/organizations/"+d.organization()+of, "")
	},
	func(d dice) oracle.Request {
		query := d.of("query", []string{"roster?state=pending", "roster?via=linked_group", "roster?via=x", "resources?type=agent", "administrators?role=billing", "invitations?state=pending", "audit/verify", "audit/review"})
		return request("GET", "/v1/organizations/"+d.organization()+"/"+query, "")
	},
	func(d dice) oracle.Request {
		return request("GET", "/v1/groups/"+d.group()+d.of("of", []string{"", "/owners", "/members", "/links"}), "")
	},
	func(d dice) oracle.Request {
		return request("GET", "/v1/tenant-groups/"+d.team()+d.of("of", []string{"", "/tenants", "/users", "/links"}), "")
	},
	func(d dice) oracle.Request {
		var target map[string]any
		switch kind := d.of("target", []string{"organization", "user", "role", "group"}); kind {
		case "organization":
			target = map[string]any{"type": kind, "id": d.organization()}
		case "role":
			target = map[string]any{"type": kind, "id": d.of("role", accountRoles), "organization_id": d.organization()}
		case "user":
			target = map[string]any{"type": kind, "id": d.user()}
		default:
			target = map[string]any{"type": kind, "id": d.group()}
		}
		if d.coin("somewhere") && (target["type"] == "user" || target["type"] == "group") {
			target["organization_id"] = d.organization()
		}
		return request("POST", "/v1/notifications/audience", body("target", target, "at", d.maybe("at", func() any { return "2026-03-05T23:30:00Z" })))
	},
	func(d dice) oracle.Request {
		q := d.question()
		return request("POST", d.of("asks", []string{"/v1/check", "/v1/explain"}), text(asBody(q)))
	},
	func(d dice) oracle.Request {
		q := d.question()
		return request("POST", "/v1/lookup/resources", body("subject", asBody(q)["subject"], "permission", q.Permission, "resource_type", q.Resource.Type,
			"root_id", d.maybe("root", func() any { return d.organization() })))
	},
	func(d dice) oracle.Request {
		q := d.question()
		return request("POST", "/v1/lookup/subjects", body("resource", asBody(q)["resource"], "permission", q.Permission, "subject_type", q.Subject.Type))
	},
	func(d dice) oracle.Request {
		ask := d.of("ask", []string{"backup_config read", "connection_string use", "encryption_key use", "backup_report submit", "backup_report view"})
		kind, permission, _ := strings.Cut(ask, " ")
		return request("POST", "/v1/self/check", body("permission", permission, "resource", map[string]any{"type": kind, "id": d.of("thing", things)}))
	},
}
