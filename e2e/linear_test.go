package e2e

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/require"
)

// A history is of so many callers, each of whom performs so many operations, one after the
// other.
const (
	historyCallers    = 8
	historyOperations = 50
	historyTries      = 20          // of a change, until its outcome is unknown
	judgeTimeout      = time.Minute // of one history
	sideBySide        = 10          // histories at the same time, each of its own tree
	restartsEvery     = 10 * time.Second
)

// TestHistoriesAreLinearizable has callers change and ask about one tree at two nodes, while
// links to SpiceDB fail and parts are restarted. Each history has to be one that a single
// service could have made that does one thing after the other, each between its call and its
// return (R-80, I-3, I-5).
//
// TENANTRY_HISTORIES sets how many there are: a landing runs some, and 1,000 are run on demand.
func TestHistoriesAreLinearizable(t *testing.T) {
	n := startNodes(t, binary)
	histories := count(t, "TENANTRY_HISTORIES", 20)
	var operations, unknown int
	n.histories(t, histories, func(h *history) bool {
		operations, unknown = operations+len(h.all()), unknown+int(h.unknown.Load())
		require.Equal(t, porcupine.Ok, h.judge(), "history %s is not linearizable:\n%s", h.root, h)
		return true
	})
	t.Logf("%d histories, %d operations, %d of unknown outcome", histories, operations, unknown)
}

// TestHistoriesWithoutTheFenceAreNot is the control.
func TestHistoriesWithoutTheFenceAreNot(t *testing.T) {
	program, err := unfenced()
	require.NoError(t, err)
	n := startNodes(t, program)
	const enough = 50
	made, found := 0, false
	n.histories(t, enough, func(h *history) bool {
		made++
		found = h.judge() == porcupine.Illegal
		return !found
	})
	require.True(t, found, "every history of a program without its fence is linearizable")
	t.Logf("history %d is not linearizable", made)
}

// histories makes histories, some at a time, and shows each until it is told to stop.
func (n *nodes) histories(t *testing.T, histories int, show func(*history) bool) {
	t.Helper()
	n.at(0).people(t, "mia", "user0", "user1", "user2")
	var all []*history
	for i := range histories {
		all = append(all, &history{t: t, n: n, root: fmt.Sprint("acme", i)})
		n.tenants(all[i].root) // while nothing is disturbed yet
	}
	restarts := time.NewTicker(restartsEvery)
	defer restarts.Stop()
	made := 0
	for some := range slices.Chunk(all, sideBySide) {
		for _, h := range some {
			h.begun = time.Now()
		}
		done := together(len(some)*historyCallers, func(caller int) { some[caller/historyCallers].perform(caller % historyCallers) })
		n.disturbed(done, restarts.C)
		for _, h := range some {
			if !show(h) {
				return
			}
		}
		made += len(some)
		t.Logf("%d histories so far", made)
	}
}

// history is what callers have done to one tree, and what they were told.
type history struct {
	t       *testing.T
	n       *nodes
	root    string
	begun   time.Time
	callers [historyCallers][]porcupine.Operation
	unknown atomic.Int64
}

// now is the time in a history.
func (h *history) now() int64 { return int64(time.Since(h.begun)) }

func (h *history) all() []porcupine.Operation { return slices.Concat(h.callers[:]...) }

func (h *history) judge() porcupine.CheckResult {
	return porcupine.CheckOperationsTimeout(sequential, h.all(), judgeTimeout)
}

// String lists the operations in the order of their calls.
func (h *history) String() string {
	list := h.all()
	slices.SortFunc(list, func(a, b porcupine.Operation) int { return int(a.Call - b.Call) })
	var text strings.Builder
	for _, o := range list {
		fmt.Fprintf(&text, "%d: %s … %s: %s\n", o.ClientId, time.Duration(o.Call), time.Duration(o.Return), sequential.DescribeOperation(o.Input, o.Output))
	}
	return text.String()
}

// perform is what one caller does.
func (h *history) perform(caller int) {
	for i := range historyOperations {
		o := porcupine.Operation{ClientId: caller, Call: h.now()}
		s, node := randomStep(), rand.IntN(2)
		o.Input = s
		if s.reads() {
			told, answered := h.ask(node, s)
			if !answered {
				continue // it has told nothing, and changed nothing
			}
			o.Output, o.Return = told, h.now()
		} else {
			o.Output, o.Return = h.change(node, s, fmt.Sprintf("%s-%d-%d", h.root, caller, i)), h.now()
			if o.Output.(outcome).unknown {
				o.Return = math.MaxInt64
				h.unknown.Add(1)
			}
		}
		h.callers[caller] = append(h.callers[caller], o)
	}
}

// ask performs a check or reads the list, at one node or, if it does not answer, at the other.
func (h *history) ask(node int, s step) (told outcome, answered bool) {
	c := change{method: http.MethodGet, path: "/v1/organizations/" + h.root + "/owners"}
	if s.do == "check" {
		organization := h.root
		if s.shop {
			organization += "-shop"
		}
		c = change{method: http.MethodPost, path: "/v1/check", body: mayView(userOf(s), "view_agents", organization)}
	}
	for try := range len(h.n.doors) {
		a, err := h.n.at((node+try)%len(h.n.doors)).try("", c.method, c.path, c.body)
		if err != nil || !known(a) {
			continue
		}
		if a.status != http.StatusOK {
			h.t.Errorf("%+v: %d %v", s, a.status, a.body)
		}
		if s.do == "owners" {
			return outcome{owners: ownersIn(a)}, true
		}
		return outcome{allowed: a.body["allowed"] == true}, true
	}
	return outcome{}, false
}

func userOf(s step) string { return fmt.Sprint("user", s.user) }

// ownersIn are the owners that a list names beside mia.
func ownersIn(a answer) (owners uint8) {
	items, _ := a.body["items"].([]any)
	for _, item := range items {
		for user := range people {
			if item.(object)["user_id"] == userOf(step{user: user}) {
				owners |= 1 << user
			}
		}
	}
	return owners
}

// change makes a change, for mia or for the platform, at one node or, as long as nobody says
// what became of it, at the other.
func (h *history) change(node int, s step, key string) outcome {
	c := h.request(s)
	if rand.IntN(2) == 0 {
		c.user = "mia"
	}
	a, _, answered := h.n.either(h.t.Context(), node, c, key, historyTries)
	switch {
	case !answered:
		return outcome{unknown: true}
	case a.status == c.want:
		return outcome{found: true}
	case a.status != http.StatusNotFound:
		h.t.Errorf("%+v: %d %v", s, a.status, a.body)
	}
	return outcome{}
}

// request is how a change is asked for.
func (h *history) request(s step) change {
	crew, user := h.root+"-crew", userOf(s)
	put := func(path string, body any) change {
		return change{method: http.MethodPut, path: path, body: body, want: http.StatusOK}
	}
	remove := func(path string) change {
		return change{method: http.MethodDelete, path: path, want: http.StatusNoContent}
	}
	switch s.do {
	case "grant":
		return put("/v1/groups/"+crew+"/members/"+user, object{})
	case "revoke":
		return remove("/v1/groups/" + crew + "/members/" + user)
	case "promote":
		return put("/v1/organizations/"+h.root+"/owners/"+user, object{})
	case "demote":
		return remove("/v1/organizations/" + h.root + "/owners/" + user)
	case "link":
		return put("/v1/organizations/"+h.root+"-shop/links/"+crew, object{})
	case "unlink":
		return remove("/v1/organizations/" + h.root + "-shop/links/" + crew)
	case "narrow":
		return put("/v1/groups/"+crew+"/claims", object{"claims": []string{"view_machines"}})
	default: // widen
		return put("/v1/groups/"+crew+"/claims", object{"claims": []string{"view_agents"}})
	}
}
