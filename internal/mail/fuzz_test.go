package mail

import (
	"bytes"
	"io"
	"maps"
	"mime"
	"mime/quotedprintable"
	netmail "net/mail"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// FuzzMessage: whatever people call themselves and their things, a mail has the headers that
// it always has, one recipient, and one line that leads to the invitation.
func FuzzMessage(f *testing.F) {
	s, err := NewSMTP(Config{Host: "mail.example", Port: 25, From: "Tenantry <no-reply@example.com>", Link: "https://console.example/#" + TokenPlaceholder})
	require.NoError(f, err)
	f.Add("nina@example.com", "Bäckerei Süd", "Night shift", "Mia")
	f.Add("Nina@Bücher.example", "x\r\nBcc: eve@evil.example", "\r\n.\r\nMAIL FROM:<x>", "a\x00\u2028\u202eb")
	f.Add("a,b@example.com", "=?utf-8?q?x=0d=0aBcc:_evil?=", strings.Repeat("long ", 100), "{token}")
	f.Fuzz(func(t *testing.T, email, organization, group, inviter string) {
		if tenancy.DeliveryAddress(email) == "" || !utf8.ValidString(organization+group+inviter) {
			return // neither is ever recorded
		}
		message, err := s.message(tenancy.InvitationMail{
			Invitation:   tenancy.Invitation{Email: email, ExpiresAt: time.Unix(0, 0)},
			Organization: organization, Group: group, Inviter: inviter,
		}, "tit_a-token")
		require.NoError(t, err)
		var text bytes.Buffer
		_, err = message.WriteTo(&text)
		require.NoError(t, err)
		read, err := netmail.ReadMessage(&text)
		require.NoError(t, err)

		require.Equal(t, []string{"Auto-Submitted", "Content-Transfer-Encoding", "Content-Type", "Date", "From", "Message-Id", "Mime-Version", "Subject", "To"},
			slices.Sorted(maps.Keys(read.Header)))
		to, err := read.Header.AddressList("To")
		require.NoError(t, err)
		require.Len(t, to, 1)
		require.Equal(t, tenancy.DeliveryAddress(email), to[0].Address)
		subject, err := new(mime.WordDecoder).DecodeHeader(read.Header.Get("Subject"))
		require.NoError(t, err)
		named := "Invitation to " + strings.ReplaceAll(oneLine(organization), "=?", "= ?")
		require.Equal(t, strings.Join(strings.Fields(named), " "), strings.Join(strings.Fields(subject), " "), "but for how lines are folded")
		body, err := io.ReadAll(quotedprintable.NewReader(read.Body))
		require.NoError(t, err)
		require.Contains(t, string(body), "\r\n    https://console.example/#tit_a-token\r\n")
		require.Equal(t, 8, strings.Count(strings.TrimSpace(string(body)), "\r\n")+1, "no name makes a line of its own")
	})
}
