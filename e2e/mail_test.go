package e2e

import (
	"io"
	"mime/quotedprintable"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"
)

// mailbox is a mail server that passes on the decoded text of every mail it takes.
type mailbox chan string

func (m mailbox) NewSession(*smtp.Conn) (smtp.Session, error) { return m, nil }
func (m mailbox) Mail(string, *smtp.MailOptions) error        { return nil }
func (m mailbox) Rcpt(string, *smtp.RcptOptions) error        { return nil }
func (m mailbox) Reset()                                      {}
func (m mailbox) Logout() error                               { return nil }

func (m mailbox) Data(r io.Reader) error {
	text, err := io.ReadAll(quotedprintable.NewReader(r))
	m <- string(text)
	return err
}

func newMailbox(t *testing.T) (m mailbox, port int) {
	t.Helper()
	m = make(mailbox, 10)
	server := smtp.NewServer(m)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener)
	}()
	t.Cleanup(func() { server.Close(); <-done })
	return m, listener.Addr().(*net.TCPAddr).Port
}

var tokenInMail = regexp.MustCompile(`tit_[A-Za-z0-9_-]{43}`)

// TestInvitedByMail: with a mail server the token goes by mail and nowhere else, and leads
// into the group.
func TestInvitedByMail(t *testing.T) {
	m, port := newMailbox(t)
	dir := filepath.Join(t.TempDir(), "data")
	p := start(t, dir, "serve", "--smtp-host", "127.0.0.1", "--smtp-port", strconv.Itoa(port), "--smtp-tls", "none",
		"--smtp-from", "no-reply@example.com", "--invitation-url", "https://console.example/#{token}")
	p.as(t, "", "PUT", "/v1/users/mia", map[string]any{"name": "Mia"})
	p.as(t, "", "PUT", "/v1/users/nina", map[string]any{"email": "nina@example.com", "email_verified": true})
	p.as(t, "", "POST", "/v1/organizations", map[string]any{"id": "acme", "name": "Acme", "detached": true, "owner_id": "mia"})
	p.as(t, "", "PUT", "/v1/organizations/acme/subscription", map[string]any{"plan": "enterprise", "status": "active"})
	p.as(t, "mia", "POST", "/v1/organizations/acme/groups", map[string]any{"id": "ops", "name": "Operators", "claims": []string{"view_agents"}})
	a := p.as(t, "mia", "POST", "/v1/groups/ops/invitations", map[string]any{"email": "nina@example.com", "role": "member"})
	require.Equal(t, 201, a.status, a.body)
	require.NotContains(t, a.body, "accept_token")

	token := tokenInMail.FindString(m.next(t))
	require.NotEmpty(t, token)
	a = p.as(t, "nina", "POST", "/v1/invitations/accept", map[string]any{"token": token})
	require.Equal(t, 200, a.status, a.body)
	a = p.as(t, "", "POST", "/v1/check", map[string]any{"subject": map[string]any{"type": "user", "id": "nina"},
		"permission": "view_agents", "resource": map[string]any{"type": "organization", "id": "acme"}})
	require.Equal(t, true, a.body["allowed"])

	p.kill()
	require.NotContains(t, p.seen()+p.stderr.String(), token)
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NotContains(t, string(text), token, "attack 33: %s", file)
	}
}

// next is the next mail that the server takes.
func (m mailbox) next(t *testing.T) string {
	t.Helper()
	select {
	case mail := <-m:
		return mail
	case <-time.After(readyTimeout):
		require.FailNow(t, "no mail has come")
		return ""
	}
}
