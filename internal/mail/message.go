package mail

import (
	"cmp"
	"fmt"
	netmail "net/mail"
	"strings"
	"unicode"

	gomail "github.com/wneessen/go-mail"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// TokenPlaceholder stands for the token in the link of a mail.
const TokenPlaceholder = "{token}"

// message is the mail of an invitation: plain text, because a link in it shows where it leads.
func (s *SMTP) message(mail tenancy.InvitationMail, token string) (*gomail.Msg, error) {
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := m.From(s.from); err != nil {
		return nil, fmt.Errorf("the sender of mails is no address: %w", err)
	}
	m.ToMailAddress(&netmail.Address{Address: tenancy.DeliveryAddress(mail.Email)})
	m.Subject("Invitation to " + unencoded(oneLine(mail.Organization)))
	m.SetDate()
	m.SetMessageID()
	// Others answer for themselves when nobody is there: not to an invitation.
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetBodyString(gomail.TypeTextPlain, s.text(mail, token))
	return m, nil
}

func (s *SMTP) text(mail tenancy.InvitationMail, token string) string {
	lines := []string{
		fmt.Sprintf("%s invites you to the group %q of %s.",
			cmp.Or(oneLine(mail.Inviter), "Somebody"), oneLine(mail.Group), oneLine(mail.Organization)),
		"",
		"To accept or decline, go to",
		"",
		"    " + strings.ReplaceAll(s.link, TokenPlaceholder, token),
		"",
		fmt.Sprintf("until %s (UTC), signed in with this e-mail address.", mail.ExpiresAt.UTC().Format("2 January 2006, 15:04")),
		"The link is for you alone. If you don't know what this is about, do nothing.",
		"",
	}
	return strings.Join(lines, "\r\n")
}

// oneLine keeps what people have called a thing from being more than a name in a line.
func oneLine(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control) {
			return ' '
		}
		return r
	}, name)
}

// unencoded keeps a name in a header from being an encoded word (RFC 2047), which readers show
// as what it stands for.
func unencoded(name string) string { return strings.ReplaceAll(name, "=?", "= ?") }
