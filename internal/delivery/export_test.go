package delivery

import "context"

// RelayRounds begins a relay that makes a round at each call.
func (d *Deliverer) RelayRounds() (round func(context.Context) error) {
	return newRelay(d).round
}
