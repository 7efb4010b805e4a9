package tenancy

import (
	"errors"
	"fmt"
	"time"
)

// Code names why an operation was refused or failed. It is part of the contract with callers.
type Code string

// The codes, each with the one meaning it has everywhere.
const (
	CodeMalformed                   Code = "malformed"
	CodeCurrentOrganizationRequired Code = "current-organization-required"
	CodeUnauthenticated             Code = "unauthenticated"
	CodeForbidden                   Code = "forbidden"
	CodeLicenseRequired             Code = "license-required"
	CodeEmailMismatch               Code = "email-mismatch"
	CodeNotFound                    Code = "not-found"
	CodeIDUsed                      Code = "id-used"
	CodeSameTree                    Code = "same-tree"
	CodeCurrentOrganization         Code = "current-organization"
	CodeDeletionBlocked             Code = "deletion-blocked"
	CodeSubscriptionActive          Code = "subscription-active"
	CodeDepthExceeded               Code = "depth-exceeded"
	CodeNotDescendant               Code = "not-descendant"
	CodeLastOwner                   Code = "last-owner"
	CodeDuplicateInvitation         Code = "duplicate-invitation"
	CodeAlreadyMember               Code = "already-member"
	CodeDomainTaken                 Code = "domain-taken"
	CodeManagedElsewhere            Code = "managed-elsewhere"
	CodeInvitationClosed            Code = "invitation-closed"
	CodeInviterUnqualified          Code = "inviter-unqualified"
	CodeIdempotencyConflict         Code = "idempotency-conflict"
	CodeConflict                    Code = "conflict"
	CodePreconditionFailed          Code = "precondition-failed"
	CodePreconditionRequired        Code = "precondition-required"
	CodeTooLarge                    Code = "too-large"
	CodeInvalid                     Code = "invalid"
	CodeEmailDomain                 Code = "email-domain"
	CodeImmutable                   Code = "immutable"
	CodeOwnerSubaccountRole         Code = "owner-subaccount-role"
	CodeCooldown                    Code = "cooldown"
	CodeRateLimited                 Code = "rate-limited"
	CodeNotFresh                    Code = "not-fresh"
	CodeEngineUnavailable           Code = "engine-unavailable"
	CodeStoreUnavailable            Code = "store-unavailable"
)

// Error is a refusal or failure that the caller may see. Detail is public text; the
// cause is private, is logged, and never leaves the service.
type Error struct {
	Code       Code
	Detail     string
	Fields     []FieldError  // with CodeInvalid: every field that is wrong
	Field      string        // with CodeImmutable: what can't be changed
	Blockers   []Blocker     // with CodeDeletionBlocked: all of them
	ManagedAt  *ManagedAt    // with CodeManagedElsewhere: where it can be changed
	RetryAfter time.Duration // with the codes of 429 and 503: when to try again
	cause      error
}

// FieldError says what is wrong with one field of the input, by its name in the API.
type FieldError struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// Blocker is a kind of thing that keeps an organization from being deleted, and how many
// of it there are: "subscription", "child_organization", or a type of resource. What
// keeps a tenant group is a "tenant_group" or an "organization" (D-32).
type Blocker struct {
	Kind  string `json:"kind"`
	Count int    `json:"count"`
}

// ManagedAt is the place at which an access is managed. Kind is "group" or "link", with the
// id of the group, "account_role" with that of the user, or "tenant_group".
type ManagedAt struct {
	Kind           string `json:"kind"`
	ID             string `json:"id"`
	OrganizationID string `json:"organization_id"`
}

func (e *Error) Error() string {
	if e.cause != nil {
		return fmt.Sprintf("%s: %s: %v", e.Code, e.Detail, e.cause)
	}
	return fmt.Sprintf("%s: %s", e.Code, e.Detail)
}

func (e *Error) Unwrap() error { return e.cause }

// refuse makes an Error with a public text.
func refuse(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Detail: fmt.Sprintf(format, args...)}
}

// Unavailable makes the error of a part of the service that can't be asked now. The
// cause stays private; callers may try again after a second.
func Unavailable(code Code, cause error) *Error {
	return &Error{Code: code, Detail: unavailableDetail[code], RetryAfter: time.Second, cause: cause}
}

var unavailableDetail = map[Code]string{
	CodeNotFresh:          "The decision can't be made on fresh facts now.",
	CodeEngineUnavailable: "The decision engine does not answer.",
	CodeStoreUnavailable:  "The record does not answer.",
}

// AsError finds the [Error] in err. An error without one is a fault of the service.
func AsError(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e)
	return e, ok
}

// What a Store reports. A Store translates its driver's errors to these, by typed code.
var (
	// ErrNoRow says that there is no such row in the snapshot.
	ErrNoRow = errors.New("no such row")
	// ErrMoved says that a version of the basis has moved: decide again.
	ErrMoved = errors.New("the basis of the change has moved")
	// ErrIDUsed says that an id of the change was used before, at any time.
	ErrIDUsed = errors.New("the id was used before")
	// ErrAnswered says that an answer is kept for the request already.
	ErrAnswered = errors.New("the request was answered before")
	// ErrDomainTaken says that an organization has the e-mail domain.
	ErrDomainTaken = errors.New("the e-mail domain is taken")
)

// Unauthenticated is the one answer for every caller who is not known, whatever is wrong:
// his credential, or the user that he acts for (D-8).
func Unauthenticated() *Error {
	return refuse(CodeUnauthenticated, "This needs a good key in the header Authorization: Bearer, and in Act-As-User at most one user, who is active.")
}

// errNotFound is the one answer for what is not there and for what may not be seen.
func errNotFound() *Error {
	return refuse(CodeNotFound, "There is no such object, or you may not see it.")
}

func errForbidden(format string, args ...any) *Error {
	return refuse(CodeForbidden, format, args...)
}
