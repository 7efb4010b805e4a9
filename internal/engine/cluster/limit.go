package cluster

import (
	"context"
	"errors"
	"time"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// limit is how long a call may take, and each message of a stream.
type limit time.Duration

// errSlow is the end of a stream whose next message takes too long.
var errSlow = errors.New("the engine is too slow")

func (l limit) unary(ctx context.Context, method string, request, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, options ...grpc.CallOption) error {
	if method != v1.SchemaService_WriteSchema_FullMethodName { // it looks at everything that is there
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Duration(l))
		defer cancel()
	}
	return invoke(ctx, method, request, reply, conn, options...)
}

func (l limit) stream(ctx context.Context, desc *grpc.StreamDesc, conn *grpc.ClientConn, method string, open grpc.Streamer, options ...grpc.CallOption) (grpc.ClientStream, error) {
	if desc.ClientStreams {
		return open(ctx, desc, conn, method, options...)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	s := &limitedStream{limit: time.Duration(l), cancel: cancel}
	s.timer = time.AfterFunc(s.limit, func() { cancel(errSlow) })
	stream, err := open(ctx, desc, conn, method, options...)
	if err != nil {
		return nil, s.end(ctx, err)
	}
	s.ClientStream = stream
	return s, nil
}

// limitedStream counts only while somebody waits for SpiceDB, not what he does in between.
type limitedStream struct {
	grpc.ClientStream
	limit  time.Duration
	timer  *time.Timer
	cancel context.CancelCauseFunc
}

func (s *limitedStream) RecvMsg(m any) error {
	s.timer.Reset(s.limit)
	err := s.ClientStream.RecvMsg(m)
	s.timer.Stop()
	if err != nil {
		return s.end(s.Context(), err)
	}
	return nil
}

// end releases the stream, and tells apart who has ended it.
func (s *limitedStream) end(ctx context.Context, err error) error {
	s.timer.Stop()
	if errors.Is(context.Cause(ctx), errSlow) {
		err = status.Error(codes.DeadlineExceeded, errSlow.Error())
	}
	s.cancel(nil)
	return err
}
