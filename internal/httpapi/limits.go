package httpapi

import (
	"crypto/sha256"
	"net/netip"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/tenantry/tenantry/internal/authn"
	"github.com/tenantry/tenantry/internal/httpapi/ratelimit"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// limits bound how often this node is called. Nil limits bound nothing.
//
// Whoever is known has calls of his own. Whoever is not is counted by the address of his
// connection, which behind a proxy is the proxy's for all. So an address from which too much
// was guessed keeps nobody out whose key was good here lately, and no user with a token: a
// token has a signature, and can't be guessed. A key that this node has not seen has to wait
// there.
type limits struct {
	callers   *ratelimit.Buckets[callerID]
	strangers *ratelimit.Buckets[netip.Prefix]
	good      *otter.Cache[digest, struct{}] // keys, as they were when last shown
	lines     *ratelimit.Buckets[struct{}]
}

// callerID is whose calls are counted together: a key with the user that it acts for, or the
// user of a token.
type callerID struct {
	kind        tenancy.KeyKind
	key, userID string
}

type digest [sha256.Size]byte

// remembered bounds how many callers, addresses and keys are told apart. Of each it takes some
// hundred bytes.
const remembered = 1 << 16

// linesOfLimited is how many lines the log has of calls that are refused here. Metrics count
// them all.
var linesOfLimited = ratelimit.Limit{PerSecond: 1, Burst: 10}

func newLimits(limit ratelimit.Limit, now func() time.Time) *limits {
	if limit == (ratelimit.Limit{}) {
		return nil
	}
	return &limits{
		callers:   ratelimit.New[callerID](limit, remembered, now),
		strangers: ratelimit.New[netip.Prefix](limit, remembered, now),
		good:      otter.Must(&otter.Options[digest, struct{}]{MaximumSize: remembered}),
		lines:     ratelimit.New[struct{}](linesOfLimited, 1, now),
	}
}

// admit refuses to look at a credential from an address that has guessed too often.
func (l *limits) admit(address, credential string) error {
	if l == nil || authn.IsToken(credential) {
		return nil
	}
	if _, good := l.good.GetIfPresent(sha256.Sum256([]byte(credential))); good {
		return nil
	}
	return limited(l.strangers.Wait(placeOf(address)))
}

// judged is told what became of a credential, and returns the error that its caller gets. One
// that is no good counts for the address.
func (l *limits) judged(address, credential string, err error) error {
	if l == nil {
		return err
	}
	sum := sha256.Sum256([]byte(credential))
	switch e, refused := tenancy.AsError(err); {
	case err == nil && !authn.IsToken(credential):
		l.good.SetIfAbsent(sum, struct{}{})
	case refused && e.Code == tenancy.CodeUnauthenticated:
		l.good.Invalidate(sum)
		if often := limited(l.strangers.Take(placeOf(address))); often != nil {
			return often
		}
	}
	return err
}

// count counts a call of a caller who is known, and refuses one too many.
func (l *limits) count(caller tenancy.Caller) error {
	if l == nil {
		return nil
	}
	return limited(l.callers.Take(callerID{caller.Kind, caller.KeyID, caller.UserID}))
}

// tells reports whether the log gets a line of a call that is refused here.
func (l *limits) tells() bool { return l == nil || l.lines.Take(struct{}{}) == 0 }

func limited(wait time.Duration) error {
	if wait == 0 {
		return nil
	}
	return &tenancy.Error{Code: tenancy.CodeRateLimited, Detail: "Too many calls; the next one is due after retry_after seconds.", RetryAfter: wait}
}

// placeOf is the network in which whoever calls can choose his address: one of IPv6 has 64 bits
// for that.
func placeOf(address string) netip.Prefix {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return netip.Prefix{}
	}
	ip = ip.Unmap().WithZone("")
	bits := ip.BitLen()
	if ip.Is6() {
		bits = 64
	}
	return netip.PrefixFrom(ip, bits).Masked()
}
