package config

import (
	"time"

	"github.com/spf13/pflag"
)

// Reconcile is what a node does about an engine that does not hold what follows from the
// record.
type Reconcile struct {
	Interval time.Duration // between two comparisons; 0 for none
	Repair   bool
}

func (r *Reconcile) bind(flags *pflag.FlagSet) {
	flags.DurationVar(&r.Interval, "reconcile-interval", time.Hour, "how often the engine is compared with the record; 0 for never")
	flags.BoolVar(&r.Repair, "reconcile-repair", true, "put right what a comparison finds, and not only report it")
}

// validate reports what is wrong, each by fail.
func (r *Reconcile) validate(fail func(format string, args ...any)) {
	if r.Interval < 0 || r.Interval > 0 && r.Interval < time.Second {
		fail("--reconcile-interval: must be 0 or a second at least")
	}
}
