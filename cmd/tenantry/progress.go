package main

import (
	"fmt"
	"io"
	"iter"
	"time"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// progress tells how far something is that takes longer than a second.
type progress struct {
	out   io.Writer
	what  string
	begun time.Time
	told  time.Time
	n     int
}

func newProgress(out io.Writer, what string) *progress {
	now := time.Now()
	return &progress{out: out, what: what, begun: now, told: now}
}

func (p *progress) count(relationships iter.Seq2[tenancy.Relationship, error]) iter.Seq2[tenancy.Relationship, error] {
	return func(yield func(tenancy.Relationship, error) bool) {
		for r, err := range relationships {
			p.step()
			if !yield(r, err) {
				return
			}
		}
	}
}

func (p *progress) step() {
	if p.n++; p.n%1000 == 0 && time.Since(p.told) > time.Second {
		p.told = time.Now()
		fmt.Fprintf(p.out, "%d %s\n", p.n, p.what)
	}
}

func (p *progress) end() {
	if p.told != p.begun {
		fmt.Fprintf(p.out, "%d %s in %s\n", p.n, p.what, time.Since(p.begun).Round(time.Millisecond))
	}
}
