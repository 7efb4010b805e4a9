package tenancy_test

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// lookUpResources gives all pages of a lookup, in the names of the test.
func (w *world) lookUpResources(subject tenancy.Object, permission, resourceType, rootID string, limit int) []string {
	w.t.Helper()
	lookup := tenancy.ResourceLookup{Subject: subject, Permission: permission, ResourceType: resourceType, RootID: rootID}
	return w.pages(limit, func(page tenancy.Page) ([]tenancy.Object, error) {
		found, _, err := w.service.LookupResources(w.ctx, console, lookup, page)
		return found, err
	})
}

func (w *world) lookUpSubjects(resource tenancy.Object, permission, subjectType string, limit int) []string {
	w.t.Helper()
	lookup := tenancy.SubjectLookup{Resource: resource, Permission: permission, SubjectType: subjectType}
	return w.pages(limit, func(page tenancy.Page) ([]tenancy.Object, error) {
		found, _, err := w.service.LookupSubjects(w.ctx, console, lookup, page)
		return found, err
	})
}

// pages reads a list to its end. Each page goes on where the one before has ended.
func (w *world) pages(limit int, fetch func(tenancy.Page) ([]tenancy.Object, error)) (names []string) {
	w.t.Helper()
	for after := ""; ; {
		found, err := fetch(tenancy.Page{After: after, Limit: limit})
		require.NoError(w.t, err)
		for _, object := range found {
			require.Less(w.t, after, object.ID)
			after = object.ID
			names = append(names, w.names(object.ID))
		}
		if len(found) < limit {
			return names
		}
	}
}

// compareLookups is I-6 against the oracle: what a user may, over all pages, and who may.
func (g *game) compareLookups(user, permission string, limit int) {
	g.t.Helper()
	subject := tenancy.Object{Type: "user", ID: g.id(user)}
	for _, root := range []string{"", "a", "b"} {
		var want []string
		for organization := range g.parent {
			if g.oracle.may(user, permission, organization) && (root == "" || g.oracle.root(organization) == root) {
				want = append(want, organization)
			}
		}
		rootID := root
		if root != "" {
			rootID = g.id(root)
		}
		require.ElementsMatch(g.t, want, g.lookUpResources(subject, permission, "organization", rootID, limit))
	}
	for organization := range g.parent {
		var want []string
		for _, u := range gamers {
			if g.oracle.may(u, permission, organization) {
				want = append(want, u)
			}
		}
		resource := tenancy.Object{Type: "organization", ID: g.id(organization)}
		require.ElementsMatch(g.t, want, g.lookUpSubjects(resource, permission, "user", limit))
	}
	var groups []string
	for group := range g.home {
		if g.seesGroup(user, group) {
			groups = append(groups, group)
		}
	}
	require.ElementsMatch(g.t, groups, g.lookUpResources(subject, "view", "group", "", limit))
}

// estateOfAllKinds is two trees with something of every kind in it: owners, groups with links
// of every kind, administrators of every reach, tenant groups, modules, things.
func estateOfAllKinds(t *testing.T) (w *world, resources, subjects []tenancy.Object) {
	w = twoTrees(t)
	w.group("team", "acme", "olga", "manage_agents", "view_machines")
	w.put("team", groupMember, "nina", "stan")
	w.link("team", "shop", "farm")
	w.group("crew", "rival", "rita", "owner")
	w.put("crew", groupMember, "stan", "nina")
	_, _, err := w.service.PutLink(w.ctx, platform, w.id("stall"), w.id("crew"), tenancy.LinkInput{Scope: "subtree", Claims: []tenancy.Claim{"view_gateways"}})
	require.NoError(t, err)
	for _, object := range []struct{ organization, kind, name string }{
		{"shop", "machine", "pc"}, {"shop", "agent", "bot"}, {"stall", "machine", "till"}, {"stall", "gateway", "gate"},
		{"shop", "backup_report", "report"}, {"kiosk", "monitored_system", "app"},
	} {
		w.stock(object.organization, object.kind, object.name)
		resources = append(resources, w.object(object.kind+":"+object.name))
	}
	w.stock("shop", "backup_config", "nightly", "machine:pc", "agent:bot")
	w.stock("stall", "connection_string", "db", "machine:till")
	for _, text := range []string{
		"backup_config:nightly", "connection_string:db", "group:team", "group:crew", "organization:acme",
		"organization:shop", "organization:kiosk", "organization:farm", "organization:rival", "organization:stall", "organization:nowhere",
	} {
		resources = append(resources, w.object(text))
	}
	for _, text := range []string{"user:olga", "user:sam", "user:nina", "user:stan", "user:rita", "user:nobody", "machine:pc", "machine:till", "agent:bot", "agent:none"} {
		subjects = append(subjects, w.object(text))
	}
	roled := w.giveRoles()
	grouped, users := w.growGroupsOfAllKinds()
	return w, append(resources, grouped...), slices.Concat(subjects, roled, users)
}

// giveRoles delegates what there is to its account, to an administrator of each reach.
func (w *world) giveRoles() (administrators []tenancy.Object) {
	w.t.Helper()
	w.users("ada", "art", "lou")
	w.delegateAll("shop", "kiosk", "farm")
	w.administrator("ada", inAll("billing", "administrator"))
	w.administrator("art", onlyIn("help_desk", "kiosk", "farm"))
	w.administrator("lou", butFor("user_manager", "kiosk"))
	return []tenancy.Object{w.object("user:ada"), w.object("user:art"), w.object("user:lou")}
}

// growGroupsOfAllKinds has users of every right, a subgroup, modules at both levels, and links
// of whole groups and narrowed ones.
func (w *world) growGroupsOfAllKinds() (resources, subjects []tenancy.Object) {
	w.t.Helper()
	w.growGroups()
	w.growTechs()
	w.users("meg")
	w.place("alien", "stall")
	w.place("retail", "farm")
	w.use("retail", "tina", tenancy.TenantGroupUserInput{AllTenantPermissions: true, Modules: []string{"invoicing"}})
	w.use("east", "meg", modules("payroll"))
	w.teamLink("retail", "techs")
	require.NoError(w.t, teamOnAs("platform", "alien", "crew", narrow("manage_billing"))(w))
	for _, text := range []string{"tenant_group:retail", "tenant_group:east", "tenant_group:alien", "group:techs"} {
		resources = append(resources, w.object(text))
	}
	for _, organization := range []string{"acme", "shop", "kiosk", "farm", "stall"} {
		for _, name := range []string{"invoicing", "payroll"} {
			resources = append(resources, tenancy.Object{Type: "module", ID: w.id(organization) + "/" + name})
		}
	}
	for _, name := range []string{"gail", "tina", "uwe", "ed", "meg", "gus", "mia"} {
		subjects = append(subjects, w.object("user:"+name))
	}
	return resources, subjects
}

func (w *world) stock(organization, resourceType, name string, assigned ...string) {
	w.t.Helper()
	input := tenancy.ResourceInput{Name: name}
	for _, to := range assigned {
		input.AssignedTo = append(input.AssignedTo, w.object(to))
	}
	_, _, err := w.service.PutResource(w.ctx, platform, w.id(organization), w.object(resourceType+":"+name), input)
	require.NoError(w.t, err)
}

// TestI6LookupsEqualChecks asks everything about everything, in all three ways.
func TestI6LookupsEqualChecks(t *testing.T) {
	w, resources, subjects := estateOfAllKinds(t)
	may := w.answersOfAll(resources, subjects)
	for _, held := range []struct{ subject, permission, resource string }{ // every mechanism is in it
		{"user:ada", "manage_groups", "organization:kiosk"}, {"user:art", "view_agents", "organization:farm"},
		{"user:lou", "manage_users", "organization:shop"}, {"user:olga", "own", "organization:kiosk"},
		{"user:tina", "manage_users", "organization:kiosk"}, {"user:uwe", "access", "organization:farm"},
		{"user:ed", "administer", "tenant_group:east"}, {"user:gail", "use", "tenant_group:east"},
		{"user:mia", "view_agents", "organization:kiosk"}, {"user:stan", "manage_billing", "organization:stall"},
		{"user:ada", "view", "machine:pc"}, {"user:sam", "view", "group:techs"},
	} {
		require.True(t, may[tenancy.Question{Subject: w.object(held.subject), Permission: held.permission, Resource: w.object(held.resource)}], "%v", held)
	}
	payroll := tenancy.Object{Type: "module", ID: w.id("kiosk") + "/payroll"}
	require.True(t, may[tenancy.Question{Subject: w.object("user:meg"), Permission: "use", Resource: payroll}])
	for _, resourceType := range tenancy.ResourceTypes() {
		for _, permission := range tenancy.PermissionsOf(resourceType) {
			for _, subject := range subjects {
				var want []string
				for _, resource := range resources {
					if resource.Type == resourceType && may[tenancy.Question{Subject: subject, Permission: permission, Resource: resource}] {
						want = append(want, w.names(resource.ID))
					}
				}
				slices.Sort(want)
				require.Equal(t, want, w.lookUpResources(subject, permission, resourceType, "", 2), "%s %s %s", subject, permission, resourceType)
			}
		}
	}
	for _, resource := range resources {
		for _, permission := range tenancy.PermissionsOf(resource.Type) {
			for _, subjectType := range tenancy.SubjectTypes() {
				got := w.lookUpSubjects(resource, permission, subjectType, 2)
				for _, subject := range subjects {
					if subject.Type == subjectType {
						asked := tenancy.Question{Subject: subject, Permission: permission, Resource: resource}
						require.Equal(t, may[asked], slices.Contains(got, w.names(subject.ID)), "%v", asked)
					}
				}
			}
		}
	}
}

// everyAnswer asks every question in batches. The first hundred are asked alone, too.
func (w *world) answersOfAll(resources, subjects []tenancy.Object) map[tenancy.Question]bool {
	w.t.Helper()
	var checks []tenancy.Check
	for _, resource := range resources {
		for _, permission := range tenancy.PermissionsOf(resource.Type) {
			for _, subject := range subjects {
				checks = append(checks, tenancy.Check{Question: tenancy.Question{Subject: subject, Permission: permission, Resource: resource}})
			}
		}
	}
	may := map[tenancy.Question]bool{}
	for some := range slices.Chunk(checks, tenancy.MaxChecks) {
		answers, err := w.service.CheckEach(w.ctx, console, some)
		require.NoError(w.t, err)
		for i, answer := range answers {
			require.NoError(w.t, answer.Err)
			may[some[i].Question] = answer.Allowed
		}
	}
	for i := 0; i < len(checks); i += len(checks) / 100 {
		allowed, _, err := w.service.Check(w.ctx, console, checks[i].Question)
		require.NoError(w.t, err)
		require.Equal(w.t, may[checks[i].Question], allowed, "%v", checks[i])
	}
	return may
}

// TestI5LookupsWhileChangesRun: what a change has given or taken is in the next list, or out
// of it, while others change the same tree and another one.
func TestI5LookupsWhileChangesRun(t *testing.T) {
	w := twoTrees(t)
	w.users("ann", "ben")
	var over atomic.Bool
	var others sync.WaitGroup
	for _, step := range []struct{ owner, organization, user string }{{"sam", "shop", "ann"}, {"rita", "rival", "ben"}} {
		others.Go(func() {
			for !over.Load() {
				_ = ownAs(step.owner, step.organization, step.user)(w)
				_ = disownAs(step.owner, step.organization, step.user)(w)
			}
		})
	}
	defer func() {
		over.Store(true)
		others.Wait()
	}()
	nina := tenancy.Object{Type: "user", ID: w.id("nina")}
	for range 40 {
		w.owner("farm", "nina")
		w.owner("stall", "nina")
		require.Equal(t, []string{"farm", "stall"}, w.lookUpResources(nina, "own", "organization", "", 1))
		require.Contains(t, w.lookUpSubjects(w.object("organization:farm"), "own", "user", 1), "nina")
		require.NoError(t, disownAs("platform", "farm", "nina")(w))
		require.Equal(t, []string{"stall"}, w.lookUpResources(nina, "own", "organization", "", 1))
		require.NotContains(t, w.lookUpSubjects(w.object("organization:farm"), "own", "user", 1), "nina")
		require.NoError(t, disownAs("platform", "stall", "nina")(w))
	}
}

// What moves to another tree is found there.
func TestLookupsFollowAMove(t *testing.T) {
	w := twoTrees(t)
	sam := tenancy.Object{Type: "user", ID: w.id("sam")}
	require.Equal(t, []string{"shop"}, w.lookUpResources(sam, "own", "organization", w.id("acme"), 5))
	require.NoError(t, detachAs("platform", "shop")(w))
	require.Empty(t, w.lookUpResources(sam, "own", "organization", w.id("acme"), 5))
	require.Equal(t, []string{"shop"}, w.lookUpResources(sam, "own", "organization", w.id("shop"), 5))
}

// TestLookupsAreForWhoMayCheck, and who has a permission is not told on behalf of a user.
func TestLookupsAreForWhoMayCheck(t *testing.T) {
	w := twoTrees(t)
	w.setUser("nina", tenancy.UserDeactivated)
	for actor, want := range map[string]struct{ own, others, who tenancy.Code }{
		"platform": {"", "", ""}, "console": {"", "", ""},
		"sam":  {"", "forbidden", "forbidden"},
		"olga": {"forbidden", "forbidden", "forbidden"}, // the root's owner
		"nina": {"unauthenticated", "unauthenticated", "unauthenticated"},
	} {
		heads := w.heads()
		about := func(user string) tenancy.Code {
			lookup := tenancy.ResourceLookup{Subject: w.object("user:" + user), Permission: "own", ResourceType: "organization"}
			_, _, err := w.service.LookupResources(w.ctx, w.as(actor), lookup, tenancy.PageAll)
			return codeOf(t, err)
		}
		require.Equal(t, want.own, about("sam"), actor)
		require.Equal(t, want.others, about("kim"), actor)
		_, _, err := w.service.LookupSubjects(w.ctx, w.as(actor), tenancy.SubjectLookup{Resource: w.object("organization:shop"), Permission: "own", SubjectType: "user"}, tenancy.PageAll)
		require.Equal(t, want.who, codeOf(t, err), actor)
		_, err = w.service.CheckEach(context.Background(), w.as(actor), nil)
		if actor == "nina" {
			require.Equal(t, tenancy.CodeUnauthenticated, codeOf(t, err))
		}
		require.Empty(t, w.news(heads), "a question is no event")
	}
}
