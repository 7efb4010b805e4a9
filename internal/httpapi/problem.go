package httpapi

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// problem is the body of every refusal and failure (RFC 9457).
type problem struct {
	Type      string       `json:"type"`
	Title     string       `json:"title"`
	Status    int          `json:"status"`
	Detail    string       `json:"detail"`
	Code      tenancy.Code `json:"code"`
	RequestID string       `json:"request_id"`

	// What single codes add (API, "Answers").
	Errors     []tenancy.FieldError `json:"errors,omitempty"`
	Field      string               `json:"field,omitempty"`
	Blockers   []tenancy.Blocker    `json:"blockers,omitempty"`
	ManagedAt  *tenancy.ManagedAt   `json:"managed_at,omitempty"`
	RetryAfter int                  `json:"retry_after,omitempty"` // seconds
}

// codeInternal is the code of a fault of the service itself.
const codeInternal tenancy.Code = "internal"

// kinds is the one place that knows the status of a code.
var kinds = map[tenancy.Code]struct {
	status int
	title  string
}{
	tenancy.CodeMalformed:                   {http.StatusBadRequest, "The request is not readable."},
	tenancy.CodeCurrentOrganizationRequired: {http.StatusBadRequest, "The current organization is not named."},
	tenancy.CodeUnauthenticated:             {http.StatusUnauthorized, "The caller is not known."},
	tenancy.CodeForbidden:                   {http.StatusForbidden, "The caller may not do this."},
	tenancy.CodeLicenseRequired:             {http.StatusForbidden, "This needs a licence."},
	tenancy.CodeEmailMismatch:               {http.StatusForbidden, "The e-mail address is another one."},
	tenancy.CodeNotFound:                    {http.StatusNotFound, "Not found."},
	tenancy.CodeSameTree:                    {http.StatusConflict, "The organizations are in one tree."},
	tenancy.CodeCurrentOrganization:         {http.StatusConflict, "The caller operates from the organization."},
	tenancy.CodeDeletionBlocked:             {http.StatusConflict, "The organization can't be deleted yet."},
	tenancy.CodeSubscriptionActive:          {http.StatusConflict, "A subscription is active."},
	tenancy.CodeIDUsed:                      {http.StatusConflict, "The id was used before."},
	tenancy.CodeDepthExceeded:               {http.StatusConflict, "The tree would be too deep."},
	tenancy.CodeNotDescendant:               {http.StatusConflict, "The organization is not below the group's home."},
	tenancy.CodeLastOwner:                   {http.StatusConflict, "The last owner stays."},
	tenancy.CodeDuplicateInvitation:         {http.StatusConflict, "The address is invited already."},
	tenancy.CodeAlreadyMember:               {http.StatusConflict, "The person is in the group already."},
	tenancy.CodeDomainTaken:                 {http.StatusConflict, "The e-mail domain is taken."},
	tenancy.CodeInvitationClosed:            {http.StatusConflict, "The invitation is closed."},
	tenancy.CodeInviterUnqualified:          {http.StatusConflict, "The inviter could not invite any more."},
	tenancy.CodeManagedElsewhere:            {http.StatusConflict, "The access is managed elsewhere."},
	tenancy.CodeIdempotencyConflict:         {http.StatusConflict, "The key was used for another request."},
	tenancy.CodeConflict:                    {http.StatusConflict, "Others made changes at the same time."},
	tenancy.CodePreconditionFailed:          {http.StatusPreconditionFailed, "The object is not as the request expects."},
	tenancy.CodeTooLarge:                    {http.StatusRequestEntityTooLarge, "The request is too large."},
	tenancy.CodeInvalid:                     {http.StatusUnprocessableEntity, "The input is invalid."},
	tenancy.CodePreconditionRequired:        {http.StatusPreconditionRequired, "The request must say what it expects."},
	tenancy.CodeEmailDomain:                 {http.StatusUnprocessableEntity, "The address is of another e-mail domain."},
	tenancy.CodeImmutable:                   {http.StatusUnprocessableEntity, "This can't be changed."},
	tenancy.CodeOwnerSubaccountRole:         {http.StatusUnprocessableEntity, "An owner is an owner of every subaccount."},
	tenancy.CodeCooldown:                    {http.StatusTooManyRequests, "A mail was sent a short time ago."},
	tenancy.CodeRateLimited:                 {http.StatusTooManyRequests, "The caller has called too often."},
	codeInternal:                            {http.StatusInternalServerError, "The service has failed."},
	tenancy.CodeNotFresh:                    {http.StatusServiceUnavailable, "Fresh facts can't be had now."},
	tenancy.CodeEngineUnavailable:           {http.StatusServiceUnavailable, "The decision engine is not available."},
	tenancy.CodeStoreUnavailable:            {http.StatusServiceUnavailable, "The record is not available."},
}

// The refusals of requests that reach no operation. The table of codes has none for a
// wrong method: the request as such is wrong, so it is malformed, with the status that
// HTTP has for it.
var (
	errNoRoute     = &tenancy.Error{Code: tenancy.CodeNotFound, Detail: "There is no such path."}
	errWrongMethod = &tenancy.Error{Code: tenancy.CodeMalformed, Detail: "The path does not take this method; the header Allow names those that it takes."}
)

func malformed(format string, args ...any) error {
	return &tenancy.Error{Code: tenancy.CodeMalformed, Detail: fmt.Sprintf(format, args...)}
}

// public is what callers may know of an error. An error that is none of the domain's comes
// from something that the domain stands on.
func public(err error) *tenancy.Error {
	if e, ok := tenancy.AsError(err); ok && kinds[e.Code].status != 0 {
		return e
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return tenancy.Unavailable(tenancy.CodeNotFresh, err)
	}
	return tenancy.Unavailable(tenancy.CodeStoreUnavailable, err)
}

func (c *call) problemOf(e *tenancy.Error) problem {
	p := problem{
		Type:       "urn:tenantry:problem:" + string(e.Code),
		Title:      kinds[e.Code].title,
		Status:     kinds[e.Code].status,
		Detail:     e.Detail,
		Code:       e.Code,
		RequestID:  c.id,
		Errors:     e.Fields,
		Field:      e.Field,
		Blockers:   e.Blockers,
		ManagedAt:  e.ManagedAt,
		RetryAfter: wholeSeconds(e.RetryAfter),
	}
	if e == errWrongMethod {
		p.Status = http.StatusMethodNotAllowed
	}
	return p
}

func (c *call) writeProblem(e *tenancy.Error) {
	p := c.problemOf(e)
	header := c.writer.Header()
	if p.RetryAfter > 0 {
		header.Set("Retry-After", strconv.Itoa(p.RetryAfter))
	}
	if p.Status == http.StatusUnauthorized {
		header.Set("WWW-Authenticate", "Bearer")
	}
	c.writeText(p.Status, "application/problem+json", encode(p))
}

// wholeSeconds rounds up: who waits that long does not come too early.
func wholeSeconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }
