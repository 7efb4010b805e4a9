package cluster

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/sony/gobreaker/v2"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Circuit is how the circuit is.
type Circuit string

// The ways a circuit can be.
const (
	CircuitClosed   Circuit = "closed"    // calls are made
	CircuitHalfOpen Circuit = "half-open" // one call at a time is made, to see
	CircuitOpen     Circuit = "open"      // no call is made: each fails at once
)

// fairTime is what a call needs to have been given for its passed deadline to tell something
// about SpiceDB, and not about a caller who gives no time.
const fairTime = time.Second

// errExcluded is the outcome of a call that tells nothing about SpiceDB.
var errExcluded = errors.New("the call tells nothing")

// circuit is a connection that makes no calls for a while when they have failed in a row, so
// that callers do not wait for what will not come, and SpiceDB is not asked by all at once
// when it is back. A call that it keeps back fails as if nobody answered. It knows of the
// connection alone: an answer of SpiceDB is a success, whatever it says. A load goes past it.
type circuit struct {
	conn    grpc.ClientConnInterface
	breaker *gobreaker.TwoStepCircuitBreaker[any]
	fair    time.Duration
}

func newCircuit(conn grpc.ClientConnInterface, config Config) *circuit {
	return &circuit{conn, gobreaker.NewTwoStepCircuitBreaker[any](gobreaker.Settings{
		Timeout:     config.OpenFor,
		ReadyToTrip: func(c gobreaker.Counts) bool { return c.ConsecutiveFailures >= config.Failures },
		IsExcluded:  func(err error) bool { return errors.Is(err, errExcluded) },
	}), min(fairTime, config.CallTimeout)}
}

func (c *circuit) state() Circuit {
	switch c.breaker.State() {
	case gobreaker.StateClosed:
		return CircuitClosed
	case gobreaker.StateHalfOpen:
		return CircuitHalfOpen
	default:
		return CircuitOpen
	}
}

// begin lets a call through, or fails. What it returns is told once how the call ended.
func (c *circuit) begin() (end func(error), err error) {
	done, err := c.breaker.Allow()
	if err != nil {
		return nil, status.Error(codes.Unavailable, fmt.Sprintf("the engine has failed, and is not asked now: %v", err))
	}
	began := time.Now()
	var once sync.Once
	return func(err error) { once.Do(func() { done(c.outcome(err, time.Since(began))) }) }, nil
}

// outcome is what a call tells about SpiceDB: nil for that it is there.
func (c *circuit) outcome(err error, took time.Duration) error {
	switch status.Code(err) {
	case codes.Unavailable:
		return err
	case codes.DeadlineExceeded:
		if took >= c.fair {
			return err
		}
		return errExcluded
	case codes.Canceled:
		return errExcluded
	default:
		return nil
	}
}

// Invoke implements [grpc.ClientConnInterface].
func (c *circuit) Invoke(ctx context.Context, method string, request, reply any, options ...grpc.CallOption) error {
	end, err := c.begin()
	if err != nil {
		return err
	}
	defer end(errExcluded) // of a panic; else it has ended
	err = c.conn.Invoke(ctx, method, request, reply, options...)
	end(err)
	return err
}

// NewStream implements [grpc.ClientConnInterface].
func (c *circuit) NewStream(ctx context.Context, desc *grpc.StreamDesc, method string, options ...grpc.CallOption) (grpc.ClientStream, error) {
	if desc.ClientStreams {
		return c.conn.NewStream(ctx, desc, method, options...)
	}
	end, err := c.begin()
	if err != nil {
		return nil, err
	}
	stream, err := c.conn.NewStream(ctx, desc, method, options...)
	if err != nil {
		end(err)
		return nil, err
	}
	context.AfterFunc(ctx, func() { end(errExcluded) }) // of who leaves without an answer
	return &circuitStream{stream, end}, nil
}

// circuitStream ends its call with its first message.
type circuitStream struct {
	grpc.ClientStream
	end func(error)
}

func (s *circuitStream) RecvMsg(m any) error {
	err := s.ClientStream.RecvMsg(m)
	s.end(err)
	return err
}
