package config

import (
	"net"
	"net/url"
	"time"

	"github.com/spf13/pflag"
)

// OIDC is what a node is told about the issuer of users' tokens. Without an issuer no token
// is taken.
type OIDC struct {
	Issuer    string // "" for none
	Audience  string
	UserClaim string
	ClockSkew time.Duration
}

func (o *OIDC) bind(flags *pflag.FlagSet) {
	flags.StringVar(&o.Issuer, "oidc-issuer", "", "URL of the OpenID Connect issuer whose tokens users may call with")
	flags.StringVar(&o.Audience, "oidc-audience", "", "audience that such tokens must name; needed with --oidc-issuer")
	flags.StringVar(&o.UserClaim, "oidc-user-claim", "sub", "claim of such tokens that holds the user's id")
	flags.DurationVar(&o.ClockSkew, "oidc-clock-skew", 30*time.Second, "how far the issuer's clock may be off")
}

// maxClockSkew bounds for how long after its end a token is still taken.
const maxClockSkew = 5 * time.Minute

// validate reports what is wrong, each by fail.
func (o *OIDC) validate(fail func(format string, args ...any)) {
	if (o.Issuer == "") != (o.Audience == "") {
		fail("--oidc-issuer, --oidc-audience: one needs the other")
	}
	if o.Issuer == "" {
		return
	}
	if !validIssuer(o.Issuer) {
		fail("--oidc-issuer: %q is no https URL without query; http is for this machine alone", o.Issuer)
	}
	if o.UserClaim == "" {
		fail("--oidc-user-claim: must not be empty")
	}
	if o.ClockSkew < 0 || o.ClockSkew > maxClockSkew {
		fail("--oidc-clock-skew: must be 0s to %s", maxClockSkew)
	}
}

// validIssuer keeps keys from coming over a line on which others could change them.
func validIssuer(issuer string) bool {
	u, err := url.Parse(issuer)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && isThisMachine(u.Hostname())
}

func isThisMachine(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
