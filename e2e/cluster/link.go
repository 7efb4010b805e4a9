package cluster

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/testcontainers/testcontainers-go/wait"
)

// controlPort is that of the program faults.
const controlPort = "9900"

// ends are the names of the parts that a link connects: who begins connections, and who takes
// them; and the port, if it is not the one that the part is there for.
type ends struct{ from, to, port string }

// Link carries all connections that one part begins to another. It holds for open connections
// and for new ones, until it is told otherwise.
type Link struct {
	from, to       *Part
	port, lastPort string // where it listens, and where it leads
	control        string // URL of what commands it
}

// Seen is what a link saw since its state was set. Requests and answers are counted as they are
// read, which may be in pieces or several at once.
type Seen struct {
	Connections int   // that are open now
	Held        int64 // requests and answers that a cut link holds
	Swallowed   int64 // answers that are gone for ever
}

func (c *Cluster) link(from, to *Part, port, lastPort string) {
	c.links[ends{from: from.Name, to: to.Name}] = &Link{from: from, to: to, port: port, lastPort: lastPort}
}

// Link is the link from a part to another. There is one where a part begins connections: from
// the caller to every part, from a node of Tenantry to PostgreSQL and to each node of SpiceDB,
// and from a node of SpiceDB to PostgreSQL and to the other. It panics if there is none.
func (c *Cluster) Link(from, to *Part) *Link {
	l := c.links[ends{from: from.Name, to: to.Name}]
	if l == nil {
		panic(fmt.Sprintf("%s begins no connections to %s", from.Name, to.Name))
	}
	return l
}

// Partition cuts the links between two parts, whoever begins their connections.
func (c *Cluster) Partition(t testing.TB, a, b *Part) {
	t.Helper()
	c.between(t, a, b, (*Link).Cut)
}

// Heal lets everything pass between two parts.
func (c *Cluster) Heal(t testing.TB, a, b *Part) {
	t.Helper()
	c.between(t, a, b, (*Link).Pass)
}

func (c *Cluster) between(t testing.TB, a, b *Part, do func(*Link, testing.TB)) {
	t.Helper()
	found := false
	for _, e := range []ends{{from: a.Name, to: b.Name}, {from: b.Name, to: a.Name}} {
		if l := c.links[e]; l != nil {
			found = true
			do(l, t)
		}
	}
	require.True(t, found, "nothing connects %s and %s", a.Name, b.Name)
}

// Pass lets everything pass: what a cut link held comes now, late, and connections of which a
// swallowing link lost something are reset.
func (l *Link) Pass(t testing.TB) {
	t.Helper()
	l.set(t, "pass", 0)
}

// Delay lets everything pass, each request and each answer so much later.
func (l *Link) Delay(t testing.TB, by time.Duration) {
	t.Helper()
	l.set(t, "pass", by)
}

// Cut lets nothing pass, in either direction, as a network that is partitioned: connections
// stay open and silent. New ones are accepted by the link, and nobody answers.
func (l *Link) Cut(t testing.TB) {
	t.Helper()
	l.set(t, "cut", 0)
}

// Swallow lets requests pass and loses all answers: what was asked is done, and who asked does
// not hear of it.
func (l *Link) Swallow(t testing.TB) {
	t.Helper()
	l.set(t, "swallow", 0)
}

// Refuse resets all connections, those that are open and those that come.
func (l *Link) Refuse(t testing.TB) {
	t.Helper()
	l.set(t, "refuse", 0)
}

// Reset resets the connections that are open. New ones pass as before.
func (l *Link) Reset(t testing.TB) {
	t.Helper()
	l.call(t, http.MethodPost, "/reset", nil)
}

// AwaitHeld returns when a cut link holds at least so many requests and answers.
func (l *Link) AwaitHeld(t testing.TB, atLeast int) Seen {
	t.Helper()
	return l.seen(t, fmt.Sprintf("?held=%d", atLeast))
}

// AwaitSwallowed returns when at least so many answers are lost.
func (l *Link) AwaitSwallowed(t testing.TB, atLeast int) Seen {
	t.Helper()
	return l.seen(t, fmt.Sprintf("?swallowed=%d", atLeast))
}

// Seen tells what the link has seen so far.
func (l *Link) Seen(t testing.TB) Seen {
	t.Helper()
	return l.seen(t, "")
}

func (l *Link) seen(t testing.TB, query string) (s Seen) {
	t.Helper()
	require.NoError(t, json.Unmarshal(l.call(t, http.MethodGet, query, nil), &s))
	return s
}

func (l *Link) set(t testing.TB, state string, delay time.Duration) {
	t.Helper()
	l.call(t, http.MethodPut, "", map[string]any{"state": state, "delay": delay})
}

func (l *Link) call(t testing.TB, method, path string, body any) []byte {
	t.Helper()
	answer, err := command(t.Context(), method, l.control+"/links/"+l.port+path, body)
	require.NoError(t, err, "the link from %s to %s", l.from.Name, l.to.Name)
	return answer
}

// command tells the program faults something.
func command(ctx context.Context, method, url string, body any) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", response.Status, strings.TrimSpace(string(answer)))
	}
	return answer, err
}

// linkStarts start the links of each part that begins connections: a container for each such
// part, under the name that it is told for those that it connects to.
func (c *Cluster) linkStarts(ctx context.Context) (starts []func() error) {
	for _, from := range append([]*Part{c.Caller}, c.parts...) {
		var of []*Link
		for _, l := range c.links {
			if l.from == from {
				of = append(of, l)
			}
		}
		if len(of) > 0 {
			starts = append(starts, func() error { return c.startLinks(ctx, from, of) })
		}
	}
	return starts
}

func (c *Cluster) startLinks(ctx context.Context, from *Part, of []*Link) error {
	s := spec{name: linksOf(from), image: c.images.faults, cmd: []string{"links"}, ports: []string{controlPort + "/tcp"}}
	s.options = append(s.options, awaitFaults)
	for _, l := range of {
		s.cmd = append(s.cmd, l.port+"="+l.to.Name+":"+l.lastPort)
		if l.from == c.Caller {
			s.ports = append(s.ports, l.port+"/tcp")
		}
		if l.lastPort == dispatchPort {
			s.aliases = append(s.aliases, ringOf(from))
		}
	}
	made, err := c.run(ctx, s)
	if err != nil {
		return err
	}
	control, err := made.PortEndpoint(ctx, controlPort+"/tcp", "http")
	if err != nil {
		return err
	}
	for _, l := range of {
		l.control = control
		if l.from == c.Caller {
			address := &l.to.Address
			if l.lastPort == auditorPort {
				address = &l.to.AuditorAddress
			}
			if *address, err = made.PortEndpoint(ctx, l.port+"/tcp", ""); err != nil {
				return err
			}
		}
	}
	return nil
}

// awaitFaults waits until the program faults takes commands.
var awaitFaults = withWait(wait.ForHTTP("/ready").WithPort(controlPort + "/tcp"))

// linksOf is the name under which the links of a part are reached.
func linksOf(from *Part) string { return "links-" + from.Name }
