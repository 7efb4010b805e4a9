package tenancy_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// otherForesight is what might be foreseen in the place of what is.
var otherForesight = map[string]func(tenancy.Question) []tenancy.Question{
	"nothing": func(tenancy.Question) []tenancy.Question { return nil },
	"all that there is": func(q tenancy.Question) (all []tenancy.Question) {
		for _, permission := range tenancy.PermissionsOf(q.Resource.Type) {
			all = append(all, tenancy.Question{Subject: q.Subject, Permission: permission, Resource: q.Resource})
		}
		return all
	},
	"something of another person": func(q tenancy.Question) []tenancy.Question {
		q.Subject.ID = "stranger"
		return []tenancy.Question{q}
	},
	"something of another thing": func(q tenancy.Question) []tenancy.Question {
		q.Resource.ID = "nowhere"
		return []tenancy.Question{q, q}
	},
}

// TestWhatIsForeseenDecidesNothing has random people do random things, and asks before each what
// would come of it, of services that foresee what is right, what is wrong, and nothing: they say
// the same.
func TestWhatIsForeseenDecidesNothing(t *testing.T) {
	w := newWorld(t)
	g := newGame(w)
	others := map[string]*world{}
	for name, foresight := range otherForesight {
		other := *w
		other.service = w.parts.service(tenancy.Options{})
		other.service.Foresee(foresight)
		others[name] = &other
	}
	random := rand.New(rand.NewPCG(3, 4))
	refusals := map[tenancy.Code]int{}
	for range 150 {
		actor, do := g.anything(random)
		outcome, err := w.undertake(actor, tenancy.Terms{DryRun: true}, do)
		would := codeOf(t, err)
		for name, other := range others {
			otherwise, err := other.undertake(actor, tenancy.Terms{DryRun: true}, do)
			require.Equal(t, would, codeOf(t, err), "%s foresees %s", actor, name)
			require.Equal(t, outcome.Forecast, otherwise.Forecast)
		}
		require.Equal(t, would, codeOf(t, do(w)))
		refusals[would]++
	}
	for _, code := range []tenancy.Code{"", tenancy.CodeForbidden, tenancy.CodeNotFound} {
		require.Greater(t, refusals[code], 10, "%q: %v", code, refusals)
	}
}

// overhearing notes what is asked, each time on a line.
type overhearing struct {
	tenancy.Decisions
	asked *[]string
}

func (o overhearing) CheckAt(ctx context.Context, rootID string, version int64, questions []tenancy.Question) ([]bool, error) {
	line := rootID + ":"
	for _, q := range questions {
		line += fmt.Sprintf(" %s %s:%s", q.Permission, q.Resource.Type, q.Resource.ID)
	}
	*o.asked = append(*o.asked, line)
	return o.Decisions.CheckAt(ctx, rootID, version, questions)
}

// TestWhatIsForeseenIsAskedAlong: an engine elsewhere is asked once, where it would be asked for
// one thing after the other. Each tree is asked about what is in it, and about nothing that
// nobody wants to know.
func TestWhatIsForeseenIsAskedAlong(t *testing.T) {
	w := teams(t)
	var asked []string
	w.service = tenancy.NewService(w.store, overhearing{w.deliverer, &asked}, w.deliverer, w.clock, tenancy.Options{Log: quiet})
	for _, c := range []struct {
		name string
		do   call
		asks []string
	}{
		{"a link", linkAs("olga", "shop", "top"), []string{
			"acme: access organization:shop view group:top manage_members group:top own organization:acme own organization:shop",
		}},
		{"a link from another tree", linkAs("both", "rival", "top"), []string{
			"rival: access organization:rival own organization:rival", "acme: view group:top manage_members group:top own organization:acme",
		}},
		{"an owner", ownAs("olga", "shop", "nina"), []string{"acme: access organization:shop own organization:shop"}},
		{"a member", giveAs("olga", "top", groupMember, "nina"), []string{"acme: view group:top manage_members group:top"}},
		{"a member who leaves", takeAs("olga", "top", groupMember, "nina"), []string{"acme: view group:top manage_members group:top"}},
		{"what is not seen", ownAs("nina", "acme", "nina"), []string{"acme: access organization:acme own organization:acme"}},
		{"the platform", linkAs("platform", "farm", "top"), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			asked = nil
			_ = c.do(w)
			for i := range asked {
				asked[i] = w.names(asked[i])
			}
			require.Equal(t, c.asks, asked)
		})
	}
}
