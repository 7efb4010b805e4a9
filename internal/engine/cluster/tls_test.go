package cluster_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/engine/cluster"
	"github.com/tenantry/tenantry/internal/spicedbtest"
)

// TestCertificates are judged, and what is wrong with one is told; what is mended afterwards
// needs no restart.
func TestCertificates(t *testing.T) {
	trusted, unknown := spicedbtest.NewAuthority(t), spicedbtest.NewAuthority(t)
	file := filepath.Join(t.TempDir(), "ca.pem")
	trust := func(a *spicedbtest.Authority) { require.NoError(t, os.WriteFile(file, a.PEM(), 0o600)) }
	trust(trusted)
	later := time.Now().Add(time.Hour)
	good := trusted.Issue("127.0.0.1", later)
	proxy := spicedbtest.NewProxy(t, serve(t), &good)
	e := connect(t, cluster.Config{Endpoints: []string{proxy.Addr()}, CAFile: file, Backoff: time.Millisecond, Failures: 1000})
	require.NoError(t, e.Inspect(t.Context(), ""))

	expired, misnamed, foreign := trusted.Issue("127.0.0.1", time.Now().Add(-time.Hour)), trusted.Issue("other.example", later), unknown.Issue("127.0.0.1", later)
	proxy.Present(expired)
	requireTLSFault(t, engine.FaultCertificateExpired, e)
	proxy.Present(misnamed)
	requireTLSFault(t, engine.FaultCertificateName, e)
	proxy.Present(foreign)
	requireTLSFault(t, engine.FaultCertificateIssuer, e)

	trust(unknown)
	untilAnswered(t, e)
	require.NoError(t, e.Inspect(t.Context(), ""))
	require.NoError(t, os.WriteFile(file, []byte("nothing"), 0o600))
	proxy.Break()
	requireTLSFault(t, engine.FaultTLS, e)
}

// requireTLSFault waits until the connection has been made anew, which fails.
func requireTLSFault(t *testing.T, fault engine.Fault, e *cluster.Engine) {
	t.Helper()
	err := e.Inspect(t.Context(), "")
	for engine.FaultOf(err) != fault {
		require.NoError(t, t.Context().Err())
		err = e.Inspect(t.Context(), "")
	}
	requireFault(t, fault, err)
	requireUnavailable(t, ask(t.Context(), e))
}

func TestTheNameOfACertificateMayBeGiven(t *testing.T) {
	authority := spicedbtest.NewAuthority(t)
	file := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(file, authority.PEM(), 0o600))
	certificate := authority.Issue("spicedb.internal", time.Now().Add(time.Hour))
	address := serve(t)
	proxies := []string{spicedbtest.NewProxy(t, address, &certificate).Addr(), spicedbtest.NewProxy(t, address, &certificate).Addr()}
	for _, endpoints := range [][]string{proxies, proxies[:1]} {
		e := connect(t, cluster.Config{Endpoints: endpoints, CAFile: file, ServerName: "spicedb.internal"})
		require.NoError(t, e.Inspect(t.Context(), ""))
		e = connect(t, cluster.Config{Endpoints: endpoints, CAFile: file})
		requireFault(t, engine.FaultCertificateName, e.Inspect(t.Context(), ""))
	}
}

// TestWhoTrustsTheSystemTrustsNobodyElse has no file, and so does not know the authority.
func TestWhoTrustsTheSystemTrustsNobodyElse(t *testing.T) {
	certificate := spicedbtest.NewAuthority(t).Issue("127.0.0.1", time.Now().Add(time.Hour))
	address := serve(t)
	proxy := spicedbtest.NewProxy(t, address, &certificate)
	for endpoint, fault := range map[string]engine.Fault{
		proxy.Addr():          engine.FaultCertificateIssuer,
		address:               engine.FaultTLS, // it speaks no TLS
		spicedbtest.Unused(t): engine.FaultUnreachable,
	} {
		e, err := cluster.Connect(t.Context(), cluster.Config{Endpoints: []string{endpoint}, Key: key})
		require.NoError(t, err)
		requireFault(t, fault, e.Inspect(t.Context(), ""))
		require.NoError(t, e.Close())
	}
}
