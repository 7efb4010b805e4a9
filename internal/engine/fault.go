package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Fault is why a SpiceDB can't be worked with, in a word that anybody may read.
type Fault string

// The faults, from the way to SpiceDB to what is in it.
const (
	FaultUnreachable        Fault = "unreachable"           // nobody answers
	FaultCertificateExpired Fault = "certificate-expired"   // or not valid yet
	FaultCertificateIssuer  Fault = "certificate-authority" // its issuer is not known here
	FaultCertificateName    Fault = "certificate-name"      // it is for other names than the one called
	FaultTLS                Fault = "tls"                   // no TLS, or none that both sides speak
	FaultKeyRefused         Fault = "key-refused"           // the preshared key is not one of SpiceDB's
	FaultNotSpiceDB         Fault = "not-spicedb"           // somebody else answers
	FaultFailing            Fault = "failing"               // it answers that it fails
	FaultNoSchema           Fault = "no-schema"             // nobody has migrated it yet
	FaultSchemaOlder        Fault = "schema-older"          // it has the schema of an earlier release
	FaultSchemaNewer        Fault = "schema-newer"          // its schema lacks what this release asks for
	FaultSchemaAltered      Fault = "schema-altered"        // somebody has changed our schema
	FaultSchemaForeign      Fault = "schema-foreign"        // it has a schema that is none of ours
	FaultSchemaRefused      Fault = "schema-refused"        // it holds what the new schema does not know
	FaultUnclaimed          Fault = "unclaimed"             // no record has claimed it yet
	FaultNotEmpty           Fault = "not-empty"             // unclaimed, and holds relationships
	FaultOtherRecord        Fault = "other-record"          // it belongs to another record
	FaultRelationshipsLost  Fault = "relationships-lost"    // after a migration it does not hold what it held
)

// FaultError says in one line what is wrong with a SpiceDB, to whoever operates it. Only its
// Fault is for others.
type FaultError struct {
	Fault  Fault
	Detail string // one line
	cause  error
}

func (e *FaultError) Error() string { return e.Detail }

func (e *FaultError) Unwrap() error { return e.cause }

// FaultOf finds the fault in err; "" if there is none.
func FaultOf(err error) Fault {
	var e *FaultError
	if errors.As(err, &e) {
		return e.Fault
	}
	return ""
}

// NewFault makes the error of a fault. The text is made one line.
func NewFault(fault Fault, cause error, format string, args ...any) *FaultError {
	return &FaultError{Fault: fault, Detail: oneLine(fmt.Sprintf(format, args...)), cause: cause}
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// diagnose says what is wrong with a SpiceDB that has failed a call which none that is as it
// should be fails. A caller who has given up learns his own error.
func diagnose(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	said := status.Convert(err).Message()
	switch status.Code(err) {
	case codes.Unauthenticated, codes.PermissionDenied:
		return NewFault(FaultKeyRefused, err, "SpiceDB refuses the key")
	case codes.Unimplemented:
		return NewFault(FaultNotSpiceDB, err, "what answers there is no SpiceDB: %s", said)
	case codes.DeadlineExceeded:
		return NewFault(FaultUnreachable, err, "SpiceDB did not answer in time: %s", said)
	case codes.Unavailable:
		return NewFault(FaultUnreachable, err, "SpiceDB can't be reached: %s", said)
	default:
		return NewFault(FaultFailing, err, "SpiceDB, or what is there in its place, fails: %s", said)
	}
}
