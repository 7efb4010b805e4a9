package httpapi

import (
	"context"
	"net/http"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// authenticate says who calls, from the credential and Act-As-User.
func (c *call) authenticate(ctx context.Context) error {
	credential, ok := bearer(c.request.Header)
	if !ok {
		return c.limits.judged(from(c.request), "", tenancy.Unauthenticated())
	}
	if err := c.limits.admit(from(c.request), credential); err != nil {
		return err
	}
	caller, err := c.Authenticator.Authenticate(ctx, credential)
	if err = c.limits.judged(from(c.request), credential, err); err != nil {
		return err
	}
	caller.From = from(c.request)
	caller.RequestID = c.id
	c.caller = caller
	err = c.actAs()
	c.limited = c.limits.count(c.caller) // also if something else is wrong with it
	return err
}

// bearer is the credential of Authorization: Bearer. Two of them are none.
func bearer(header http.Header) (credential string, ok bool) {
	values := header.Values("Authorization")
	if len(values) != 1 {
		return "", false
	}
	scheme, credential, ok := strings.Cut(values[0], " ")
	return credential, ok && strings.EqualFold(scheme, "Bearer")
}

// actAs takes the user that the caller acts for. A header that can't name a user is not
// taken for none: it would be the platform that acts then.
func (c *call) actAs() error {
	values := c.request.Header.Values(headerActAsUser)
	if len(values) == 0 {
		return nil
	}
	if len(values) > 1 || !tenancy.ValidUserID(values[0]) || !mayActForUsers(c.caller) {
		return tenancy.Unauthenticated()
	}
	c.caller.UserID = values[0]
	return nil
}

func mayActForUsers(caller tenancy.Caller) bool {
	return caller.Kind == tenancy.PlatformKey || caller.Kind == tenancy.ConsoleKey
}
