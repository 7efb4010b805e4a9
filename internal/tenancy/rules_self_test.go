package tenancy_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// machine is the caller with the key of a machine or agent in a tree.
func (w *world) machine(subject, root string) tenancy.Caller {
	return tenancy.Caller{Kind: tenancy.MachineKey, KeyID: "access-key", Subject: w.object(subject), RootID: w.id(root), RequestID: "r", From: "192.0.2.1"}
}

// TestR71AMachineAsksAboutItself and about nothing else.
func TestR71AMachineAsksAboutItself(t *testing.T) {
	w := equipped(t)
	w.register("shop", "backup_report:monday")
	w.register("stall", "backup_config:far", "machine:far")
	w.register("farm", "backup_config:barn", "machine:barn")
	for name, c := range map[string]struct {
		subject, permission, resource string
		allowed                       bool
		code                          tenancy.Code
	}{
		"its configuration":           {"machine:pc", "read", "backup_config:nightly", true, ""},
		"its key":                     {"machine:pc", "use", "encryption_key:disk", true, ""},
		"another's key":               {"agent:bot", "use", "encryption_key:disk", false, ""},
		"its report":                  {"agent:bot", "submit", "backup_report:monday", true, ""},
		"a machine's report":          {"machine:pc", "submit", "backup_report:monday", false, ""},
		"what is not there":           {"machine:pc", "read", "backup_config:nobody", false, ""},
		"another organization's":      {"machine:pc", "read", "backup_config:barn", false, ""},
		"another tree's":              {"machine:pc", "read", "backup_config:far", false, ""},
		"what people hold":            {"machine:pc", "view", "backup_config:nightly", false, "invalid"},
		"another type's permission":   {"machine:pc", "use", "backup_config:nightly", false, "invalid"},
		"a machine":                   {"machine:pc", "view", "machine:pc", false, "invalid"},
		"an organization":             {"machine:pc", "access", "organization:shop", false, "invalid"},
		"no type":                     {"machine:pc", "read", "house:nightly", false, "invalid"},
		"everything":                  {"machine:pc", "read", "backup_config:*", false, "invalid"},
		"no permission":               {"machine:pc", "", "backup_config:nightly", false, "invalid"},
		"a relation is no permission": {"machine:pc", "assigned", "backup_config:nightly", false, "invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			heads := w.heads()
			allowed, err := w.service.SelfCheck(w.ctx, w.machine(c.subject, "acme"), c.permission, w.object(c.resource))
			require.Equal(t, c.code, codeOf(t, err))
			require.Equal(t, c.allowed, allowed)
			require.Empty(t, w.news(heads), "a question is no event")
		})
	}
}

// TestR1AMachineIsAnsweredWithinItsTree even by an engine that would allow more.
func TestR1AMachineIsAnsweredWithinItsTree(t *testing.T) {
	w := equipped(t)
	for root, want := range map[string]bool{"acme": true, "rival": false, "nowhere": false} {
		allowed, err := w.service.SelfCheck(w.ctx, w.machine("machine:pc", root), "read", w.object("backup_config:nightly"))
		require.NoError(t, err)
		require.Equal(t, want, allowed, root)
	}
}

// TestR71NobodyElseAsksSo refuses who is unknown as such.
func TestR71NobodyElseAsksSo(t *testing.T) {
	w := equipped(t)
	w.setUser("nina", tenancy.UserDeactivated)
	for actor, want := range map[string]tenancy.Code{
		"platform": "forbidden", "console": "forbidden", "sam": "forbidden", "nina": "unauthenticated", "nobody": "unauthenticated",
	} {
		_, err := w.service.SelfCheck(w.ctx, w.as(actor), "read", w.object("backup_config:nightly"))
		require.Equal(t, want, codeOf(t, err), actor)
		_, err = w.service.SelfCheckEach(w.ctx, w.as(actor), nil)
		require.Equal(t, want, codeOf(t, err), actor)
	}
}

// TestR71AMachineDoesNothingElse whatever it asks for.
func TestR71AMachineDoesNothingElse(t *testing.T) {
	w := equipped(t)
	pc := w.machine("machine:pc", "acme")
	refusals := map[string]func() error{
		"check": func() error {
			_, _, err := w.service.Check(w.ctx, pc, tenancy.Question{Subject: pc.Subject, Permission: "read", Resource: w.object("backup_config:nightly")}, tenancy.Token{})
			return err
		},
		"list": func() error { _, err := w.service.Resources(w.ctx, pc, w.id("shop"), "", tenancy.PageAll); return err },
		"user": func() error { _, err := w.service.User(w.ctx, pc, w.id("sam")); return err },
		"put": func() error {
			_, _, _, err := w.service.PutUser(w.ctx, pc, w.id("sam"), tenancy.UserInput{})
			return err
		},
		"see":   func() error { _, err := w.service.Organization(w.ctx, pc, w.id("shop")); return err },
		"write": func() error { _, _, err := w.service.PutOwner(w.ctx, pc, w.id("shop"), w.id("nina")); return err },
	}
	rows := w.texts()
	for name, try := range refusals {
		require.Equal(t, tenancy.CodeForbidden, codeOf(t, try()), name)
	}
	require.Equal(t, rows, w.texts())
}

// TestSelfChecksAreAnsweredEach though one of them can't be.
func TestSelfChecksAreAnsweredEach(t *testing.T) {
	w := equipped(t)
	pc := w.machine("machine:pc", "acme")
	answers, err := w.service.SelfCheckEach(w.ctx, pc, []tenancy.SelfQuestion{
		{Permission: "read", Resource: w.object("backup_config:nightly")},
		{Permission: "fly", Resource: w.object("backup_config:nightly")},
		{Permission: "read", Resource: w.object("backup_config:nobody")},
	})
	require.NoError(t, err)
	require.Len(t, answers, 3)
	require.Equal(t, tenancy.SelfAnswer{Allowed: true}, answers[0])
	require.Equal(t, tenancy.CodeInvalid, codeOf(t, answers[1].Err))
	require.Equal(t, tenancy.SelfAnswer{}, answers[2])
	_, err = w.service.SelfCheckEach(w.ctx, pc, make([]tenancy.SelfQuestion, tenancy.MaxSelfChecks+1))
	require.Equal(t, tenancy.CodeInvalid, codeOf(t, err))
	answers, err = w.service.SelfCheckEach(w.ctx, pc, make([]tenancy.SelfQuestion, tenancy.MaxSelfChecks))
	require.NoError(t, err)
	require.Len(t, answers, tenancy.MaxSelfChecks)
}

// TestAMachineIsAnsweredAfterAChange as fast as the change returns.
func TestAMachineIsAnsweredAfterAChange(t *testing.T) {
	w := equipped(t)
	pc := w.machine("machine:pc", "acme")
	for i := range 20 {
		require.NoError(t, registerAs("sam", "shop", "encryption_key:disk", []string{"machine:pc"}[i%2:]...)(w))
		allowed, err := w.service.SelfCheck(w.ctx, pc, "use", w.object("encryption_key:disk"))
		require.NoError(t, err)
		require.Equal(t, i%2 == 0, allowed, fmt.Sprint("change ", i))
	}
}
