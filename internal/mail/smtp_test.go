package mail_test

import (
	"bufio"
	"io"
	"maps"
	"mime"
	"mime/quotedprintable"
	"net/textproto"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/mail"
	"github.com/tenantry/tenantry/internal/tenancy"
)

const token = "tit_a-token"

func invitation() tenancy.InvitationMail {
	return tenancy.InvitationMail{
		Invitation: tenancy.Invitation{ID: "inv_1", Email: "Nina@Bücher.example", Role: tenancy.GroupMember,
			State: tenancy.InvitationPending, ExpiresAt: time.Date(2026, 3, 11, 5, 6, 7, 0, time.UTC)},
		Organization: "Bäckerei Süd", Group: "Night shift", Inviter: "Mia",
	}
}

func invite(t *testing.T, c mail.Config, m tenancy.InvitationMail) error {
	t.Helper()
	mailer, err := mail.NewSMTP(c)
	require.NoError(t, err)
	return mailer.Invite(t.Context(), m, token)
}

// parsed takes a mail apart, and decodes it.
func (m received) parsed(t *testing.T) (header textproto.MIMEHeader, body string) {
	t.Helper()
	reader := textproto.NewReader(bufio.NewReader(strings.NewReader(m.text)))
	header, err := reader.ReadMIMEHeader()
	require.NoError(t, err)
	text, err := io.ReadAll(quotedprintable.NewReader(reader.R))
	require.NoError(t, err)
	return header, strings.ReplaceAll(string(text), "\r\n", "\n")
}

func TestMailIsTakenByEachWayToEncrypt(t *testing.T) {
	for _, way := range []mail.TLS{mail.StartTLS, mail.ImplicitTLS, mail.NoTLS} {
		t.Run(string(way), func(t *testing.T) {
			s := newServer(t, way)
			c := s.config(way)
			if way != mail.NoTLS {
				c.User, c.Password = smtpUser, smtpPassword
			}
			require.NoError(t, invite(t, c, invitation()))
			require.Len(t, s.taken(), 1)
			m := s.taken()[0]
			require.Equal(t, "no-reply@example.com", m.from)
			require.Equal(t, "Nina@xn--bcher-kva.example", m.to, "the part before the @ is the other server's")
			require.Equal(t, c.User, m.user)
			require.Equal(t, way != mail.NoTLS, m.encrypted)
		})
	}
}

func TestWhatAMailTells(t *testing.T) {
	s := newServer(t, mail.StartTLS)
	require.NoError(t, invite(t, s.config(mail.StartTLS), invitation()))
	header, body := s.taken()[0].parsed(t)
	subject, err := new(mime.WordDecoder).DecodeHeader(header.Get("Subject"))
	require.NoError(t, err)
	require.Equal(t, "Invitation to Bäckerei Süd", subject)
	require.Equal(t, `"Tenantry" <no-reply@example.com>`, header.Get("From"))
	require.Equal(t, "auto-generated", header.Get("Auto-Submitted"))
	require.Equal(t, `Mia invites you to the group "Night shift" of Bäckerei Süd.

To accept or decline, go to

    https://console.example/join#tit_a-token

until 11 March 2026, 05:06 (UTC), signed in with this e-mail address.
The link is for you alone. If you don't know what this is about, do nothing.
`, body)
}

func TestUTF8AddressesNeedNoASCII(t *testing.T) {
	s := newServer(t, mail.StartTLS)
	m := invitation()
	m.Email = "u\u0308ber@example.com"
	require.NoError(t, invite(t, s.config(mail.StartTLS), m))
	require.Equal(t, "über@example.com", s.taken()[0].to)
}

// TestNamesAddNothing has names and addresses that would add headers, recipients or text.
func TestNamesAddNothing(t *testing.T) {
	s := newServer(t, mail.StartTLS)
	m := invitation()
	require.NoError(t, invite(t, s.config(mail.StartTLS), m))
	want, _ := s.taken()[0].parsed(t)
	for _, evil := range []string{
		"x\r\nBcc: evil@example.com", "x\nBcc: evil@example.com", "x\r\n\r\nAnother text", "x\r\n.\r\nMAIL FROM:<evil@example.com>",
		"\u2028Bcc: evil@example.com", "=?utf-8?q?x=0d=0aBcc:_evil?=", "x\x00", "\u202egnp.exe",
	} {
		m.Organization, m.Group, m.Inviter = evil, evil, evil
		require.NoError(t, invite(t, s.config(mail.StartTLS), m))
		got := s.taken()[len(s.taken())-1]
		header, body := got.parsed(t)
		require.Equal(t, slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(header)), "%q", evil)
		require.Equal(t, "Nina@xn--bcher-kva.example", got.to)
		require.Equal(t, 8, strings.Count(body, "\n"), "%q", body)
		require.Contains(t, body, "\n    https://console.example/join#tit_a-token\n")
	}
	for _, evil := range []string{"a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example", "a@b.example> SIZE=1", "<a@b.example>", ""} {
		before := len(s.taken())
		m.Email = evil
		require.Error(t, invite(t, s.config(mail.StartTLS), m))
		require.Len(t, s.taken(), before)
	}
}

func TestAnUnencryptedOrUnknownServerGetsNothing(t *testing.T) {
	plain := newServer(t, mail.NoTLS)
	require.Error(t, invite(t, plain.config(mail.StartTLS), invitation()), "it offers no STARTTLS")
	require.Error(t, invite(t, plain.config(mail.ImplicitTLS), invitation()))
	other := newServer(t, mail.StartTLS)
	c := other.config(mail.StartTLS)
	c.Roots = nil
	require.Error(t, invite(t, c, invitation()), "nobody vouches for its certificate")
	require.Empty(t, append(plain.taken(), other.taken()...))
}

func TestWrongPassword(t *testing.T) {
	s := newServer(t, mail.StartTLS)
	c := s.config(mail.StartTLS)
	c.User, c.Password = smtpUser, "planted-password"
	err := invite(t, c, invitation())
	require.Error(t, err)
	require.NotContains(t, err.Error(), "planted-password")
	require.Empty(t, s.taken())
}

// TestErrorsNameNobody keeps addresses and tokens out of the log (attack 33).
func TestErrorsNameNobody(t *testing.T) {
	s := newServer(t, mail.StartTLS)
	s.refusing(&smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no Nina@xn--bcher-kva.example here"})
	err := invite(t, s.config(mail.StartTLS), invitation())
	require.ErrorContains(t, err, "SMTP 550")
	for _, planted := range []string{"Nina", "xn--bcher", token} {
		require.NotContains(t, err.Error(), planted)
	}
	require.Empty(t, s.taken())
}
