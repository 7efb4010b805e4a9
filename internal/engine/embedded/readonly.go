package embedded

import (
	"context"

	"google.golang.org/grpc"

	"github.com/tenantry/tenantry/internal/engine"
)

func readOnlyUnary(ctx context.Context, request any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
	if !engine.Reads(info.FullMethod) {
		return nil, engine.ErrReadOnly
	}
	return handle(ctx, request)
}

func readOnlyStream(service any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handle grpc.StreamHandler) error {
	if !engine.Reads(info.FullMethod) {
		return engine.ErrReadOnly
	}
	return handle(service, stream)
}
