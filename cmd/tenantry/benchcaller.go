package main

import (
	"context"

	"github.com/tenantry/tenantry/internal/estate/measure"
)

// changesIn is one in how many calls of a mix is a change.
const changesIn = 100

// mixed asks, and now and then makes a change.
type mixed struct {
	*measure.Checker
	linker *measure.Linker
	n      int
}

// Call implements [measure.Caller].
func (m *mixed) Call(ctx context.Context) error {
	if m.n++; m.n%changesIn == 0 {
		return m.linker.Call(ctx)
	}
	return m.Checker.Call(ctx)
}

// Close implements [measure.Caller].
func (m *mixed) Close() error {
	_ = m.linker.Close() // the answers are in
	return m.Checker.Close()
}
