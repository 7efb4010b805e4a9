//go:build failpoint

package failpoint

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

// ErrStruck is the error of a point that gives one.
var ErrStruck = errors.New("a failpoint has struck")

// Kind is what a point does when it strikes.
type Kind string

// The kinds of strikes.
const (
	Panic Kind = "panic"
	Kill  Kind = "kill"  // ends the process at once, without a word to anybody
	Hang  Kind = "hang"  // until it is released, which in a process nobody does
	Error Kind = "error" // has the caller get an ErrStruck
	Delay Kind = "delay" // by For
)

// Always is the At of a point that strikes at each passing.
const Always = -1

// Action is what a point is armed with. The zero At is the first passing.
type Action struct {
	Do  Kind
	At  int // counts passings from 1, since the point was armed
	For time.Duration
}

// Trap is a point that is armed.
type Trap struct {
	point  Point
	action Action
	told   bool // on standard error

	mu       sync.Mutex
	passings int
	struck   chan struct{}
	released chan struct{}
	strikes  sync.Once
	releases sync.Once
}

var armed = struct {
	sync.Mutex
	traps map[Point]*Trap
}{traps: map[Point]*Trap{}}

// Arm has a point strike from now on, in place of what it was armed with before. A point
// that gives no error panics if it is armed with one.
func Arm(p Point, action Action) *Trap {
	if action.Do == Error && !p.GivesError() {
		panic(fmt.Sprintf("the point %s gives no error", p))
	}
	if action.At == 0 {
		action.At = 1
	}
	t := &Trap{point: p, action: action, struck: make(chan struct{}), released: make(chan struct{})}
	armed.Lock()
	defer armed.Unlock()
	armed.traps[p] = t
	return t
}

// Struck is closed when the point has struck for the first time, before its action is over.
func (t *Trap) Struck() <-chan struct{} { return t.struck }

// Release lets go whoever hangs at the point, now and later.
func (t *Trap) Release() { t.releases.Do(func() { close(t.released) }) }

// Disarm releases the trap, and takes it from its point.
func (t *Trap) Disarm() {
	armed.Lock()
	if armed.traps[t.point] == t {
		delete(armed.traps, t.point)
	}
	armed.Unlock()
	t.Release()
}

// Pass is where a point stands whose caller can return no error.
func Pass(p Point) { _ = Err(p) }

// Err is where any other point stands.
func Err(p Point) error {
	armed.Lock()
	t := armed.traps[p]
	armed.Unlock()
	if t == nil || !t.due() {
		return nil
	}
	return t.strike()
}

// due counts a passing.
func (t *Trap) due() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.passings++
	return t.action.At == Always || t.passings == t.action.At
}

func (t *Trap) strike() error {
	t.strikes.Do(func() {
		if t.told {
			fmt.Fprintf(os.Stderr, "failpoint: %s: %s\n", t.point, t.action.Do)
		}
		close(t.struck)
	})
	switch t.action.Do {
	case Panic:
		panic(fmt.Sprintf("the failpoint %s has struck", t.point))
	case Kill:
		die()
	case Hang:
		<-t.released
	case Delay:
		time.Sleep(t.action.For)
	case Error:
		return fmt.Errorf("%w: %s", ErrStruck, t.point)
	}
	return nil
}

// die does not return.
func die() {
	if self, err := os.FindProcess(os.Getpid()); err == nil {
		_ = self.Kill() // the system has not let go of us yet when it returns
	}
	select {}
}
