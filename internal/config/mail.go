package config

import (
	"net/mail"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/pflag"
)

// Mail is what a node is told about invitations and the mail server that carries them.
// Without a server, whoever makes an invitation gets its token and passes it on himself.
type Mail struct {
	InvitationCooldown time.Duration
	InvitationTTL      time.Duration
	InvitationURL      string // with {token} in it

	SMTPHost     string // "" for none
	SMTPPort     int
	SMTPUser     string
	SMTPFrom     string
	SMTPTLS      string
	SMTPPassword string // TENANTRY_SMTP_PASSWORD
}

func (m *Mail) bind(flags *pflag.FlagSet) {
	flags.DurationVar(&m.InvitationCooldown, "invitation-cooldown", 15*time.Minute, "how long after one mail no other goes to the same mailbox about the same group")
	flags.DurationVar(&m.InvitationTTL, "invitation-ttl", 7*24*time.Hour, "how long an invitation can be accepted")
	flags.StringVar(&m.InvitationURL, "invitation-url", "", "where invitations are accepted: a URL with {token} in it; needed with --smtp-host")
	flags.StringVar(&m.SMTPHost, "smtp-host", "", "mail server; without one, tokens of invitations are answered to the caller")
	flags.IntVar(&m.SMTPPort, "smtp-port", 587, "port of the mail server")
	flags.StringVar(&m.SMTPUser, "smtp-user", "", "user at the mail server; the password is TENANTRY_SMTP_PASSWORD")
	flags.StringVar(&m.SMTPFrom, "smtp-from", "", "sender of mails: an address, with or without a name; needed with --smtp-host")
	flags.StringVar(&m.SMTPTLS, "smtp-tls", "starttls", "encryption to the mail server: starttls, implicit, none")
}

// validate reports what is wrong, each by fail.
func (m *Mail) validate(fail func(format string, args ...any)) {
	if m.InvitationCooldown <= 0 || m.InvitationTTL <= 0 {
		fail("--invitation-cooldown, --invitation-ttl: must be positive")
	}
	if m.SMTPHost == "" {
		return
	}
	if m.SMTPPort < 1 || m.SMTPPort > 65535 {
		fail("--smtp-port: %d is no port", m.SMTPPort)
	}
	if _, err := mail.ParseAddress(m.SMTPFrom); err != nil {
		fail("--smtp-from: %q is no e-mail address", m.SMTPFrom)
	}
	if !validLink(m.InvitationURL) {
		fail("--invitation-url: %q is no http or https URL with {token} in it", m.InvitationURL)
	}
	switch m.SMTPTLS {
	case "starttls", "implicit":
	case "none":
		if m.SMTPUser != "" {
			fail("--smtp-tls: must not be none with --smtp-user, whose password everybody on the way could read")
		}
	default:
		fail("--smtp-tls: %q is none of starttls, implicit, none", m.SMTPTLS)
	}
	if (m.SMTPUser == "") != (m.SMTPPassword == "") {
		fail("--smtp-user, TENANTRY_SMTP_PASSWORD: one needs the other")
	}
}

// validLink takes the placeholder in any part but scheme and host.
func validLink(link string) bool {
	u, err := url.Parse(strings.ReplaceAll(link, "{token}", "x"))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return false
	}
	before, _, ok := strings.Cut(link, "{token}")
	return ok && strings.HasPrefix(before, u.Scheme+"://"+u.Host+"/")
}
