package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// The codes of errors that are told apart (postgresql.org, "PostgreSQL Error Codes").
const (
	codeForeignKey       = "23503"
	codeUnique           = "23505"
	codeReadOnly         = "25006"
	codeAuthorization    = "28000"
	codePassword         = "28P01"
	codeNoDatabase       = "3D000"
	codeSerialization    = "40001"
	codeDeadlock         = "40P01"
	codeNoPrivilege      = "42501"
	codeDiskFull         = "53100"
	codeOutOfMemory      = "53200"
	codeTooMany          = "53300"
	codeShutdown         = "57P01"
	codeCrash            = "57P02"
	codeCannotConnect    = "57P03"
	codeIdleTransaction  = "25P03"
	constraintDomain     = "organizations_of_email_domain"
	constraintResourceID = "resources_pkey"
	constraintUsedID     = "used_ids_pkey"
)

// translate gives the driver's errors their meaning, by code. What it does not know stays
// as it is; errors of a context stay those of the context.
func translate(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, sql.ErrNoRows) {
		return tenancy.ErrNoRow
	}
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return translateCode(e, err)
	}
	if lost(err) {
		return fmt.Errorf("the connection to the database is lost: %w", err)
	}
	return err
}

func translateCode(e *pgconn.PgError, err error) error {
	switch e.Code {
	case codeSerialization, codeDeadlock:
		return fmt.Errorf("%w: %w", tenancy.ErrMoved, err)
	case codeUnique:
		if meaning, ok := taken[e.ConstraintName]; ok {
			return fmt.Errorf("%w: %w", meaning, err)
		}
	}
	if meaning, ok := meanings[e.Code]; ok {
		return fmt.Errorf("%s: %w", meaning, err)
	}
	return err
}

// taken is what it means that something unique is there. Locks come first, so these are found
// only by who gets around them.
var taken = map[string]error{
	constraintDomain:     tenancy.ErrDomainTaken,
	constraintResourceID: tenancy.ErrMoved,
	constraintUsedID:     tenancy.ErrIDUsed,
}

var meanings = map[string]string{
	codeForeignKey:      "a row would name what is not there",
	codeUnique:          "a row that is to be created is there",
	codeReadOnly:        "the database can't be written: it is a read-only replica, or made read-only",
	codeNoPrivilege:     "the user of the database URL lacks a privilege",
	codeDiskFull:        "the disk of the database is full",
	codeOutOfMemory:     "the database has no memory left",
	codeTooMany:         "the database has no connection left",
	codeShutdown:        "the database is shutting down",
	codeCrash:           "the database has crashed and recovers",
	codeCannotConnect:   "the database is starting up or shutting down",
	codeIdleTransaction: "the database has broken off a transaction that was idle for too long",
}

// lost reports whether an error is that of a connection, and not of a context.
func lost(err error) bool {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	var network net.Error
	return errors.As(err, &network) || errors.Is(err, net.ErrClosed) || isEnd(err)
}
