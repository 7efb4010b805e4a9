package engine

import (
	"context"
	"errors"
	"fmt"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Translate says in the domain's words what SpiceDB, or the way to it, has reported:
//
//   - a call that its own caller has given up is the error of ctx;
//   - a request that SpiceDB will never take (an unknown type, permission or relation, an
//     id of no valid form) is a fault of the service: an error without a code;
//   - all else, a passed deadline too, is [tenancy.CodeEngineUnavailable].
//
// SpiceDB's own text stays in the cause and is never part of what callers see.
func Translate(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	switch status.Code(err) {
	case codes.InvalidArgument, codes.FailedPrecondition:
		return fmt.Errorf("the engine refuses the request: %w", err)
	default:
		return tenancy.Unavailable(tenancy.CodeEngineUnavailable, err)
	}
}

// isFenceFailure reports whether a write was refused because the fence is elsewhere. A
// schema that does not fit has the same gRPC code, so the reason decides.
func isFenceFailure(err error) bool {
	const reason = v1.ErrorReason_ERROR_REASON_WRITE_OR_DELETE_PRECONDITION_FAILURE
	for _, detail := range status.Convert(err).Details() {
		if info, ok := detail.(*errdetails.ErrorInfo); ok && info.GetReason() == reason.String() {
			return true
		}
	}
	return false
}
