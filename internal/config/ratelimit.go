package config

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/spf13/pflag"
)

// RateLimit is how often a caller may call a node. The zero RateLimit is without limit.
type RateLimit struct {
	PerSecond float64
	Burst     int // how many calls may come at once
}

func (r *RateLimit) bind(flags *pflag.FlagSet) {
	flags.Var(r, "rate-limit", "how many calls a second each caller has at this node, and after a colon how many at once (100:200; without it as many as in a second); 0 or nothing for no limit")
}

// Calls a second have up to three decimals, so the slowest limit is one call in 1,000 seconds.
var (
	ratePerSecond = regexp.MustCompile(`^[0-9]{1,6}(\.[0-9]{1,3})?$`)
	rateBurst     = regexp.MustCompile(`^[1-9][0-9]{0,5}$`)
)

// Set implements [pflag.Value].
func (r *RateLimit) Set(text string) error {
	rate, burst, given := strings.Cut(text, ":")
	if text != "" && !ratePerSecond.MatchString(rate) || given && !rateBurst.MatchString(burst) {
		return fmt.Errorf("%q is no %s", text, r.Type())
	}
	perSecond, _ := strconv.ParseFloat(rate, 64) // 0 for none
	if perSecond == 0 {
		if given {
			return fmt.Errorf("%q has a burst of no rate", text)
		}
		*r = RateLimit{}
		return nil
	}
	*r = RateLimit{PerSecond: perSecond, Burst: int(math.Ceil(perSecond))}
	if given {
		r.Burst, _ = strconv.Atoi(burst)
	}
	return nil
}

// String implements [pflag.Value].
func (r *RateLimit) String() string {
	if *r == (RateLimit{}) {
		return ""
	}
	return fmt.Sprintf("%g:%d", r.PerSecond, r.Burst)
}

// Type implements [pflag.Value].
func (*RateLimit) Type() string { return "RATE[:BURST]" }
