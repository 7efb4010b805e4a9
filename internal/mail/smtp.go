package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	gomail "github.com/wneessen/go-mail"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// TLS says how the connection to a mail server is encrypted.
type TLS string

// The ways to encrypt. None of them falls back to a weaker one by itself: whoever can
// disturb a connection could make it do so.
const (
	StartTLS    TLS = "starttls" // begins in the clear, and goes on only when encrypted
	ImplicitTLS TLS = "implicit" // is encrypted from its first byte
	NoTLS       TLS = "none"     // is for servers on the same machine or network
)

// Config says how mail reaches a mail server, and what it holds.
type Config struct {
	Host     string
	Port     int
	User     string // "" for no authentication
	Password string
	From     string // an address, with or without a name
	TLS      TLS
	// Link is where an invitation is accepted: a URL with [TokenPlaceholder] in it.
	Link string
	// Roots are the certificate authorities that a server's certificate may come from; nil
	// for those that the machine trusts.
	Roots *x509.CertPool
}

// stepTimeout bounds each of connecting, greeting and sending. Together they are shorter than
// firstRetryDelay, so that nobody begins a mail again that is still being sent.
const stepTimeout = 15 * time.Second

// SMTP implements [tenancy.Mailer] with a connection for each mail: invitations are few.
type SMTP struct {
	client *gomail.Client
	from   string
	link   string
}

var _ tenancy.Mailer = (*SMTP)(nil)

// NewSMTP returns a mailer. It connects to nothing yet.
func NewSMTP(c Config) (*SMTP, error) {
	client, err := gomail.NewClient(c.Host, c.options()...)
	if err != nil {
		return nil, fmt.Errorf("mail server %s: %w", c.Host, err)
	}
	return &SMTP{client: client, from: c.From, link: c.Link}, nil
}

func (c Config) options() []gomail.Option {
	options := []gomail.Option{
		gomail.WithPort(c.Port), gomail.WithTimeout(stepTimeout),
		gomail.WithTLSConfig(&tls.Config{ServerName: c.Host, RootCAs: c.Roots, MinVersion: tls.VersionTLS12}),
	}
	switch c.TLS {
	case ImplicitTLS:
		options = append(options, gomail.WithSSL())
	case NoTLS:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if c.User != "" {
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(c.User), gomail.WithPassword(c.Password))
	}
	return options
}

// Invite implements [tenancy.Mailer].
func (s *SMTP) Invite(ctx context.Context, mail tenancy.InvitationMail, token string) error {
	message, err := s.message(mail, token)
	if err != nil {
		return err
	}
	connection, err := s.client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return fmt.Errorf("the mail server does not let us in: %w", err)
	}
	// Once it has taken the mail it does not matter how the connection ends.
	defer func() { _ = s.client.CloseWithSMTPClient(connection) }()
	return withoutAddress(s.client.SendWithSMTPClient(connection, message))
}

// withoutAddress tells why a server has not taken a mail, and leaves out to whom it was.
func withoutAddress(err error) error {
	if refused := (*gomail.SendError)(nil); errors.As(err, &refused) {
		return fmt.Errorf("the mail server has not taken the mail: %s (SMTP %d)", refused.Reason, refused.ErrorCode())
	}
	return err
}
