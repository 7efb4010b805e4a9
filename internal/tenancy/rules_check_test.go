package tenancy_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestR14WhatAClaimImplies has a group with each claim alone, and asks for everything.
func TestR14WhatAClaimImplies(t *testing.T) {
	w := twoTrees(t)
	w.group("team", "acme", "olga")
	w.put("team", groupMember, "nina")
	for _, claim := range append([]tenancy.Claim{""}, tenancy.Claims...) {
		var claims []tenancy.Claim
		if claim != "" {
			claims = append(claims, claim)
		}
		require.NoError(t, claimsAs("platform", "team", claims...)(w))
		for _, permission := range tenancy.PermissionsOf("organization") {
			require.Equal(t, implies(string(claim), permission), w.may("nina", permission, "acme"), "%q gives %s", claim, permission)
			require.False(t, w.may("nina", permission, "shop"), "%q gives %s below", claim, permission)
		}
	}
}

// implies is R-14 and the claims of the API, in other words than the schema's.
func implies(claim, permission string) bool {
	if claim == "owner" || permission == "access" || claim == permission {
		return true
	}
	noun, manages := strings.CutPrefix(claim, "manage_")
	return manages && permission == "view_"+noun
}

func TestR14AnOwnerHoldsAll(t *testing.T) {
	w := twoTrees(t)
	for _, permission := range tenancy.PermissionsOf("organization") {
		require.True(t, w.may("sam", permission, "shop"), permission)
		require.False(t, w.may("sam", permission, "acme"), permission)
		require.False(t, w.may("sam", permission, "kiosk"), permission)
	}
}

// TestCheckAnswers has who asks about whom, and what is not there.
func TestCheckAnswers(t *testing.T) {
	w := withLink(t)
	for name, c := range map[string]struct {
		actor, subject, permission, resource string
		allowed                              bool
		code                                 tenancy.Code
	}{
		"the platform":             {"platform", "user:mia", "view_agents", "organization:shop", true, ""},
		"a console":                {"console", "user:mia", "view_agents", "organization:shop", true, ""},
		"a user, about himself":    {"mia", "user:mia", "view_agents", "organization:shop", true, ""},
		"a user, about another":    {"olga", "user:mia", "view_agents", "organization:shop", false, "forbidden"},
		"about another and wrong":  {"olga", "user:mia", "fly", "organization:shop", false, "forbidden"},
		"a platform key as a user": {"sam", "user:mia", "view_agents", "organization:shop", false, "forbidden"},
		"from anywhere":            {"mia@rival", "user:mia", "view_agents", "organization:shop", true, ""},
		"no such organization":     {"console", "user:mia", "access", "organization:nowhere", false, ""},
		"no such user":             {"console", "user:nobody", "access", "organization:shop", false, ""},
		"no such group":            {"console", "user:mia", "view", "group:nobody", false, ""},
		"no such machine":          {"console", "machine:m", "access", "organization:shop", false, ""},
		"no resource of the type":  {"console", "user:mia", "view", "gateway:g", false, ""},
		"a group":                  {"console", "user:mia", "view", "group:top", true, ""},
		"owner means own":          {"console", "user:sam", "owner", "organization:shop", true, ""},
		"unknown permission":       {"console", "user:mia", "fly", "organization:shop", false, "invalid"},
		"a relation is none":       {"console", "user:mia", "linked_group", "organization:shop", false, "invalid"},
		"another type's":           {"console", "user:mia", "own", "group:top", false, "invalid"},
		"unknown resource type":    {"console", "user:mia", "own", "version:1", false, "invalid"},
		"unknown subject type":     {"console", "group:top", "own", "organization:shop", false, "invalid"},
		"a set as subject":         {"console", "user:mia#x", "own", "organization:shop", false, "invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			q := tenancy.Question{Subject: w.object(c.subject), Permission: c.permission, Resource: w.object(c.resource)}
			heads := w.heads()
			allowed, token, err := w.service.Check(w.ctx, w.as(c.actor), q, tenancy.Token{})
			require.Equal(t, c.code, codeOf(t, err))
			require.Equal(t, c.allowed, allowed)
			if allowed {
				require.Equal(t, tenancy.Token{RootID: w.id("acme"), Version: trees(w)[w.id("acme")]}, token)
			}
			require.Empty(t, w.news(heads), "a question is no event")
		})
	}
}

func (w *world) object(text string) tenancy.Object {
	kind, name, _ := strings.Cut(text, ":")
	return tenancy.Object{Type: kind, ID: w.id(name)}
}

// TestAPermissionsListCantBeChanged by who asks for it.
func TestAPermissionsListCantBeChanged(t *testing.T) {
	tenancy.PermissionsOf("group")[0] = "fly"
	require.False(t, slices.Contains(tenancy.PermissionsOf("group"), "fly"))
}
