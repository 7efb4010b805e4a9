package delivery

import "context"

// RelayRounds begins a relay that makes a round at each call.
func (d *Deliverer) RelayRounds() (round func(context.Context) error) {
	return newRelay(d).round
}

// HoldDifferences bounds how many differences an inspection of d holds.
func (d *Deliverer) HoldDifferences(n int) { d.differences = n }
