package cluster

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// scripted is a connection whose calls end as the test says.
type scripted struct {
	err   error
	takes time.Duration
	calls int
}

func (s *scripted) Invoke(ctx context.Context, _ string, _, _ any, _ ...grpc.CallOption) error {
	s.calls++
	time.Sleep(s.takes) // of the bubble's clock
	return s.err
}

func (s *scripted) NewStream(context.Context, *grpc.StreamDesc, string, ...grpc.CallOption) (grpc.ClientStream, error) {
	s.calls++
	return &scriptedStream{err: s.err}, nil
}

type scriptedStream struct {
	grpc.ClientStream
	err error
}

func (s *scriptedStream) RecvMsg(any) error { return s.err }

var errGone = status.Error(codes.Unavailable, "gone")

func newScripted() (*scripted, *circuit) {
	s := &scripted{}
	return s, newCircuit(s, Config{Endpoints: []string{"x"}, Key: "k", Failures: 3, OpenFor: time.Second}.withDefaults())
}

func (c *circuit) call() error { return c.Invoke(context.Background(), "", nil, nil) }

func (c *circuit) read(ctx context.Context) error {
	stream, err := c.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true}, "")
	if err != nil {
		return err
	}
	return stream.RecvMsg(nil)
}

func TestTheCircuitOpensProbesAndCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, c := newScripted()
		require.NoError(t, c.call())
		s.err = errGone
		for range 3 {
			require.Equal(t, CircuitClosed, c.state())
			require.ErrorIs(t, c.call(), errGone)
		}
		require.Equal(t, CircuitOpen, c.state())
		calls := s.calls
		require.Equal(t, codes.Unavailable, status.Code(c.call()))
		require.Equal(t, codes.Unavailable, status.Code(c.read(t.Context())))
		require.Equal(t, calls, s.calls, "nobody is asked")

		time.Sleep(time.Second + 1)
		require.Equal(t, CircuitHalfOpen, c.state())
		require.ErrorIs(t, c.call(), errGone)
		require.Equal(t, CircuitOpen, c.state(), "the probe has failed")
		require.Equal(t, calls+1, s.calls)

		time.Sleep(time.Second + 1)
		s.err = nil
		require.NoError(t, c.call())
		require.Equal(t, CircuitClosed, c.state())
	})
}

func TestOneProbeAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, c := newScripted()
		s.err = errGone
		for range 3 {
			require.Error(t, c.read(t.Context()))
		}
		time.Sleep(time.Second + 1)
		s.err, s.takes = nil, time.Minute
		calls := s.calls
		go func() { _ = c.call() }()
		synctest.Wait()
		require.Equal(t, codes.Unavailable, status.Code(c.call()), "another one is being made")
		require.Equal(t, calls+1, s.calls)
		time.Sleep(time.Minute)
		synctest.Wait()
		require.Equal(t, CircuitClosed, c.state())
	})
}

// TestWhatTellsNothingOpensNoCircuit: an answer is an answer, and a caller without patience
// must not shut the others out.
func TestWhatTellsNothingOpensNoCircuit(t *testing.T) {
	for name, s := range map[string]scripted{
		"refused":   {err: status.Error(codes.InvalidArgument, "")},
		"no key":    {err: status.Error(codes.PermissionDenied, "")},
		"internal":  {err: status.Error(codes.Internal, "")},
		"given up":  {err: status.Error(codes.Canceled, ""), takes: time.Minute},
		"impatient": {err: status.Error(codes.DeadlineExceeded, ""), takes: fairTime - 1},
	} {
		synctest.Test(t, func(t *testing.T) {
			_, c := newScripted()
			c.conn = &s
			for range 10 {
				require.Error(t, c.call())
			}
			require.Equal(t, CircuitClosed, c.state(), name)
		})
	}
	synctest.Test(t, func(t *testing.T) {
		s, c := newScripted()
		s.err, s.takes = status.Error(codes.DeadlineExceeded, ""), fairTime
		for range 3 {
			require.Error(t, c.call())
		}
		require.Equal(t, CircuitOpen, c.state())
	})
}

// TestAProbeThatIsLeftLetsTheNextOneThrough also where it was never answered.
func TestAProbeThatIsLeftLetsTheNextOneThrough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, c := newScripted()
		s.err = errGone
		for range 3 {
			require.Error(t, c.call())
		}
		time.Sleep(time.Second + 1)
		s.err = nil
		ctx, cancel := context.WithCancel(t.Context())
		_, err := c.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true}, "")
		require.NoError(t, err)
		require.Error(t, c.call())
		cancel()
		synctest.Wait()
		require.NoError(t, c.call())
		require.Equal(t, CircuitClosed, c.state())
	})
}

func TestALoadGoesPastTheCircuit(t *testing.T) {
	s, c := newScripted()
	s.err = errGone
	for range 3 {
		require.Error(t, c.call())
	}
	stream, err := c.NewStream(t.Context(), &grpc.StreamDesc{ClientStreams: true}, "")
	require.NoError(t, err)
	require.ErrorIs(t, stream.RecvMsg(nil), errGone)
}
