package tenancy

import (
	"context"
	"errors"
	"slices"
	"strings"
)

// teller puts relationships of one tree into words: it names what they are about, to a
// caller who may see it, and keeps the first thing that goes wrong.
type teller struct {
	op     *operation
	rootID string
	names  map[Object]string
	err    error
}

// toldAll reports whether the caller may ask about everybody, and is told everything.
func (t *teller) toldAll() bool { return t.op.caller.UserID == "" }

// name is the name that people gave to an object, or its id where that may not be told.
func (t *teller) name(ctx context.Context, o Object) string {
	name, known := t.names[o]
	if !known && t.err == nil {
		name = t.newName(ctx, o)
		t.names[o] = name
	}
	return name
}

func (t *teller) newName(ctx context.Context, o Object) string {
	first, rest, _ := strings.Cut(o.ID, "/")
	switch o.Type {
	case "subtree":
		return "everything in and below " + t.name(ctx, Object{"organization", o.ID})
	case "link":
		return "the narrowed link of " + t.name(ctx, Object{"group", first})
	case "tenant_module":
		return "the module `" + rest + "` at " + t.name(ctx, Object{"tenant_group", first})
	case "account_role":
		level := "the account roles in "
		if rest != "" {
			level = "the subaccount roles in all that is delegated to "
		}
		return level + t.name(ctx, Object{"organization", first})
	case "module":
		return "the module `" + rest + "` of " + t.name(ctx, Object{"organization", first})
	}
	given, err := t.given(ctx, o)
	if errors.Is(err, ErrNoRow) {
		given, err = "", nil
	}
	t.fail(err)
	switch {
	case given == "" && o.Type == "user":
		return "`" + o.ID + "`"
	case given == "":
		return "the " + noun(o.Type) + " `" + o.ID + "`"
	case o.Type == "user":
		return given
	case slices.Contains([]string{"organization", "group"}, o.Type):
		return "*" + given + "*"
	}
	return "the " + noun(o.Type) + " *" + given + "*"
}

func noun(objectType string) string { return strings.ReplaceAll(objectType, "_", " ") }

// given is the name of a row of the tree that the caller may see; "" for what is not to be
// named to him.
func (t *teller) given(ctx context.Context, o Object) (name string, err error) {
	rootID := t.rootID
	switch o.Type {
	case "user":
		var user User
		user, err = t.op.snap.User(ctx, o.ID)
		name = user.Name
	case "organization":
		var row Organization
		row, err = t.op.snap.Organization(ctx, o.ID)
		name, rootID = row.Name, row.RootID
	case "group":
		var row Group
		row, err = t.op.snap.Group(ctx, o.ID)
		name, rootID = row.Name, row.RootID
	case "tenant_group":
		var row TenantGroup
		row, err = t.op.snap.TenantGroup(ctx, o.ID)
		name, rootID = row.Name, row.RootID
	default:
		var row Resource
		row, err = t.op.snap.Resource(ctx, o)
		name, rootID = row.Name, row.RootID
	}
	if err != nil || rootID != t.rootID {
		return "", err
	}
	if sees, err := t.sees(ctx, o); err != nil || !sees {
		return "", err
	}
	return name, nil
}

// showing are the permissions of which any lets an object of a type be seen. A resource is
// seen by those who view it.
var showing = map[string][]string{
	"group":        {"view"},
	"tenant_group": {"use", "administer"},
	"module":       {"use"},
}

// sees reports whether the caller may see an object of the tree.
func (t *teller) sees(ctx context.Context, o Object) (bool, error) {
	switch {
	case t.toldAll():
		return true, nil
	case o.Type == "user":
		return o.ID == t.op.caller.UserID, nil
	case o.Type == "organization":
		row, err := t.op.snap.Organization(ctx, o.ID)
		if err != nil {
			return false, err
		}
		return t.op.seesOrganization(ctx, row)
	}
	permissions := showing[o.Type]
	if permissions == nil && slices.Contains(RegisteredTypes, ResourceType(o.Type)) {
		permissions = []string{"view"}
	}
	for _, permission := range permissions {
		if ok, err := t.op.allowed(ctx, t.rootID, permission, o); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

// group is a group that the caller may see; ok is false for any other.
func (t *teller) group(ctx context.Context, id string) (g Group, ok bool) {
	g, err := t.op.snap.Group(ctx, id)
	if errors.Is(err, ErrNoRow) {
		return Group{}, false
	}
	t.fail(err)
	sees, err := t.sees(ctx, Object{"group", id})
	t.fail(err)
	return g, sees && t.err == nil
}

func (t *teller) fail(err error) {
	if t.err == nil {
		t.err = err
	}
}
