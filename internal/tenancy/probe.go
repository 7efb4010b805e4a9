package tenancy

import "context"

// Step is a piece of work of a node, as those know it who watch the node. Both names are of
// a fixed few: they hold no id, and nothing that anybody wrote.
type Step struct{ Part, Name string }

// Probe is told of steps. It changes nothing about them, never fails, and waits for nothing.
type Probe interface {
	// Begin is called when a step begins. The step goes on with the context that is
	// returned, and ends with one call of end, which takes the step's error.
	Begin(ctx context.Context, step Step) (_ context.Context, end func(err error))
}

// Unwatched is the Probe of a node that nobody watches.
type Unwatched struct{}

// Begin implements [Probe].
func (Unwatched) Begin(ctx context.Context, _ Step) (context.Context, func(error)) {
	return ctx, func(error) {}
}
