package cluster

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"sync/atomic"

	"google.golang.org/grpc/credentials"

	"github.com/tenantry/tenantry/internal/engine"
)

// transport is TLS that reads who may issue certificates again for each connection, and
// remembers why the last one failed.
type transport struct {
	credentials.TransportCredentials
	caFile, serverName string
	failed             *atomic.Pointer[error] // nil after a connection that came about
}

func newTransport(config Config) (*transport, error) {
	t := &transport{caFile: config.CAFile, serverName: config.ServerName, failed: &atomic.Pointer[error]{}}
	own, err := t.config()
	if err != nil {
		return nil, err
	}
	t.TransportCredentials = credentials.NewTLS(own)
	return t, nil
}

// config reads the file of the issuers. Without one the system's are trusted.
func (t *transport) config() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: t.serverName}
	if t.caFile == "" {
		return config, nil
	}
	pem, err := os.ReadFile(t.caFile)
	if err != nil {
		return nil, fmt.Errorf("read the issuers of SpiceDB's certificates: %w", err)
	}
	config.RootCAs = x509.NewCertPool()
	if !config.RootCAs.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("there is no certificate in %s", t.caFile)
	}
	return config, nil
}

// ClientHandshake implements [credentials.TransportCredentials].
func (t *transport) ClientHandshake(ctx context.Context, authority string, raw net.Conn) (net.Conn, credentials.AuthInfo, error) {
	conn, info, err := t.shake(ctx, authority, raw)
	t.failed.Store(nil)
	if err != nil {
		t.failed.Store(&err)
	}
	return conn, info, err
}

func (t *transport) shake(ctx context.Context, authority string, raw net.Conn) (net.Conn, credentials.AuthInfo, error) {
	config, err := t.config()
	if err != nil {
		return nil, nil, err
	}
	return credentials.NewTLS(config).ClientHandshake(ctx, cmp.Or(t.serverName, authority), raw)
}

// Clone implements [credentials.TransportCredentials]. Copies remember together.
func (t *transport) Clone() credentials.TransportCredentials {
	c := *t
	c.TransportCredentials = t.TransportCredentials.Clone()
	return &c
}

// fault says why there was no TLS with the node that was called last; nil if there was.
func (t *transport) fault() error {
	failed := t.failed.Load()
	if failed == nil {
		return nil
	}
	return tlsFault(*failed)
}

// tlsFault tells apart what an operator mends in different ways.
func tlsFault(err error) error {
	var invalid x509.CertificateInvalidError
	var name x509.HostnameError
	var issuer x509.UnknownAuthorityError
	var record tls.RecordHeaderError
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return engine.NewFault(engine.FaultCertificateExpired, err, "SpiceDB's certificate has expired, or is not valid yet: %v", invalid)
	case errors.As(err, &name):
		return engine.NewFault(engine.FaultCertificateName, err, "SpiceDB's certificate is for another name: %v", name)
	case errors.As(err, &issuer):
		return engine.NewFault(engine.FaultCertificateIssuer, err, "SpiceDB's certificate comes from an unknown authority: %v", issuer)
	case errors.As(err, &record):
		return engine.NewFault(engine.FaultTLS, err, "SpiceDB does not speak TLS there: %v", record)
	}
	return engine.NewFault(engine.FaultTLS, err, "there is no TLS with SpiceDB: %v", err)
}
