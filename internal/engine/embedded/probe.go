package embedded

import (
	"context"
	"errors"
	"io"
	"path"
	"sync"

	"google.golang.org/grpc"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// stepEvaluate is a question that is evaluated without a call.
var stepEvaluate = tenancy.Step{Part: "engine", Name: "Evaluate"}

// stepOf is the step of a gRPC method, by its short name.
func stepOf(method string) tenancy.Step {
	return tenancy.Step{Part: "engine", Name: path.Base(method)}
}

// watched are the options of our own client, whose calls are told to the probe.
func watched(probe tenancy.Probe) []grpc.DialOption {
	return []grpc.DialOption{
		grpc.WithChainUnaryInterceptor(func(ctx context.Context, method string, request, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, options ...grpc.CallOption) error {
			ctx, end := probe.Begin(ctx, stepOf(method))
			err := invoke(ctx, method, request, reply, conn, options...)
			end(err)
			return err
		}),
		grpc.WithChainStreamInterceptor(func(ctx context.Context, desc *grpc.StreamDesc, conn *grpc.ClientConn, method string, open grpc.Streamer, options ...grpc.CallOption) (grpc.ClientStream, error) {
			ctx, end := probe.Begin(ctx, stepOf(method))
			stream, err := open(ctx, desc, conn, method, options...)
			if err != nil {
				end(err)
				return nil, err
			}
			return watchStream(ctx, stream, end), nil
		}),
	}
}

// watchedStream ends its step with the stream, or when whoever reads it leaves.
type watchedStream struct {
	grpc.ClientStream
	end func(error)
}

func watchStream(ctx context.Context, stream grpc.ClientStream, end func(error)) *watchedStream {
	var once sync.Once
	s := &watchedStream{stream, func(err error) { once.Do(func() { end(err) }) }}
	context.AfterFunc(ctx, func() { s.end(nil) }) // after an error it has ended already
	return s
}

func (s *watchedStream) RecvMsg(m any) error {
	err := s.ClientStream.RecvMsg(m)
	switch {
	case errors.Is(err, io.EOF):
		s.end(nil)
	case err != nil:
		s.end(err)
	}
	return err
}
