package httpapi

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/tenantry/tenantry/internal/httpapi/authzen"
	"github.com/tenantry/tenantry/internal/httpapi/openapi"
	"github.com/tenantry/tenantry/internal/tenancy"
)

func newReflector() *openapi.Reflector {
	r := &openapi.Reflector{Name: schemaName, Input: isInput, Open: isOpen, Words: wordsOf}
	r.Known = func(t reflect.Type) (*openapi.Schema, bool) {
		if values, ok := texts[t]; ok {
			s := openapi.Among(values...)
			if t == reflect.TypeFor[tenancy.Code]() {
				s.Description = codeWords()
			}
			return r.Refer(schemaNameOf(t), s), true
		}
		types, ok := alternatives[t]
		if !ok {
			return nil, false
		}
		var schemas []*openapi.Schema
		for _, t := range types {
			schemas = append(schemas, r.Of(t))
		}
		return openapi.OneOf(schemas...), true
	}
	return r
}

// schemaName makes Group of groupObject, and GroupList of its list.
func schemaName(t reflect.Type) string {
	if items, ok := t.FieldByName("Items"); ok && strings.HasPrefix(t.Name(), "list[") {
		return schemaNameOf(items.Type.Elem()) + "List"
	}
	return schemaNameOf(t)
}

func schemaNameOf(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[tenancy.Object]():
		return "Reference"
	case reflect.TypeFor[organizationView]():
		return "Organization"
	}
	if isAuthZEN(t) {
		return "AuthZEN" + t.Name()
	}
	name := strings.TrimSuffix(t.Name(), "Object")
	return strings.ToUpper(name[:1]) + name[1:]
}

// isOpen holds for what callers of AuthZEN send: more than we know.
func isOpen(t reflect.Type) bool { return isInput(t) && isAuthZEN(t) }

func isAuthZEN(t reflect.Type) bool {
	return t.PkgPath() == reflect.TypeFor[authzen.Decision]().PkgPath()
}

// isInput goes by the name of the type.
func isInput(t reflect.Type) bool {
	return strings.HasSuffix(t.Name(), "Input") || strings.HasSuffix(t.Name(), "Patch")
}

// organizationViews stands for an answer that is an organizationView: reflection does not
// see the type of an interface.
type organizationViews struct{}

// evaluated stands for the answer to one evaluation or to many.
type evaluated struct{}

// alternatives are types that stand for one of others.
var alternatives = map[reflect.Type][]reflect.Type{
	reflect.TypeFor[organizationView]():  {reflect.TypeFor[organizationObject](), reflect.TypeFor[existenceObject]()},
	reflect.TypeFor[organizationViews](): {reflect.TypeFor[organizationObject](), reflect.TypeFor[existenceObject]()},
	reflect.TypeFor[evaluated]():         {reflect.TypeFor[authzen.Decision](), reflect.TypeFor[authzen.Decisions]()},
	reflect.TypeFor[result]():            {reflect.TypeFor[verdict](), reflect.TypeFor[unanswered]()},
	reflect.TypeFor[subaccountsView]():   {reflect.TypeFor[everySubaccount](), reflect.TypeFor[[]string](), reflect.TypeFor[exceptObject]()},
	reflect.TypeFor[subaccountsInput]():  {reflect.TypeFor[everySubaccount](), reflect.TypeFor[[]string](), reflect.TypeFor[exceptInput]()},
}

// texts are the types whose values are of a fixed few.
var texts = map[reflect.Type][]string{
	reflect.TypeFor[tenancy.Claim]():              textsOf(tenancy.Claims),
	reflect.TypeFor[tenancy.Isolation]():          textsOf([]tenancy.Isolation{tenancy.Isolated, tenancy.Delegated}),
	reflect.TypeFor[tenancy.AccountRole]():        textsOf(tenancy.AccountRoles),
	reflect.TypeFor[everySubaccount]():            {string(tenancy.ReachAll)},
	reflect.TypeFor[tenancy.Plan]():               textsOf([]tenancy.Plan{tenancy.PlanFree, tenancy.PlanPro, tenancy.PlanEnterprise}),
	reflect.TypeFor[tenancy.SubscriptionStatus](): textsOf([]tenancy.SubscriptionStatus{tenancy.SubscriptionActive, tenancy.SubscriptionCanceled}),
	reflect.TypeFor[tenancy.OrganizationState]():  textsOf([]tenancy.OrganizationState{tenancy.OrganizationActive, tenancy.OrganizationSuspended}),
	reflect.TypeFor[tenancy.GroupRole]():          textsOf([]tenancy.GroupRole{tenancy.GroupOwner, tenancy.GroupMember}),
	reflect.TypeFor[tenancy.LinkScope]():          textsOf([]tenancy.LinkScope{tenancy.ScopeOrganization, tenancy.ScopeSubtree}),
	reflect.TypeFor[tenancy.InvitationState]():    textsOf(invitationStates),
	reflect.TypeFor[tenancy.RosterState]():        textsOf([]tenancy.RosterState{tenancy.RosterActive, tenancy.RosterPending}),
	reflect.TypeFor[tenancy.Via]():                textsOf(vias),
	reflect.TypeFor[tenancy.UserState]():          textsOf([]tenancy.UserState{tenancy.UserActive, tenancy.UserDeactivated}),
	reflect.TypeFor[tenancy.Result]():             textsOf([]tenancy.Result{tenancy.ResultDone, tenancy.ResultRefused}),
	reflect.TypeFor[tenancy.ResourceType]():       textsOf(resourceTypes),
	reflect.TypeFor[tenancy.Code]():               append(codeNames(), ""), // "" where nothing was refused
}

var (
	invitationStates = []tenancy.InvitationState{tenancy.InvitationPending, tenancy.InvitationAccepted, tenancy.InvitationExpired, tenancy.InvitationRevoked, tenancy.InvitationDeclined}
	vias             = []tenancy.Via{tenancy.ViaOwner, tenancy.ViaGroup, tenancy.ViaLinkedGroup, tenancy.ViaAccountRole, tenancy.ViaTenantGroup}
	resourceTypes    = []tenancy.ResourceType{
		tenancy.BackupReport, tenancy.Agent, tenancy.Machine, tenancy.EncryptionKey,
		tenancy.ConnectionString, tenancy.BackupConfig, tenancy.Gateway, tenancy.MonitoredSystem,
	}
)

func textsOf[T ~string](values []T) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = string(v)
	}
	return list
}

// codeWords say what each code means, and with which status it comes.
func codeWords() string {
	lines := make([]string, 0, len(kinds))
	for _, code := range sortedCodes() {
		lines = append(lines, fmt.Sprintf("%s (%d): %s", code, kinds[code].status, kinds[code].title))
	}
	return strings.Join(lines, "\n\n")
}

// codeNames are the codes of problems, by status.
func codeNames() []string {
	return textsOf(sortedCodes())
}
