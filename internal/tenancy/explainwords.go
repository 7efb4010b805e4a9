package tenancy

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"
)

// sayings are what relationships say of their subject, by the type of the resource and the
// relation; %s is the resource.
var sayings = map[string]string{
	"organization#owner":         "is an owner of %s",
	"organization#group":         "is homed in %s",
	"organization#linked_group":  "is linked to %s",
	"organization#subtree":       "includes %s",
	"organization#child":         "is directly below %s",
	"organization#agent":         "belongs to %s",
	"organization#tenant_group":  "contains %s",
	"organization#account_role":  "hold in %s",
	"subtree#linked_group":       "is linked to %s",
	"group#owner":                "is an owner of %s",
	"group#home":                 "is the home of %s",
	"group#linked_organization":  "has a link of %s",
	"group#linked_subtree":       "has a link of %s that covers everything below",
	"link#group":                 "has " + narrowedLink,
	"account_role#account":       "is the account behind %s",
	"account_role#everywhere":    "include %s",
	"tenant_group#root":          "is the root over %s",
	"tenant_group#parent":        "has %s as a subgroup",
	"tenant_group#user":          "is a user of %s",
	"tenant_group#administrator": "administers %s",
	"tenant_group#all_tenants":   "has all tenant permissions in %s",
	"tenant_group#linked_group":  "is linked to %s",
	"tenant_group#tenant":        "is in %s",
	"tenant_group#subgroup":      "is a subgroup of %s",
	"group#linked_collection":    "has a link of %s",
	"module#given_at":            "holds for %s",
	"tenant_module#user":         "was given %s",
	"tenant_module#parent":       "holds for %s",
	"module#user":                "was given %s",
}

// says is what a relationship says of its subject, in the console's words.
func (t *teller) says(ctx context.Context, r Relationship) string {
	claim, isClaim := strings.CutPrefix(r.Relation, "claim_")
	of := func(text string) string { return strings.ReplaceAll(text, "%s", t.name(ctx, r.Resource)) }
	saying, known := sayings[r.Resource.Type+"#"+r.Relation]
	switch {
	case isClaim && r.Resource.Type == "link":
		return "gives `" + claim + "` through " + narrowedLink
	case isClaim:
		return "carries `" + claim + "`"
	case r.Resource.Type == "group" && r.Relation == string(GroupMember):
		return of("is a member of %s" + t.home(ctx, r.Resource.ID))
	case r.Subject.Type == "link":
		return of("leads to %s")
	case known:
		return of(saying)
	case r.Resource.Type == "account_role":
		return of("has `" + r.Relation + "` among %s")
	case r.Relation == "organization":
		return of("has %s")
	case r.Relation == "assigned":
		return of("has %s assigned to it")
	}
	return of("stands as `" + r.Relation + "` in %s")
}

const narrowedLink = "a narrowed link"

// home tells where a group can be changed.
func (t *teller) home(ctx context.Context, groupID string) string {
	g, ok := t.group(ctx, groupID)
	if !ok {
		return ""
	}
	return " (home: " + t.name(ctx, Object{"organization", g.OrganizationID}) + ")"
}

// account tells a way in one sentence, from the subject to the resource: what one
// relationship leads to is what the next one speaks of.
func (t *teller) account(ctx context.Context, way Way) string {
	var text strings.Builder
	for i := len(way) - 1; i >= 0; i-- {
		r := way[i]
		switch {
		case i == len(way)-1:
			text.WriteString(t.name(ctx, r.Subject))
		case way[i+1].Resource != r.Subject:
			text.WriteString("; " + t.name(ctx, r.Subject))
		case way[i+1].Subject == r.Subject:
			text.WriteString(" and")
		default:
			text.WriteString(", which")
		}
		text.WriteString(" " + t.says(ctx, r))
	}
	return text.String()
}

// sentence begins with a capital and has an end.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + strings.TrimSuffix(text[size:], ".") + "."
}
