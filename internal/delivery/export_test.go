package delivery

import "context"

// RelayRounds begins a relay that makes a round at each call.
func (d *Deliverer) RelayRounds() (round func(context.Context) error) {
	return newRelay(d).round
}

// HoldDifferences bounds how many differences an inspection of d holds.
func (d *Deliverer) HoldDifferences(n int) { d.differences = n }

// WithLag has d wait in this way for what may be on its way.
func (d *Deliverer) WithLag(lag func(context.Context)) *Deliverer {
	d.lag = lag
	return d
}
