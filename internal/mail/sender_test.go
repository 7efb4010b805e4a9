package mail_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/mail"
	"github.com/tenantry/tenantry/internal/store/sqlite"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// clock stands still until it is told.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// post is a real record with invitations whose mails are due, a real mail server, and a
// sender between them.
type post struct {
	t      *testing.T
	store  *sqlite.Store
	server *server
	clock  *clock
	log    bytes.Buffer
	sender *mail.Sender
}

const ttl = 24 * time.Hour

func newPost(t *testing.T, invitations int) *post {
	t.Helper()
	p := &post{t: t, server: newServer(t, mail.StartTLS), clock: &clock{now: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)}}
	var err error
	p.store, err = sqlite.Open(t.Context(), t.TempDir(), sqlite.WithClock(p.clock))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.store.Close()) })
	p.sender = p.newSender(p.mailer())
	p.commit(nil,
		tenancy.RowChange{After: tenancy.User{ID: "ann", Name: "Ann", State: tenancy.UserActive}},
		tenancy.RowChange{After: tenancy.Organization{ID: "acme", RootID: "acme", Name: "Acme"}},
		tenancy.RowChange{After: tenancy.Group{ID: "techs", OrganizationID: "acme", RootID: "acme", Name: "Techs"}})
	for n := range invitations {
		i := p.invitation(n)
		p.commit([]tenancy.InvitationToken{{InvitationID: i.ID, MailAt: p.clock.Now()}}, tenancy.RowChange{After: i})
	}
	return p
}

func (p *post) mailer() tenancy.Mailer {
	mailer, err := mail.NewSMTP(p.server.config(mail.StartTLS))
	require.NoError(p.t, err)
	return mailer
}

func (p *post) newSender(mailer tenancy.Mailer) *mail.Sender {
	return mail.NewSender(p.store, mailer, p.clock, slog.New(slog.NewTextHandler(&p.log, nil)))
}

func (p *post) invitation(n int) tenancy.Invitation {
	number := fmt.Sprintf("%02d", n)
	return tenancy.Invitation{ID: "inv_" + number, OrganizationID: "acme", GroupID: "techs", RootID: "acme",
		Email: "nina" + number + "@example.com", Mailbox: "nina" + number + "@example.com", Role: tenancy.GroupMember,
		State: tenancy.InvitationPending, InvitedBy: "ann", ExpiresAt: p.clock.Now().Add(ttl)}
}

// commit makes a change, on whatever the tree is like now.
func (p *post) commit(tokens []tenancy.InvitationToken, rows ...tenancy.RowChange) {
	p.t.Helper()
	tree, err := p.store.TreeOf(p.t.Context(), tenancy.Object{Type: "organization", ID: "acme"})
	if err != nil {
		require.ErrorIs(p.t, err, tenancy.ErrNoRow)
	}
	basis := tenancy.Basis{Trees: map[string]int64{"acme": tree.Version}, Users: map[string]int64{}}
	if tree.Version == 0 {
		basis.Users["ann"] = 0
	}
	_, err = p.store.Commit(p.t.Context(), tenancy.Change{
		Basis: basis, Rows: rows, Tokens: tokens, Event: tenancy.Event{Result: tenancy.ResultDone},
	}, nil)
	require.NoError(p.t, err)
}

func (p *post) send() {
	p.t.Helper()
	require.NoError(p.t, p.sender.SendDue(p.t.Context()))
}

var tokenForm = regexp.MustCompile(`tit_[A-Za-z0-9_-]{43}`)

// tokens are those of the mails that the server has taken, in order.
func (p *post) tokens() (tokens []string) {
	for _, m := range p.server.taken() {
		_, body := m.parsed(p.t)
		tokens = append(tokens, tokenForm.FindString(body))
	}
	return tokens
}

// good reports whether a token leads to the invitation.
func (p *post) good(token string) bool {
	p.t.Helper()
	snap, err := p.store.Snapshot(p.t.Context())
	require.NoError(p.t, err)
	defer snap.Close()
	_, err = snap.InvitationWith(p.t.Context(), tenancy.HashToken(token))
	if err != nil {
		require.ErrorIs(p.t, err, tenancy.ErrNoRow)
	}
	return err == nil
}

func TestEachMailIsSentOnce(t *testing.T) {
	p := newPost(t, 40)
	p.send()
	p.clock.advance(ttl / 2)
	p.send()
	require.Len(t, p.server.taken(), 40)
	seen := map[string]bool{}
	for i, token := range p.tokens() {
		require.True(t, p.good(token))
		require.False(t, seen[token])
		seen[token] = true
		require.Equal(t, fmt.Sprintf("nina%02d@example.com", i), p.server.taken()[i].to, "who waits longest comes first")
	}
}

// TestTheServerIsDownForAWhile has the mail arrive when the server is back.
func TestTheServerIsDownForAWhile(t *testing.T) {
	p := newPost(t, 1)
	p.server.refusing(errors.New("down"))
	p.send()
	p.send()
	p.clock.advance(59 * time.Second)
	p.send()
	require.Equal(t, 1, bytes.Count(p.log.Bytes(), []byte("a mail was not sent")), "it is not tried again at once")
	p.clock.advance(time.Second)
	p.send()
	require.Equal(t, 2, bytes.Count(p.log.Bytes(), []byte("a mail was not sent")))
	p.server.refusing(nil)
	p.clock.advance(2 * time.Minute)
	p.send()
	require.Len(t, p.server.taken(), 1)
	require.True(t, p.good(p.tokens()[0]))
	require.NotContains(t, p.log.String(), "nina00", "attack 33")
	require.NotRegexp(t, tokenForm, p.log.String())
}

// TestItIsTriedUntilTheInvitationEnds, less and less often.
func TestItIsTriedUntilTheInvitationEnds(t *testing.T) {
	p := newPost(t, 1)
	p.server.refusing(errors.New("down"))
	for range int(ttl / time.Minute) {
		p.send()
		p.clock.advance(time.Minute)
	}
	tries := bytes.Count(p.log.Bytes(), []byte("a mail was not sent"))
	require.Greater(t, tries, 20)
	require.Less(t, tries, 40)
	p.server.refusing(nil)
	p.clock.advance(ttl)
	p.send()
	require.Empty(t, p.server.taken(), "it has expired")
	mails, err := p.store.DueMails(t.Context(), p.clock.Now().Add(ttl), 10)
	require.NoError(t, err)
	require.Empty(t, mails)
}

func TestNoMailOfWhatIsClosed(t *testing.T) {
	p := newPost(t, 2)
	revoked := p.invitation(0)
	revoked.State = tenancy.InvitationRevoked
	p.commit(nil, tenancy.RowChange{Before: p.invitation(0), After: revoked})
	p.commit(nil, tenancy.RowChange{Before: p.invitation(1)})
	p.send()
	require.Empty(t, p.server.taken())
}

// crash is a mailer of a node that fails right after the server has taken the mail.
type crash struct{ tenancy.Mailer }

func (c crash) Invite(ctx context.Context, m tenancy.InvitationMail, token string) error {
	return errors.Join(c.Mailer.Invite(ctx, m, token), errors.New("the node is gone"))
}

// TestACrashLosesNoMail and gives one twice at most: the newest is the one that counts.
func TestACrashLosesNoMail(t *testing.T) {
	p := newPost(t, 1)
	require.NoError(t, p.newSender(crash{p.mailer()}).SendDue(t.Context()))
	first := p.tokens()[0]
	require.True(t, p.good(first), "the mail that came is good until there is another")
	p.clock.advance(time.Minute)
	p.send()
	require.Len(t, p.tokens(), 2)
	require.False(t, p.good(first))
	require.True(t, p.good(p.tokens()[1]))
}

// TestManyNodesSendOnce has several senders over one record.
func TestManyNodesSendOnce(t *testing.T) {
	p := newPost(t, 10)
	var senders sync.WaitGroup
	for range 4 {
		sender := mail.NewSender(p.store, p.mailer(), p.clock, slog.New(slog.DiscardHandler))
		senders.Go(func() { _ = sender.SendDue(t.Context()) })
	}
	senders.Wait()
	require.Len(t, p.server.taken(), 10)
}

// TestRunEndsWithItsContext, also while a server hangs.
func TestRunEndsWithItsContext(t *testing.T) {
	p := newPost(t, 1)
	ctx, cancel := context.WithCancel(t.Context())
	hang := hanging{begun: make(chan struct{})}
	done := make(chan struct{})
	go func() {
		defer close(done)
		p.newSender(hang).Run(ctx)
	}()
	<-hang.begun
	cancel()
	<-done
	p.clock.advance(time.Minute)
	p.send()
	require.Len(t, p.server.taken(), 1)
}

// hanging is a mailer whose server does not answer.
type hanging struct{ begun chan struct{} }

func (h hanging) Invite(ctx context.Context, _ tenancy.InvitationMail, _ string) error {
	close(h.begun)
	<-ctx.Done()
	return ctx.Err()
}
