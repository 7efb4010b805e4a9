package mail_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/mail"
)

// server is a real mail server, in the process, that keeps what it takes.
type server struct {
	port  int
	roots *x509.CertPool

	mu     sync.Mutex
	mails  []received
	refuse error // what it answers to a recipient, nil to take the mail
}

type received struct {
	from, to, text string
	user           string
	encrypted      bool
}

// The credentials that the server knows.
const (
	smtpUser     = "tenantry"
	smtpPassword = "smtp-password"
)

func newServer(t *testing.T, way mail.TLS) *server {
	t.Helper()
	s := &server{}
	backend := smtp.NewServer(smtp.BackendFunc(s.newSession))
	backend.EnableSMTPUTF8 = true
	var certificate *tls.Config
	if way != mail.NoTLS {
		certificate, s.roots = newCertificate(t)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s.port = listener.Addr().(*net.TCPAddr).Port
	if way == mail.ImplicitTLS {
		listener = tls.NewListener(listener, certificate)
	} else {
		backend.TLSConfig = certificate
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = backend.Serve(listener)
	}()
	t.Cleanup(func() { backend.Close(); <-done })
	return s
}

// config is that of a mailer to the server.
func (s *server) config(way mail.TLS) mail.Config {
	return mail.Config{Host: "127.0.0.1", Port: s.port, From: "Tenantry <no-reply@example.com>", TLS: way,
		Link: "https://console.example/join#" + mail.TokenPlaceholder, Roots: s.roots}
}

func (s *server) taken() []received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mails
}

// refusing has the server take no mail; nil has it take them again.
func (s *server) refusing(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = err
}

func (s *server) newSession(c *smtp.Conn) (smtp.Session, error) {
	_, encrypted := c.TLSConnectionState()
	return &session{server: s, mail: received{encrypted: encrypted}}, nil
}

type session struct {
	server *server
	mail   received
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != smtpUser || password != smtpPassword {
			return smtp.ErrAuthFailed
		}
		s.mail.user = user
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.mail.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.mail.to += to
	return s.server.refuse
}

func (s *session) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	s.mail.text = string(text)
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.mails = append(s.server.mails, s.mail)
	return err
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

// newCertificate is one for this machine's loopback address, and who trusts it.
func newCertificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	certificate, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	roots := x509.NewCertPool()
	roots.AddCert(certificate)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, roots
}
