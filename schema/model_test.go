package schema_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"
	"github.com/authzed/spicedb/pkg/development"
	core "github.com/authzed/spicedb/pkg/proto/core/v1"
	dispatch "github.com/authzed/spicedb/pkg/proto/dispatch/v1"
	"github.com/authzed/spicedb/pkg/tuple"
	"github.com/authzed/spicedb/pkg/validationfile"
	"github.com/authzed/spicedb/pkg/validationfile/blocks"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
	"github.com/tenantry/tenantry/schema"
)

// A relationship holds or does not: nothing in the model depends on a context, on the time
// or on everybody.
func TestSchemaIsPlain(t *testing.T) {
	compiled := compile(t)
	require.Empty(t, compiled.CompiledSchema.CaveatDefinitions)
	for _, definition := range compiled.CompiledSchema.ObjectDefinitions {
		for _, relation := range definition.GetRelation() {
			for _, allowed := range relation.GetTypeInformation().GetAllowedDirectRelations() {
				name := definition.GetName() + "#" + relation.GetName()
				require.Nil(t, allowed.GetPublicWildcard(), "wildcard in %s", name)
				require.Nil(t, allowed.GetRequiredCaveat(), "caveat in %s", name)
				require.Nil(t, allowed.GetRequiredExpiration(), "expiration in %s", name)
			}
		}
	}
}

func TestSchemaHasNoLinterWarnings(t *testing.T) {
	model := compile(t)
	warnings, err := development.GetWarnings(t.Context(), model)
	require.NoError(t, err)
	require.Empty(t, warnings)
}

// Every claim is a permission of organizations, and a relation of groups which only a
// group's members can stand in.
func TestClaimsAreInTheSchema(t *testing.T) {
	model := compile(t)
	organization, group := definition(t, model, "organization"), definition(t, model, "group")
	for _, claim := range tenancy.Claims {
		require.True(t, isPermission(organization, claim.Permission()), "permission %s of organization", claim.Permission())
		require.Equal(t, []string{"group#member"}, subjectsOf(group, "claim_"+string(claim)), "relation claim_%s of group", claim)
	}
}

func TestPermissionsOfTheAPIAreInTheSchema(t *testing.T) {
	model := compile(t)
	require.Equal(t, "own", tenancy.ClaimOwner.Permission())
	for _, resource := range tenancy.ResourceTypes() {
		for _, name := range tenancy.PermissionsOf(resource) {
			permission := tenancy.Claim(name).Permission()
			require.True(t, isPermission(definition(t, model, resource), permission), "permission %s of %s", permission, resource)
		}
	}
}

// way is one way to hold something in the organization here.
type way struct {
	name          string
	relationships []string
	gives         []string
}

// Every way to hold something in an organization, and exactly what it gives there: neither
// less nor more, nothing in the organizations around it, and nothing to the others in it.
func TestWaysIntoAnOrganization(t *testing.T) {
	everything := organizationPermissions()
	administration := without(everything, "own") // D-3
	views := slices.DeleteFunc(slices.Clone(everything), func(p string) bool {
		return !strings.HasPrefix(p, "view_") || p == "view_roster"
	})

	ways := []way{
		{"owner", []string{"organization:here#owner@user:she"}, everything},
		{"owner of the organization above", []string{"organization:above#owner@user:she"}, nil},
		{"owner of a group homed here", append(groupAt("here", "group", tenancy.Claims...), "group:g#owner@user:she"), nil},
		{"owner of a group linked here", append(groupAt("here", "linked_group", tenancy.Claims...), "group:g#owner@user:she"), nil},
		{"member of a group that is active elsewhere", append(groupAt("above", "group", tenancy.Claims...), "group:g#member@user:she"), nil},
		{"member of a group without claims", append(groupAt("here", "group"), "group:g#member@user:she"), []string{"access"}},

		// D-3.
		{"account role owner", accountRole("owner"), everything},
		{"account role administrator", accountRole("administrator"), administration},
		{"account role user_manager", accountRole("user_manager"), []string{"access", "view_roster", "manage_users"}},
		{"account role help_desk", accountRole("help_desk"), append([]string{"access", "view_roster"}, views...)},
		{"account role billing", accountRole("billing"), []string{"access", "manage_billing"}},
		{"account role read_only", accountRole("read_only"), append([]string{"access"}, views...)},
		{"owner of the account of what is delegated", append(delegated(), "organization:above#owner@user:she"), everything},
		{"owner of the account who is excepted", append(delegated(), "organization:above#owner@user:she", "account_role:here#except@user:she"), everything},
		{"administrator of the account alone", append(delegated(), "organization:above#account_role@account_role:above", "account_role:above#administrator@user:she"), nil},
		{"owner everywhere", append(delegated(), "account_role:above/all#owner@user:she"), everything},
		{"administrator everywhere", append(delegated(), "account_role:above/all#administrator@user:she"), administration},
		{"user_manager everywhere", append(delegated(), "account_role:above/all#user_manager@user:she"), []string{"access", "view_roster", "manage_users"}},
		{"help_desk everywhere", append(delegated(), "account_role:above/all#help_desk@user:she"), append([]string{"access", "view_roster"}, views...)},
		{"billing everywhere", append(delegated(), "account_role:above/all#billing@user:she"), []string{"access", "manage_billing"}},
		{"read_only everywhere", append(delegated(), "account_role:above/all#read_only@user:she"), append([]string{"access"}, views...)},
		{"owner everywhere but here", append(delegated(), "account_role:above/all#owner@user:she", "account_role:here#except@user:she"), nil},
		{"administrator everywhere but here", append(delegated(), "account_role:above/all#administrator@user:she", "account_role:here#except@user:she"), nil},
		{"help_desk everywhere but here", append(delegated(), "account_role:above/all#help_desk@user:she", "account_role:here#except@user:she"), nil},
		{"billing everywhere but here", append(delegated(), "account_role:above/all#billing@user:she", "account_role:here#except@user:she"), nil},
		{"everywhere and by name where nothing is delegated", []string{"account_role:above/all#owner@user:she", "account_role:here#administrator@user:she"}, nil},

		// directly, and from the group above.
		{"tenant group user", tenantGroup("team", "user"), []string{"access"}},
		{"tenant group administrator", tenantGroup("team", "administrator"), []string{"access"}},
		{"all tenant permissions", tenantGroup("team", "all_tenants"), administration},
		{"user of the tenant group above", tenantGroup("firm", "user"), []string{"access"}},
		{"all tenant permissions above", tenantGroup("firm", "all_tenants"), administration},

		{"agent of the organization", []string{"organization:here#agent@agent:she", "agent:she#organization@organization:here"}, nil},
		{"places in the tree", []string{"organization:here#version@version:7"}, nil},
	}
	for _, claim := range tenancy.Claims {
		for _, active := range []string{"group", "linked_group"} {
			ways = append(ways, way{
				"member of a " + active + " with " + string(claim),
				append(groupAt("here", active, claim), "group:g#member@user:she"),
				implied(claim),
			})
		}
	}
	ways = append(ways, linkWays()...)

	// All of them stand in one model, each in a world of its own.
	var relationships []string
	for _, way := range ways {
		relationships = append(relationships, inWorld(way.name, append(tree(), way.relationships...))...)
	}
	permissions := client(t, load(t, relationships))
	for _, way := range ways {
		t.Run(way.name, func(t *testing.T) {
			require.ElementsMatch(t, way.gives, held(t, permissions, way.name, "user:she", "here", everything))
			elsewhere := append([]string{"access"}, way.gives...)
			require.Empty(t, held(t, permissions, way.name, "user:she", "below", elsewhere))
			require.Empty(t, held(t, permissions, way.name, "user:she", "beside", elsewhere))
			require.Empty(t, held(t, permissions, way.name, "user:another", "here", elsewhere))
			require.Empty(t, held(t, permissions, way.name, "agent:she", "here", elsewhere))
		})
	}
}

// D-17, without the rows of the tables above.
func TestViewOfAGroup(t *testing.T) {
	model := load(t, append(tree(), append(groupAt("here", "linked_group", "view_agents"),
		"organization:above#group@group:g",
		"group:g#home@organization:above",
		"group:g#linked_organization@organization:here",
		"group:g#owner@user:owner",
		"group:g#member@user:member",
		"organization:above#owner@user:home-owner",
		"organization:above#account_role@account_role:a",
		"account_role:a#help_desk@user:home-help-desk",
		"account_role:a#billing@user:home-billing",
		"organization:here#owner@user:here-owner",
		"organization:here#account_role@account_role:h",
		"account_role:h#administrator@user:here-administrator",
		"organization:beside#owner@user:beside-owner",
	)...))
	for user, sees := range map[string]bool{
		"owner": true, "member": true, "home-owner": true, "home-help-desk": true, "here-owner": true,
		"home-billing": false, "here-administrator": false, "beside-owner": false,
	} {
		require.Equal(t, sees, check(t, model, "group:g#view@user:"+user), user)
		require.Equal(t, user == "owner", check(t, model, "group:g#manage_members@user:"+user), user)
	}
}

// R-52, D-30: the group's administrators and the owners of the root manage it.
func TestManagementOfATenantGroup(t *testing.T) {
	for relationship, permissions := range map[string][]string{
		"tenant_group:firm#administrator@user:she":      {"administer", "use"},
		"tenant_group:firm#all_tenants@user:she":        {"use"},
		"tenant_group:firm#user@user:she":               {"use"},
		"organization:above#owner@user:she":             {"administer"},
		"organization:here#owner@user:she":              nil,
		"tenant_group:team-else#administrator@user:she": nil,
	} {
		model := load(t, append(tree(), append(tenantGroup("team", "user"), relationship)...))
		for _, group := range []string{"firm", "team"} {
			for _, permission := range []string{"administer", "use"} {
				holds := check(t, model, "tenant_group:"+group+"#"+permission+"@user:she")
				expected := slices.Contains(permissions, permission) || (group == "team" && permission == "use")
				require.Equal(t, expected, holds, "%s: %s of %s", relationship, permission, group)
			}
		}
	}
}

// D-17: owners of what is in a tenant group, or below it, see the groups that are linked to it.
func TestViewOfAGroupThatIsLinkedToATenantGroup(t *testing.T) {
	model := load(t, append(tree(), append(tenantGroup("firm", "all_tenants"),
		"tenant_group:team#tenant@organization:here",
		"tenant_group:firm#subgroup@tenant_group:team",
		"tenant_group:firm#tenant@organization:beside",
		"group:g#linked_collection@tenant_group:firm",
		"group:h#linked_collection@tenant_group:team",
		"organization:here#owner@user:here-owner",
		"organization:below#owner@user:below-owner",
		"organization:beside#owner@user:beside-owner",
		"tenant_group:firm#administrator@user:administrator",
	)...))
	for user, sees := range map[string][2]bool{
		"here-owner": {true, true}, "beside-owner": {true, false}, "below-owner": {}, "administrator": {}, "she": {},
	} {
		require.Equal(t, sees[0], check(t, model, "group:g#view@user:"+user), user)
		require.Equal(t, sees[1], check(t, model, "group:h#view@user:"+user), user)
	}
}

// R-53, D-20: modules are used by those to whom they were given at the tenant group or above.
func TestModules(t *testing.T) {
	model := load(t, append(tree(), append(tenantGroup("firm", "all_tenants"),
		"module:here/payroll#given_at@tenant_module:team/payroll",
		"tenant_module:team/payroll#parent@tenant_module:firm/payroll",
		"tenant_module:team/payroll#user@user:in-team",
		"tenant_module:firm/payroll#user@user:in-firm",
		"tenant_module:other/payroll#user@user:elsewhere",
		"tenant_group:team#user@user:in-team",
		"organization:here#owner@user:owner",
	)...))
	for user, uses := range map[string]bool{"in-team": true, "in-firm": true, "elsewhere": false, "owner": false, "she": false} {
		require.Equal(t, uses, check(t, model, "module:here/payroll#use@user:"+user), user)
		require.False(t, check(t, model, "module:here/invoicing#use@user:"+user), user)
		require.False(t, check(t, model, "module:beside/payroll#use@user:"+user), user)
	}
}

// people reach a resource by their claims in its organization, machines
// and agents by being assigned to it, and neither by the other's way.
func TestResources(t *testing.T) {
	relationships := tree()
	people := []string{"organization:here#group@group:view", "organization:here#group@group:manage", "organization:beside#owner@user:stranger"}
	for resource, noun := range resources {
		relationships = append(relationships, resource+":r#organization@organization:here")
		people = append(people,
			"group:view#claim_view_"+noun+"@group:view#member",
			"group:manage#claim_manage_"+noun+"@group:manage#member")
	}
	people = append(people, "group:view#member@user:viewer", "group:manage#member@user:manager")
	model := load(t, slices.Concat(relationships, people, []string{
		"organization:here#agent@agent:ours",
		"organization:beside#agent@agent:theirs",
		"backup_config:r#assigned@machine:ours",
		"connection_string:r#assigned@machine:ours",
		"encryption_key:r#assigned@agent:ours",
	}))

	for resource := range resources {
		for subject, permissions := range map[string][]string{
			"user:viewer": {"view"}, "user:manager": {"view", "manage"}, "user:stranger": nil,
			"machine:ours": nil, "agent:ours": nil, "machine:theirs": nil, "agent:theirs": nil,
		} {
			for _, permission := range []string{"view", "manage"} {
				expected := slices.Contains(permissions, permission)
				require.Equal(t, expected, check(t, model, resource+":r#"+permission+"@"+subject), "%s %s %s", subject, permission, resource)
			}
		}
	}
	for question, subject := range map[string]string{
		"backup_config:r#read": "machine:ours", "connection_string:r#use": "machine:ours",
		"encryption_key:r#use": "agent:ours", "backup_report:r#submit": "agent:ours",
	} {
		for _, other := range []string{"machine:ours", "agent:ours", "machine:theirs", "agent:theirs", "user:manager"} {
			require.Equal(t, other == subject, check(t, model, question+"@"+other), "%s by %s", question, other)
		}
	}
}

// resources are the types of resources, each with the noun of its claims.
var resources = map[string]string{
	"backup_report": "backup_reports", "agent": "agents", "machine": "machines", "encryption_key": "encryption_keys",
	"connection_string": "connection_strings", "backup_config": "backup_configs", "gateway": "gateways",
	"monitored_system": "monitored_systems",
}

// tree is a root organization (above) with two below it (here, beside) and one below here.
func tree() []string {
	relationships := []string{"organization:above#root@organization:above"}
	for organization, parent := range map[string]string{"here": "above", "beside": "above", "below": "here"} {
		relationships = append(relationships,
			"organization:"+organization+"#root@organization:above",
			"organization:"+organization+"#parent@organization:"+parent)
	}
	return relationships
}

// groupAt makes group:g with the claims active in an organization, by that relation.
func groupAt(organization, active string, claims ...tenancy.Claim) []string {
	relationships := []string{"organization:" + organization + "#" + active + "@group:g"}
	for _, claim := range claims {
		relationships = append(relationships, "group:g#claim_"+string(claim)+"@group:g#member")
	}
	return relationships
}

// delegated opens the organization to the account above.
func delegated() []string {
	return []string{
		"organization:here#account_role@account_role:here",
		"account_role:here#account@organization:above",
		"account_role:here#everywhere@account_role:above/all",
	}
}

func accountRole(role string) []string {
	return []string{"organization:here#account_role@account_role:r", "account_role:r#" + role + "@user:she"}
}

// tenantGroup puts the organization into the group team, which is a subgroup of firm, and
// her into one of the two.
func tenantGroup(group, relation string) []string {
	return []string{
		"tenant_group:firm#root@organization:above",
		"tenant_group:team#root@organization:above",
		"tenant_group:team#parent@tenant_group:firm",
		"organization:here#tenant_group@tenant_group:team",
		"tenant_group:" + group + "#" + relation + "@user:she",
	}
}

// implied are the permissions that a claim gives to the members of a group.
func implied(claim tenancy.Claim) []string {
	if claim == tenancy.ClaimOwner {
		return organizationPermissions()
	}
	permissions := []string{"access", string(claim)}
	if noun, ok := strings.CutPrefix(string(claim), "manage_"); ok && noun != "billing" {
		permissions = append(permissions, "view_"+noun)
	}
	return permissions
}

// organizationPermissions are those that the API names, each once.
func organizationPermissions() []string {
	return without(tenancy.PermissionsOf("organization"), string(tenancy.ClaimOwner)) // `owner` asks for `own`
}

func without(permissions []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(permissions), func(p string) bool { return p == name })
}

// inWorld gives every object an id of that world.
func inWorld(world string, relationships []string) []string {
	prefix := ":" + strings.ReplaceAll(world, " ", "-") + "/"
	result := make([]string, len(relationships))
	for i, r := range relationships {
		result[i] = strings.ReplaceAll(r, ":", prefix)
	}
	return result
}

// held are those of the named permissions that the subject has in an organization of a world.
func held(t *testing.T, permissions v1.PermissionsServiceClient, world, subject, organization string, names []string) []string {
	t.Helper()
	questions := make([]string, len(names))
	for i, name := range names {
		questions[i] = "organization:" + organization + "#" + name + "@" + subject
	}
	request := &v1.CheckBulkPermissionsRequest{Consistency: &v1.Consistency{
		Requirement: &v1.Consistency_FullyConsistent{FullyConsistent: true},
	}}
	for _, question := range inWorld(world, questions) {
		q := tuple.ToV1Relationship(tuple.MustParse(question))
		request.Items = append(request.Items, &v1.CheckBulkPermissionsRequestItem{
			Resource: q.GetResource(), Permission: q.GetRelation(), Subject: q.GetSubject(),
		})
	}
	response, err := permissions.CheckBulkPermissions(t.Context(), request)
	require.NoError(t, err)
	require.Len(t, response.GetPairs(), len(names))

	var result []string
	for i, pair := range response.GetPairs() {
		require.Nil(t, pair.GetError(), questions[i])
		if pair.GetItem().GetPermissionship() == v1.CheckPermissionResponse_PERMISSIONSHIP_HAS_PERMISSION {
			result = append(result, names[i])
		}
	}
	return result
}

// client serves a model to ask many questions at once.
func client(t *testing.T, model *development.DevContext) v1.PermissionsServiceClient {
	t.Helper()
	conn, stop, err := model.RunV1InMemoryService()
	require.NoError(t, err)
	t.Cleanup(stop)
	return v1.NewPermissionsServiceClient(conn)
}

// check asks about what is written like a relationship.
func check(t *testing.T, model *development.DevContext, question string) bool {
	t.Helper()
	q := tuple.MustParse(question)
	result, err := development.RunCheck(model, q.Resource, q.Subject, nil)
	require.NoError(t, err, question)
	return result.Permissionship == dispatch.ResourceCheckResult_MEMBER
}

func compile(t *testing.T) *development.DevContext {
	t.Helper()
	return load(t, nil)
}

// load makes a model of the schema and the relationships, each of which it takes once.
func load(t *testing.T, relationships []string) *development.DevContext {
	t.Helper()
	file := &validationfile.ValidationFile{Schema: blocks.SchemaWithPosition{Schema: schema.Text}}
	for relationship := range maps.Keys(set(relationships)) {
		file.Relationships.Relationships = append(file.Relationships.Relationships, tuple.MustParse(relationship))
	}
	model, faults, err := development.NewDevContextForValidationFile(t.Context(), file)
	require.NoError(t, err)
	requireNoFaults(t, "tenantry.zed", faults.GetInputErrors())
	return model.DevContext
}

func set(values []string) map[string]bool {
	result := make(map[string]bool, len(values))
	for _, v := range values {
		result[v] = true
	}
	return result
}

func definition(t *testing.T, model *development.DevContext, name string) *core.NamespaceDefinition {
	t.Helper()
	for _, d := range model.CompiledSchema.ObjectDefinitions {
		if d.GetName() == name {
			return d
		}
	}
	t.Fatalf("the schema has no definition %s", name)
	return nil
}

func relationOf(definition *core.NamespaceDefinition, name string) *core.Relation {
	for _, r := range definition.GetRelation() {
		if r.GetName() == name {
			return r
		}
	}
	return nil
}

// isPermission tells a permission from a relation by its having a rule.
func isPermission(definition *core.NamespaceDefinition, name string) bool {
	return relationOf(definition, name).GetUsersetRewrite() != nil
}

// subjectsOf are the kinds of subjects that can stand in a relation.
func subjectsOf(definition *core.NamespaceDefinition, relation string) []string {
	var subjects []string
	for _, allowed := range relationOf(definition, relation).GetTypeInformation().GetAllowedDirectRelations() {
		subjects = append(subjects, allowed.GetNamespace()+"#"+allowed.GetRelation())
	}
	return subjects
}
