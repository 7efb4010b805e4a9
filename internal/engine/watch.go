package engine

import (
	"context"
	"errors"
	"io"
	"path"
	"sync"

	"google.golang.org/grpc"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// stepOf is the step of a gRPC method, by its short name.
func stepOf(method string) tenancy.Step {
	return tenancy.Step{Part: "engine", Name: path.Base(method)}
}

// Watched are the options of a connection whose calls are told to the probe, each once and by
// the short name of its method. Name them before other interceptors, which then work inside
// of the step that the probe is told of.
func Watched(probe tenancy.Probe) []grpc.DialOption {
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
