package tenancy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// registerAs puts a resource, "machine:pc", into an organization: assigned to machines and
// agents, or below another monitored system.
func registerAs(actor, organization, resource string, related ...string) call {
	return func(w *world) error {
		in := tenancy.ResourceInput{Name: resource}
		for _, text := range related {
			if name, ok := strings.CutPrefix(text, "below:"); ok {
				in.ParentID = w.id(name)
				continue
			}
			in.AssignedTo = append(in.AssignedTo, w.object(text))
		}
		_, _, err := w.service.PutResource(w.ctx, w.as(actor), w.id(organization), w.object(resource), in)
		return err
	}
}

func unregisterAs(actor, organization, resource string) call {
	return func(w *world) error {
		_, err := w.service.RemoveResource(w.ctx, w.as(actor), w.id(organization), w.object(resource))
		return err
	}
}

func resourcesAs(actor, organization string, t tenancy.ResourceType) call {
	return func(w *world) error {
		_, err := w.service.Resources(w.ctx, w.as(actor), w.id(organization), t, tenancy.PageAll)
		return err
	}
}

// register is done by the platform.
func (w *world) register(organization, resource string, related ...string) {
	w.t.Helper()
	require.NoError(w.t, registerAs("platform", organization, resource, related...)(w))
}

// equipped is twoTrees with things in it:
//
//	shop   machine pc, agent bot, backup_config nightly (assigned to both), encryption_key
//	       disk (assigned to pc), monitored systems app, and db below it
//	farm   machine barn
//	stall  machine far
//
// ann manages machines in shop, vic views agents there; both by groups of theirs.
func equipped(t *testing.T) *world {
	t.Helper()
	w := twoTrees(t)
	w.users("ann", "vic")
	w.group("engineers", "shop", "sam", "manage_machines")
	w.group("viewers", "shop", "sam", "view_agents")
	w.put("engineers", groupMember, "ann")
	w.put("viewers", groupMember, "vic")
	w.register("shop", "machine:pc")
	w.register("shop", "agent:bot")
	w.register("shop", "backup_config:nightly", "machine:pc", "agent:bot")
	w.register("shop", "encryption_key:disk", "machine:pc")
	w.register("shop", "monitored_system:app")
	w.register("shop", "monitored_system:db", "below:app")
	w.register("farm", "machine:barn")
	w.register("stall", "machine:far")
	return w
}

// TestD31WhoWritesResources has an outcome for everybody, and for each type its own claim.
func TestD31WhoWritesResources(t *testing.T) {
	run(t, equipped,
		trial{"who views", registerAs("vic", "shop", "agent:new"), refused("forbidden", "acme")},
		trial{"who manages another type", registerAs("ann", "shop", "agent:new"), refused("forbidden", "acme")},
		trial{"an owner above", registerAs("olga", "shop", "agent:new"), refused("forbidden", "acme")},
		trial{"an owner below", registerAs("kim", "shop", "agent:new"), refused("not-found", "acme")},
		trial{"another tree's owner", registerAs("rita", "shop", "agent:new"), refused("not-found", "acme")},
		trial{"a console for nobody", registerAs("console", "shop", "agent:new"), refused("forbidden", "service")},
		trial{"an unknown type", registerAs("sam", "shop", "house:new"), refused("invalid", "acme")},
		trial{"an unknown type, by a stranger", registerAs("rita", "shop", "house:new"), refused("not-found", "acme")},
		trial{"who manages the type", registerAs("ann", "shop", "machine:new"), done("acme", "+machine:new#organization@organization:shop")},
		trial{"an owner", registerAs("sam", "shop", "agent:new"),
			done("acme", "+agent:new#organization@organization:shop", "+organization:shop#agent@agent:new")},
		trial{"the platform", registerAs("platform", "shop", "gateway:new"), done("acme", "+gateway:new#organization@organization:shop")},
	)
	run(t, equipped,
		trial{"removes: who manages another type", unregisterAs("ann", "shop", "agent:bot"), refused("forbidden", "acme")},
		trial{"removes: an owner above", unregisterAs("olga", "shop", "machine:pc"), refused("forbidden", "acme")},
		trial{"removes: another tree's owner", unregisterAs("rita", "shop", "machine:pc"), refused("not-found", "acme")},
		trial{"removes: what is not there", unregisterAs("sam", "shop", "machine:nobody"), refused("not-found", "acme")},
		trial{"removes: what is elsewhere", unregisterAs("sam", "shop", "machine:barn"), refused("not-found", "acme")},
		trial{"removes: what is in another tree", unregisterAs("platform", "shop", "machine:far"), refused("not-found", "acme")},
		trial{"removes: an owner", unregisterAs("sam", "shop", "encryption_key:disk"),
			done("acme", "-encryption_key:disk#organization@organization:shop", "-encryption_key:disk#assigned@machine:pc")},
	)
}

// TestD31EachTypeHasItsClaims gives one claim at a time.
func TestD31EachTypeHasItsClaims(t *testing.T) {
	w := equipped(t)
	for _, t2 := range tenancy.RegisteredTypes {
		resource := string(t2) + ":thing"
		require.NoError(t, claimsAs("platform", "engineers", tenancy.Claim("manage_"+string(t2)+"s"))(w))
		for _, other := range tenancy.RegisteredTypes {
			want := tenancy.Code("forbidden")
			if other == t2 {
				want = ""
			}
			require.Equal(t, want, codeOf(t, registerAs("ann", "shop", string(other)+":thing")(w)), "%s for %s", other, t2)
		}
		for permission, want := range map[string]bool{"manage": true, "view": true} {
			require.Equal(t, want, w.allowed("ann", permission, string(t2), "thing"), resource)
		}
		require.False(t, w.allowed("olga", "view", string(t2), "thing"), "R-2: %s", resource)
		require.False(t, w.allowed("kim", "view", string(t2), "thing"), "R-62: %s", resource)
		require.False(t, w.allowed("rita", "view", string(t2), "thing"), "R-1: %s", resource)
	}
}

// TestResourcesArePut is D-29 and D-33: what is there stays, what is left out is reset.
func TestResourcesArePut(t *testing.T) {
	run(t, equipped,
		trial{"as it is", registerAs("sam", "shop", "backup_config:nightly", "machine:pc", "agent:bot"), unchanged},
		trial{"as it is, in another order and twice", registerAs("sam", "shop", "backup_config:nightly", "agent:bot", "machine:pc", "agent:bot"), unchanged},
		trial{"as it is, below another", registerAs("sam", "shop", "monitored_system:db", "below:app"), unchanged},
		trial{"assigned to fewer", registerAs("sam", "shop", "backup_config:nightly", "agent:bot"), done("acme", "-backup_config:nightly#assigned@machine:pc")},
		trial{"assigned to nobody", registerAs("sam", "shop", "backup_config:nightly"),
			done("acme", "-backup_config:nightly#assigned@machine:pc", "-backup_config:nightly#assigned@agent:bot")},
		trial{"assigned to more", registerAs("sam", "shop", "encryption_key:disk", "machine:pc", "agent:bot"), done("acme", "+encryption_key:disk#assigned@agent:bot")},
		trial{"without a parent", registerAs("sam", "shop", "monitored_system:db"), done("acme", "-monitored_system:db#parent@monitored_system:app")},
	)
}

// TestD12IDsOfResources are unique by type, over all trees, as long as they are held.
func TestD12IDsOfResources(t *testing.T) {
	run(t, equipped,
		trial{"another organization's", registerAs("sam", "shop", "machine:barn"), refused("id-used", "acme")},
		trial{"another tree's", registerAs("sam", "shop", "machine:far"), refused("id-used", "acme")},
		trial{"another tree's, by the platform", registerAs("platform", "shop", "machine:far"), refused("id-used", "acme")},
		trial{"another type's", registerAs("sam", "shop", "gateway:far"), done("acme", "+gateway:far#organization@organization:shop")},
	)
}

// TestD12AResourceMayBeRegisteredAgain with nothing of the old one, in whichever tree: its
// assignments, its keys and those who saw it are not the new one's.
func TestD12AResourceMayBeRegisteredAgain(t *testing.T) {
	w := equipped(t)
	key := w.key("shop", "machine:pc")
	require.NoError(t, unregisterAs("sam", "shop", "machine:pc")(w))
	w.expect(done("rival", "+machine:pc#organization@organization:stall"), registerAs("stan", "stall", "machine:pc"))
	require.True(t, w.allowed("stan", "manage", "machine", "pc"))
	require.False(t, w.allowed("sam", "view", "machine", "pc"))
	require.False(t, w.mayUse("machine:pc", "read", "backup_config:nightly"))
	require.False(t, w.good(key))
	require.NoError(t, unregisterAs("stan", "stall", "machine:pc")(w))
	w.register("shop", "machine:pc")
	require.False(t, w.mayUse("machine:pc", "read", "backup_config:nightly"))
	require.True(t, w.allowed("sam", "manage", "machine", "pc"))
	require.False(t, w.allowed("stan", "view", "machine", "pc"))
}

// TestD12TheOldOneIsGoneBeforeTheNewOne: a question about the new one waits for the new one's tree
// alone. So there is no new one as long as the engine holds the old one.
func TestD12TheOldOneIsGoneBeforeTheNewOne(t *testing.T) {
	w := equipped(t)
	engine := w.faults(t)
	engine.set(false, w.id("acme"))
	require.NoError(t, unregisterAs("sam", "shop", "machine:pc")(w), "the change is committed")
	for _, actor := range []string{"stan", "platform"} {
		w.expect(outcome{code: tenancy.CodeEngineUnavailable}, registerAs(actor, "stall", "machine:pc"))
	}
	engine.set(false)
	require.NoError(t, registerAs("stan", "stall", "machine:pc")(w))
	require.False(t, w.allowed("sam", "view", "machine", "pc"))
	require.True(t, w.allowed("stan", "view", "machine", "pc"))
}

// mayUse answers a check about a machine or agent.
func (w *world) mayUse(subject, permission, resource string) bool {
	w.t.Helper()
	q := tenancy.Question{Subject: w.object(subject), Permission: permission, Resource: w.object(resource)}
	allowed, _, err := w.service.Check(w.ctx, console, q, tenancy.Token{})
	require.NoError(w.t, err)
	return allowed
}

// TestAssignments are to machines and agents of the organization that are there.
func TestAssignments(t *testing.T) {
	run(t, equipped,
		trial{"nobody", registerAs("sam", "shop", "backup_config:nightly", "machine:nobody"), refused("not-found", "acme")},
		trial{"one elsewhere in the tree", registerAs("sam", "shop", "backup_config:nightly", "machine:barn"), refused("not-found", "acme")},
		trial{"one of another tree", registerAs("sam", "shop", "backup_config:nightly", "machine:far"), refused("not-found", "acme")},
		trial{"one of another tree, by the platform", registerAs("platform", "shop", "backup_config:nightly", "machine:far"), refused("not-found", "acme")},
		trial{"a machine's id for an agent", registerAs("sam", "shop", "backup_config:nightly", "agent:pc"), refused("not-found", "acme")},
		trial{"a gateway", registerAs("sam", "shop", "backup_config:nightly", "gateway:pc"), refused("invalid", "acme")},
		trial{"a user", registerAs("sam", "shop", "backup_config:nightly", "user:sam"), refused("invalid", "acme")},
		trial{"of a machine", registerAs("sam", "shop", "machine:pc", "agent:bot"), refused("invalid", "acme")},
		trial{"of a backup report", registerAs("sam", "shop", "backup_report:r", "agent:bot"), refused("invalid", "acme")},
		trial{"of a connection string", registerAs("sam", "shop", "connection_string:c", "agent:bot"),
			done("acme", "+connection_string:c#organization@organization:shop", "+connection_string:c#assigned@agent:bot")},
	)
	w := equipped(t)
	var many []string
	for i := range 1001 {
		many = append(many, fmt.Sprint("machine:", i))
	}
	w.expect(refused("invalid", "acme"), registerAs("sam", "shop", "backup_config:nightly", many...))
}

// TestMachinesUseWhatIsAssignedToThem asks for everything, for each of them.
func TestMachinesUseWhatIsAssignedToThem(t *testing.T) {
	w := equipped(t)
	w.register("shop", "backup_report:monday")
	w.register("farm", "backup_report:tuesday")
	w.register("shop", "connection_string:sql", "agent:bot")
	for question, want := range map[string]bool{
		"machine:pc read backup_config:nightly":      true,
		"agent:bot read backup_config:nightly":       true,
		"machine:barn read backup_config:nightly":    false,
		"machine:far read backup_config:nightly":     false,
		"agent:pc read backup_config:nightly":        false,
		"machine:pc use encryption_key:disk":         true,
		"agent:bot use encryption_key:disk":          false,
		"agent:bot use connection_string:sql":        true,
		"machine:pc use connection_string:sql":       false,
		"agent:bot submit backup_report:monday":      true,
		"machine:pc submit backup_report:monday":     false,
		"agent:bot submit backup_report:tuesday":     false,
		"agent:bot submit backup_report:wednesday":   false,
		"machine:pc view backup_config:nightly":      false,
		"machine:pc manage machine:pc":               false,
		"machine:pc view_machines organization:shop": false,
		"agent:bot access organization:shop":         false,
	} {
		words := strings.Fields(question)
		require.Equal(t, want, w.mayUse(words[0], words[1], words[2]), question)
	}
	require.False(t, w.allowed("sam", "read", "backup_config", "nightly"), "what an owner holds is not a machine's")
}

// TestI4RemovingAMachine takes what it has on both sides.
func TestI4RemovingAMachine(t *testing.T) {
	w := equipped(t)
	key := w.key("shop", "machine:pc")
	w.expect(done("acme", "-machine:pc#organization@organization:shop",
		"-backup_config:nightly#assigned@machine:pc", "-encryption_key:disk#assigned@machine:pc"),
		unregisterAs("ann", "shop", "machine:pc"))
	require.False(t, w.good(key))
	for _, text := range w.texts() {
		require.NotContains(t, text, "pc"+w.suffix)
	}
	require.Equal(t, "2", w.last("acme").Detail["unassigned"])
	require.Equal(t, "1", w.last("acme").Detail["access_keys"])
	w.expect(done("acme", "-agent:bot#organization@organization:shop", "-organization:shop#agent@agent:bot",
		"-backup_config:nightly#assigned@agent:bot"), unregisterAs("sam", "shop", "agent:bot"))
}

// TestR62ApplicationTrees are within one organization, and have no cycle.
func TestR62ApplicationTrees(t *testing.T) {
	more := func(t *testing.T) *world {
		t.Helper()
		w := equipped(t)
		w.register("shop", "monitored_system:disk", "below:db")
		w.register("farm", "monitored_system:barn")
		w.register("stall", "monitored_system:far")
		return w
	}
	run(t, more,
		trial{"no such parent", registerAs("sam", "shop", "monitored_system:new", "below:nobody"), refused("not-found", "acme")},
		trial{"a parent elsewhere in the tree", registerAs("sam", "shop", "monitored_system:new", "below:barn"), refused("not-found", "acme")},
		trial{"a parent in another tree", registerAs("platform", "shop", "monitored_system:new", "below:far"), refused("not-found", "acme")},
		trial{"no monitored system", registerAs("sam", "shop", "monitored_system:new", "below:pc"), refused("not-found", "acme")},
		trial{"a gateway below", registerAs("sam", "shop", "gateway:new", "below:app"), refused("invalid", "acme")},
		trial{"below itself", registerAs("sam", "shop", "monitored_system:app", "below:app"), refused("invalid", "acme")},
		trial{"below its child", registerAs("sam", "shop", "monitored_system:app", "below:db"), refused("invalid", "acme")},
		trial{"below its grandchild", registerAs("sam", "shop", "monitored_system:app", "below:disk"), refused("invalid", "acme")},
		trial{"moved", registerAs("sam", "shop", "monitored_system:disk", "below:app"),
			done("acme", "-monitored_system:disk#parent@monitored_system:db", "+monitored_system:disk#parent@monitored_system:app")},
		trial{"removed from the middle", unregisterAs("sam", "shop", "monitored_system:db"),
			done("acme", "-monitored_system:db#organization@organization:shop", "-monitored_system:db#parent@monitored_system:app",
				"-monitored_system:disk#parent@monitored_system:db")},
	)
}

func TestApplicationTreesAreNotEndlesslyDeep(t *testing.T) {
	w := equipped(t)
	w.register("shop", "monitored_system:s0")
	for i := range 64 {
		w.register("shop", fmt.Sprint("monitored_system:s", i+1), fmt.Sprint("below:s", i))
	}
	w.expect(refused("invalid", "acme"), registerAs("sam", "shop", "monitored_system:s65", "below:s64"))
}

// TestTwoMovesMakeNoCycle tries both at once.
func TestTwoMovesMakeNoCycle(t *testing.T) {
	w := equipped(t)
	for range 20 {
		w.register("shop", "monitored_system:a")
		w.register("shop", "monitored_system:b")
		codes := atOnce(t, w, 2, func(i int) call {
			return registerAs("sam", "shop", []string{"monitored_system:a", "monitored_system:b"}[i], []string{"below:b", "below:a"}[i])
		})
		require.Equal(t, map[tenancy.Code]int{"": 1, "invalid": 1}, codes)
	}
}

// TestOneResourceIsRegisteredOnce by two trees at once.
func TestOneResourceIsRegisteredOnce(t *testing.T) {
	w := equipped(t)
	for i := range 20 {
		resource := fmt.Sprint("machine:new", i)
		codes := atOnce(t, w, 2, func(i int) call {
			return registerAs([]string{"sam", "stan"}[i], []string{"shop", "stall"}[i], resource)
		})
		require.Equal(t, map[tenancy.Code]int{"": 1, "id-used": 1}, codes)
	}
}

// TestD31ListsShowWhatMayBeViewed by type.
func TestD31ListsShowWhatMayBeViewed(t *testing.T) {
	w := equipped(t)
	all := []string{"agent/bot", "machine/pc", "encryption_key/disk", "backup_config/nightly", "monitored_system/app", "monitored_system/db"}
	for actor, want := range map[string][]string{
		"platform": all, "sam": all, "vic": {"agent/bot"}, "ann": {"machine/pc"},
	} {
		for _, limit := range []int{1, 2, 3, 100} {
			var got []string
			page := tenancy.Page{Limit: limit}
			for {
				resources, err := w.service.Resources(w.ctx, w.as(actor), w.id("shop"), "", page)
				require.NoError(t, err)
				for _, r := range resources {
					got = append(got, w.names(r.ListKey()))
					page.After = r.ListKey()
				}
				if len(resources) < limit {
					break
				}
			}
			require.Equal(t, want, got, "%s, %d to a page", actor, limit)
		}
	}
	resources, err := w.service.Resources(w.ctx, w.as("sam"), w.id("shop"), tenancy.MonitoredSystem, tenancy.PageAll)
	require.NoError(t, err)
	require.Len(t, resources, 2)
	run(t, equipped,
		trial{"an owner above", resourcesAs("olga", "shop", ""), refused("forbidden", "acme")},
		trial{"an owner below", resourcesAs("kim", "shop", ""), refused("not-found", "acme")},
		trial{"another tree's owner", resourcesAs("rita", "shop", ""), refused("not-found", "acme")},
		trial{"a type that he may not view", resourcesAs("vic", "shop", "machine"), refused("forbidden", "acme")},
		trial{"an unknown type", resourcesAs("sam", "shop", "house"), refused("invalid", "acme")},
	)
}

// TestIDsOfResourcesThatAreNone is attacks 6 and 7.
func TestIDsOfResourcesThatAreNone(t *testing.T) {
	w := equipped(t)
	for _, id := range []string{"", "*", "a b", "a:b", "a#b", "a@b", "a|b", "é", "a/b", strings.Repeat("a", 65)} {
		_, _, err := w.service.PutResource(w.ctx, w.as("sam"), w.id("shop"), tenancy.Object{Type: "machine", ID: id}, tenancy.ResourceInput{Name: "n"})
		require.Equal(t, tenancy.CodeInvalid, codeOf(t, err), id)
		_, err = w.service.RemoveResource(w.ctx, w.as("sam"), w.id("shop"), tenancy.Object{Type: "machine", ID: id})
		require.Equal(t, tenancy.CodeNotFound, codeOf(t, err), id)
		_, _, err = w.service.PutResource(w.ctx, w.as("sam"), w.id("shop"), w.object("backup_config:x"),
			tenancy.ResourceInput{Name: "n", AssignedTo: []tenancy.Object{{Type: "machine", ID: id}}})
		require.Equal(t, tenancy.CodeNotFound, codeOf(t, err), id)
	}
	_, _, err := w.service.PutResource(w.ctx, w.as("sam"), w.id("shop"), w.object("machine:x"), tenancy.ResourceInput{})
	require.Equal(t, tenancy.CodeInvalid, codeOf(t, err))
}

// TestR11ResourcesBlockTheDeletion of their organization, each type with its count.
func TestR11ResourcesBlockTheDeletion(t *testing.T) {
	w := equipped(t)
	blockers, err := w.service.DeletionBlockers(w.ctx, w.as("sam"), w.id("shop"))
	require.NoError(t, err)
	require.Equal(t, []tenancy.Blocker{
		{Kind: "child_organization", Count: 1}, {Kind: "agent", Count: 1}, {Kind: "machine", Count: 1}, {Kind: "encryption_key", Count: 1},
		{Kind: "backup_config", Count: 1}, {Kind: "monitored_system", Count: 2},
	}, blockers)
	w.expect(refused("deletion-blocked", "acme"), deleteAs("platform", "farm"))
	w.register("farm", "machine:barn")
	require.NoError(t, keyAs("platform", "farm", "machine:barn", "barn1", noEnd)(w))
	require.NoError(t, unregisterAs("platform", "farm", "machine:barn")(w))
	require.NoError(t, deleteAs("platform", "farm")(w))
	w.register("shop", "machine:barn")
	require.True(t, w.allowed("sam", "manage", "machine", "barn"))
}

// TestD7SuspensionEndsWhatMachinesHave until it is over, also for what is made meanwhile.
func TestD7SuspensionEndsWhatMachinesHave(t *testing.T) {
	w := withKeys(t)
	w.register("shop", "backup_report:monday")
	has := func(want bool) {
		t.Helper()
		require.Equal(t, want, w.mayUse("machine:pc", "read", "backup_config:nightly"))
		require.Equal(t, want, w.mayUse("agent:bot", "submit", "backup_report:monday"))
		require.Equal(t, want, w.allowed("sam", "view", "machine", "pc"))
		require.Equal(t, want, w.good("pc1"))
	}
	has(true)
	require.NoError(t, stateAs("platform", "shop", suspended)(w))
	has(false)
	require.True(t, w.good("barn1"), "beside")
	w.register("shop", "machine:later")
	require.NoError(t, keyAs("platform", "shop", "machine:later", "later1", noEnd)(w))
	w.register("shop", "encryption_key:disk", "machine:later")
	require.False(t, w.good("later1"))
	require.False(t, w.mayUse("machine:later", "use", "encryption_key:disk"))
	require.NoError(t, revokeKeyAs("platform", "shop", "bot1")(w))
	require.NoError(t, stateAs("platform", "shop", inUse)(w))
	has(true)
	require.True(t, w.good("later1"))
	require.True(t, w.mayUse("machine:later", "use", "encryption_key:disk"))
	require.False(t, w.good("bot1"), "it was revoked meanwhile")
}

// TestResourcesMoveWithTheirOrganization to another tree, with their keys.
func TestResourcesMoveWithTheirOrganization(t *testing.T) {
	w := withKeys(t)
	require.NoError(t, detachAs("platform", "shop")(w))
	require.True(t, w.mayUse("machine:pc", "read", "backup_config:nightly"))
	require.True(t, w.good("pc1"))
	key, _ := w.keyOf("pc1")
	require.Equal(t, w.id("shop"), key.RootID)
	allowed, err := w.service.SelfCheck(w.ctx, w.machine("machine:pc", "shop"), "read", w.object("backup_config:nightly"))
	require.NoError(t, err)
	require.True(t, allowed)
	w.expect(refused("id-used", "acme"), registerAs("finn", "farm", "machine:pc"))
	require.NoError(t, unregisterAs("sam", "shop", "machine:pc")(w))
	w.register("farm", "machine:pc")
	require.True(t, w.allowed("finn", "manage", "machine", "pc"))
	require.False(t, w.allowed("sam", "view", "machine", "pc"))
}
