package e2e

import (
	"context"
	"fmt"
	"io"
	"iter"
	"mime/quotedprintable"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/relation"
	"github.com/tenantry/tenantry/internal/store/sqlite"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// change is one call that alters something.
type change struct {
	user, method, path string
	body               any
	from               string // Current-Organization
	want               int
	late               int // the status of a repeat that comes too late, 0 if none does
}

// caller makes one change after the other. Each goes out with an Idempotency-Key, and is
// repeated until it is answered: so done counts its effects, whatever the program went
// through.
type caller struct {
	name   string
	next   func(n int) change
	after  func(p *process, n int) // what the caller does when change n is acknowledged
	verify func(t *testing.T, p *process, done int)
	// tree is the one whose versions are this caller's changes alone, "" if there is none.
	tree string
	// deleted are what the first changes have deleted, nil for nothing.
	deleted func(done int) []string

	done int
	sent int     // changes, also those that came too late
	open *change // went out, and was not answered
}

// mixture is callers who do all kinds of things at the same time.
type mixture struct {
	t       *testing.T
	callers []*caller
	post    *postOffice
	run     string          // tells what is made in one run of the program from that of another
	struck  <-chan struct{} // is closed when the program has met its fault
	invited []string        // the addresses whose invitation is acknowledged
}

const (
	places     = 60  // that a group is linked to: more relationships than one write takes
	tries      = 100 // of a change that fails
	afterwards = 2   // changes of each caller after a point has struck
	momentary  = 200 * time.Millisecond
)

// foundEstate makes what the callers change.
func foundEstate(t *testing.T, p *process) {
	t.Helper()
	p.people(t, "olga", "tom", "max", "fred", "stranger")
	for _, root := range []string{"links", "acme", "large", "make", "ends", "mail", "refuse", "still"} {
		p.root(t, root, "mia")
	}
	crew := func(root, group string, claims ...string) {
		p.steps(t, "mia", "POST /v1/organizations/"+root+"/groups", object{"id": group, "name": group, "claims": claims})
	}
	crew("links", "operators", "view_agents")
	crew("ends", "temps", "view_agents")
	crew("mail", "guests", "view_agents")
	crew("large", "all", everyClaim()...)
	p.steps(t, "mia",
		"POST /v1/organizations", object{"id": "shop", "name": "Shop", "parent_id": "links"},
		"PUT /v1/groups/operators/members/olga", object{},
		"PUT /v1/groups/all/members/olga", object{})
	p.steps(t, "", "POST /v1/organizations", object{"id": "hill", "name": "Hill", "detached": true, "owner_id": "mia"})
	for i := range places {
		p.steps(t, "mia", "POST /v1/organizations", object{"id": "place" + strconv.Itoa(i), "name": "Place", "parent_id": "large"})
	}
	p.steps(t, "mia", "POST /v1/groups/all/links/batch", object{"descendants_of": "large", "claims": everyClaim()})
}

func everyClaim() []string {
	claims := []string{"manage_billing"}
	for _, what := range []string{
		"backup_reports", "agents", "machines", "encryption_keys", "connection_strings", "backup_configs", "gateways", "monitored_systems",
	} {
		claims = append(claims, "view_"+what, "manage_"+what)
	}
	return claims
}

// newMixture returns callers who have done nothing yet.
func newMixture(t *testing.T, post *postOffice, run string) *mixture {
	m := &mixture{t: t, post: post, run: run}
	m.callers = []*caller{m.links(), m.moves(), m.suspends(), m.makes(), m.founds(), m.ends(), m.invites()}
	return m
}

// links puts a link and takes it away, and asks each time whether that holds (I-5).
func (m *mixture) links() *caller {
	return &caller{
		name: "links", tree: "links",
		next: func(n int) change {
			if n%2 == 0 {
				return change{user: "mia", method: "PUT", path: "/v1/organizations/shop/links/operators", body: object{}, want: 200}
			}
			return change{user: "mia", method: "DELETE", path: "/v1/organizations/shop/links/operators", want: 204}
		},
		after: func(p *process, n int) {
			if allowed, known := p.mayView("olga", "shop"); known && allowed != (n%2 == 0) {
				m.t.Errorf("after change %d of the link a check says %v", n, allowed)
			}
		},
		verify: func(t *testing.T, p *process, done int) {
			require.Equal(t, done%2 == 1, p.allowed(t, "olga", "view_agents", "shop"))
		},
	}
}

// moves puts a tree into another one and takes it out again.
func (m *mixture) moves() *caller {
	return &caller{
		name: "moves", tree: "acme",
		next: func(n int) change {
			if n%2 == 0 {
				return change{user: "mia", method: "POST", path: "/v1/organizations/hill/attach", body: object{"parent_id": "acme"}, want: 200}
			}
			return change{user: "mia", method: "POST", path: "/v1/organizations/hill/detach", want: 200}
		},
		verify: func(t *testing.T, p *process, done int) {
			root := []string{"hill", "acme"}[done%2]
			require.Equal(t, root, p.must(t, "", "GET", "/v1/organizations/hill", nil).body["root_id"])
		},
	}
}

// suspends ends and renews everything that a tree grants, in several writes.
func (m *mixture) suspends() *caller {
	return &caller{
		name: "suspends", tree: "large",
		next: func(n int) change {
			state := []string{"suspended", "active"}[n%2]
			return change{method: "PATCH", path: "/v1/organizations/large", body: object{"state": state}, want: 200}
		},
		verify: func(t *testing.T, p *process, done int) {
			for _, place := range []string{"place0", "place" + strconv.Itoa(places-1)} {
				require.Equal(t, done%2 == 0, p.allowed(t, "olga", "view_agents", place))
			}
		},
	}
}

// makes has an organization made with a group and a member, and deleted.
func (m *mixture) makes() *caller {
	names := func(n int) (organization, group string) {
		id := fmt.Sprintf("%s-%05d", m.run, n/4) // none is the beginning of another
		return "made-" + id, "crew-" + id
	}
	return &caller{
		name: "makes", tree: "make",
		next: func(n int) change {
			organization, group := names(n)
			switch n % 4 {
			case 0:
				return change{user: "mia", method: "POST", path: "/v1/organizations",
					body: object{"id": organization, "name": "Made", "parent_id": "make"}, want: 201}
			case 1:
				return change{user: "mia", method: "POST", path: "/v1/organizations/" + organization + "/groups",
					body: object{"id": group, "name": "Crew", "claims": []string{"view_agents"}}, want: 201}
			case 2:
				return change{user: "mia", method: "PUT", path: "/v1/groups/" + group + "/members/max", body: object{}, want: 200}
			default:
				return change{user: "mia", method: "DELETE", path: "/v1/organizations/" + organization, from: "make", want: 204}
			}
		},
		verify: func(t *testing.T, p *process, done int) {
			organization, _ := names(done)
			require.Equal(t, done%4 == 3, p.allowed(t, "max", "view_agents", organization))
		},
		deleted: func(done int) (ids []string) {
			for n := 3; n < done; n += 4 {
				organization, group := names(n)
				ids = append(ids, organization, group)
			}
			return ids
		},
	}
}

// founds begins a tree and ends it.
func (m *mixture) founds() *caller {
	name := func(n int) string { return fmt.Sprintf("base-%s-%05d", m.run, n/2) }
	return &caller{
		name: "founds",
		next: func(n int) change {
			if n%2 == 0 {
				return change{method: "POST", path: "/v1/organizations",
					body: object{"id": name(n), "name": "Base", "detached": true, "owner_id": "fred"}, want: 201}
			}
			return change{method: "DELETE", path: "/v1/organizations/" + name(n), want: 204}
		},
		verify: func(t *testing.T, p *process, done int) {
			require.Equal(t, done%2 == 1, p.allowed(t, "fred", "own", name(done)))
		},
		deleted: func(done int) (ids []string) {
			for n := 1; n < done; n += 2 {
				ids = append(ids, name(n))
			}
			return ids
		},
	}
}

// ends makes somebody a member for a moment, and asks until it is over.
func (m *mixture) ends() *caller {
	return &caller{
		name: "ends",
		next: func(int) change {
			until := time.Now().Add(momentary).UTC().Format("2006-01-02T15:04:05.000Z")
			return change{user: "mia", method: "PUT", path: "/v1/groups/temps/members/tom", body: object{"expires_at": until}, want: 200, late: 422}
		},
		after: func(p *process, _ int) {
			for {
				if allowed, known := p.mayView("tom", "ends"); !allowed || !known {
					return
				}
			}
		},
		verify: func(t *testing.T, p *process, _ int) {
			require.Eventually(t, func() bool { return !p.allowed(t, "tom", "view_agents", "ends") }, readyTimeout, time.Millisecond)
		},
	}
}

// invites asks somebody into a group and waits for the mail.
func (m *mixture) invites() *caller {
	address := func(n int) string { return fmt.Sprintf("guest-%s-%d@example.com", m.run, n) }
	return &caller{
		name: "invites", tree: "mail",
		next: func(n int) change {
			return change{user: "mia", method: "POST", path: "/v1/groups/guests/invitations",
				body: object{"email": address(n), "role": "member"}, want: 201}
		},
		after: func(_ *process, n int) {
			m.invited = append(m.invited, address(n))
			m.post.awaitMail(address(n), m.struck)
		},
	}
}

// mayView asks whether a user may view the agents of an organization; known is false if
// there is no answer.
func (p *process) mayView(user, organization string) (allowed, known bool) {
	a, err := p.try("", "POST", "/v1/check", object{
		"subject":    object{"type": "user", "id": user},
		"permission": "view_agents",
		"resource":   object{"type": "organization", "id": organization},
	})
	if err != nil || a.status != 200 {
		return false, false
	}
	return a.body["allowed"].(bool), true
}

// step makes the next change, or repeats the one that is open. It reports whether the change
// is answered.
func (m *mixture) step(p *process, c *caller) bool {
	if c.open == nil {
		next := c.next(c.done)
		c.open = &next
		c.sent++
	}
	for range tries {
		a, err := p.repeatable(*c.open, fmt.Sprintf("%s-%s-%d", c.name, m.run, c.sent))
		switch {
		case err != nil:
			return false
		case a.status >= 500:
			continue
		case a.status == c.open.late:
			c.open = nil
			return true
		case a.status != c.open.want:
			m.t.Errorf("change %d of who %s: %d %v", c.done, c.name, a.status, a.body)
			return false
		}
		c.open = nil
		c.done++
		if c.after != nil {
			c.after(p, c.done-1)
		}
		return true
	}
	m.t.Errorf("change %d of who %s fails again and again", c.done, c.name)
	return false
}

func (p *process) repeatable(c change, key string) (answer, error) {
	headers := []string{"Idempotency-Key", key}
	if c.user != "" {
		headers = append(headers, "Act-As-User", c.user)
	}
	if c.from != "" {
		headers = append(headers, "Current-Organization", c.from)
	}
	return p.with(platformKey, c.method, c.path, c.body, headers...)
}

// disturb has everybody make changes until the program has met its fault, and a few
// afterwards if it goes on. It returns at once; the group ends when all callers have ended.
func (m *mixture) disturb(p *process, struck <-chan struct{}) *sync.WaitGroup {
	m.struck = struck
	var all sync.WaitGroup
	for _, c := range m.callers {
		all.Go(func() {
			for left := afterwards; left > 0; {
				if m.over() {
					left--
				}
				if !m.step(p, c) {
					return
				}
			}
		})
	}
	all.Go(func() { m.lookOn(p) })
	return &all
}

func (m *mixture) over() bool {
	select {
	case <-m.struck:
		return true
	default:
		return false
	}
}

// lookOn tries what is refused, and asks about many trees at once.
func (m *mixture) lookOn(p *process) {
	var checks []object
	for _, organization := range []string{"shop", "hill", "place0", "make", "ends", "mail", "still"} {
		checks = append(checks, object{"subject": object{"type": "user", "id": "olga"}, "permission": "view_agents",
			"resource": object{"type": "organization", "id": organization}})
	}
	for !m.over() {
		a, err := p.try("stranger", "PATCH", "/v1/organizations/refuse", object{"name": "Mine"})
		if err != nil {
			return
		}
		if a.status != 404 && a.status < 500 {
			m.t.Errorf("a stranger is answered %d %v", a.status, a.body)
		}
		if _, err := p.try("", "POST", "/v1/check/batch", object{"checks": checks}); err != nil {
			return
		}
	}
}

// complete repeats what was not answered.
func (m *mixture) complete(t *testing.T, p *process) {
	t.Helper()
	for _, c := range m.callers {
		if c.open != nil {
			require.True(t, m.step(p, c), c.name)
		}
	}
}

// verify asks the program whether every change of each caller holds, and nothing else.
func (m *mixture) verify(t *testing.T, p *process) {
	t.Helper()
	for _, c := range m.callers {
		if c.verify != nil {
			c.verify(t, p, c.done)
		}
	}
}

// accepted is how many of the last invitations are accepted in the end.
const accepted = 3

// verifyMails waits until the outbox is empty. Then every acknowledged invitation has led to
// a mail, the newest of which to an address leads into the group.
func (m *mixture) verifyMails(t *testing.T, p *process) {
	t.Helper()
	require.Eventually(t, func() bool { return p.measured(t, "tenantry_outbox_mails") == "0" }, readyTimeout, 10*time.Millisecond)
	for _, address := range m.invited {
		require.NotEmpty(t, m.post.tokensOf(address), "no mail to %s", address)
	}
	for _, address := range m.invited[max(0, len(m.invited)-accepted):] {
		user, _, _ := strings.Cut(address, "@")
		p.must(t, "", "PUT", "/v1/users/"+user, object{"email": address, "email_verified": true})
		tokens := m.post.tokensOf(address)
		p.must(t, user, "POST", "/v1/invitations/accept", object{"token": tokens[len(tokens)-1]})
		require.True(t, p.allowed(t, user, "view_agents", "mail"))
	}
}

// measured is the value of a metric without labels.
func (p *process) measured(t *testing.T, name string) string {
	t.Helper()
	response, err := http.Get(p.url + "/metrics")
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	_, value, _ := strings.Cut(string(text), "\n"+name+" ")
	value, _, _ = strings.Cut(value, "\n")
	return value
}

// compareVersions finds one version for each change of the callers.
func (m *mixture) compareVersions(t *testing.T, before, after map[string]int64) {
	t.Helper()
	for _, c := range m.callers {
		changes := c.done
		if c.tree == "mail" {
			changes += min(accepted, len(m.invited))
		}
		if c.tree != "" {
			require.Equal(t, before[c.tree]+int64(changes), after[c.tree], "one change, one effect: who %s", c.name)
		}
	}
}

// deleted is what nothing may name any more.
func (m *mixture) deleted() (ids []string) {
	for _, c := range m.callers {
		if c.deleted != nil {
			ids = append(ids, c.deleted(c.done)...)
		}
	}
	return ids
}

// left is what a program that is dead has left in its record.
type left struct {
	relationships map[string]bool  // that follow from the rows
	versions      map[string]int64 // by root
}

// recordLeft is a record, whichever store keeps it.
type recordLeft interface {
	Rows(ctx context.Context, except ...tenancy.Row) iter.Seq2[tenancy.Row, error]
	Snapshot(ctx context.Context) (tenancy.Snapshot, error)
}

// leftIn reads the record of a data directory.
func leftIn(t *testing.T, dir string) left {
	t.Helper()
	store, err := sqlite.Open(t.Context(), dir)
	require.NoError(t, err)
	defer func() { require.NoError(t, store.Close()) }()
	return leftOf(t, store)
}

// leftOf reads a record, each trail of which is complete, and valid.
func leftOf(t *testing.T, store recordLeft) left {
	t.Helper()
	ctx := t.Context()
	l := left{versions: map[string]int64{}}
	for row, err := range store.Rows(ctx) {
		require.NoError(t, err)
		if tree, ok := row.(tenancy.Tree); ok {
			l.versions[tree.RootID] = tree.Version
		}
	}
	l.relationships = relationshipsIn(t, store)
	for root, version := range l.versions {
		verifyTrail(ctx, t, store, root, version)
	}
	return l
}

// relationshipsIn are those that follow from the rows of a record.
func relationshipsIn(t *testing.T, store recordLeft) map[string]bool {
	t.Helper()
	relationships := map[string]bool{}
	for r, err := range relation.All(store.Rows(t.Context())) {
		require.NoError(t, err)
		require.False(t, relationships[r.String()], "%s follows from two rows", r)
		relationships[r.String()] = true
	}
	return relationships
}

// verifyTrail finds one event for each version, in order (I-3).
func verifyTrail(ctx context.Context, t *testing.T, store recordLeft, root string, version int64) {
	t.Helper()
	snapshot, err := store.Snapshot(ctx)
	require.NoError(t, err)
	defer func() { require.NoError(t, snapshot.Close()) }()
	events, err := snapshot.Events(ctx, tenancy.EventFilter{RootID: root}, 1_000_000)
	require.NoError(t, err)
	var versions []int64
	for _, e := range events {
		if e.Result == tenancy.ResultDone {
			versions = append(versions, e.Version)
		}
	}
	require.Len(t, versions, int(version), "one change, one version, one event: %s", root)
	for i, v := range versions {
		require.EqualValues(t, i+1, v, "the versions of %s have no gap", root)
	}
	verified, err := tenancy.VerifyTrail(ctx, snapshot, root)
	require.NoError(t, err)
	require.True(t, verified.Valid(), "the chain of %s", root)
}

// postOffice is a mail server that keeps the tokens of the mails that it takes.
type postOffice struct {
	port string

	mu     sync.Mutex
	tokens map[string][]string // by recipient
	news   chan struct{}       // is closed with the next mail
}

func newPostOffice(t *testing.T) *postOffice {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	_, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	o := &postOffice{port: port, tokens: map[string][]string{}, news: make(chan struct{})}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &counter{office: o}, nil }))
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener)
	}()
	t.Cleanup(func() { server.Close(); <-done })
	return o
}

// flags are those of a node that sends its mails here.
func (o *postOffice) flags() []string {
	return []string{"--smtp-host", "127.0.0.1", "--smtp-port", o.port, "--smtp-tls", "none",
		"--smtp-from", "no-reply@example.com", "--invitation-url", "https://console.example/#{token}"}
}

// tokensOf are those that a recipient has got, the newest last.
func (o *postOffice) tokensOf(recipient string) []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.tokens[recipient])
}

// awaitMail waits until somebody has got a mail, or is given up.
func (o *postOffice) awaitMail(recipient string, givenUp <-chan struct{}) {
	for {
		o.mu.Lock()
		got, news := len(o.tokens[recipient]), o.news
		o.mu.Unlock()
		if got > 0 {
			return
		}
		select {
		case <-news:
		case <-givenUp:
			return
		}
	}
}

// counter takes one mail.
type counter struct {
	office    *postOffice
	recipient string
}

func (c *counter) Mail(string, *smtp.MailOptions) error { return nil }
func (c *counter) Reset()                               {}
func (c *counter) Logout() error                        { return nil }

func (c *counter) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.recipient = strings.ToLower(to)
	return nil
}

func (c *counter) Data(r io.Reader) error {
	text, err := io.ReadAll(quotedprintable.NewReader(r))
	c.office.mu.Lock()
	defer c.office.mu.Unlock()
	c.office.tokens[c.recipient] = append(c.office.tokens[c.recipient], tokenInMail.FindString(string(text)))
	close(c.office.news)
	c.office.news = make(chan struct{})
	return err
}
