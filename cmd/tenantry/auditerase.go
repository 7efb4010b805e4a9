package main

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"slices"

	"github.com/spf13/cobra"
)

// eraser has a node erase what names a person.
type eraser struct {
	client
	addresses []string
	out       io.Writer
}

func newAuditErase(getenv func(string) string) *cobra.Command {
	var e eraser
	c := &cobra.Command{
		Use:   "erase USER",
		Short: "Erase what names a person beside the id; the trails stay provable",
		Long: "Erase the name, the e-mail address and the network addresses of a user, and his verified address from all\n" +
			"invitations. He stays, deactivated, under his id, and every trail verifies as before. Backups, logs and\n" +
			"mails are not reached; answers kept for repeats of requests stay for --idempotency-ttl, and then until the\n" +
			"next requests with an Idempotency-Key sweep them out.",
		Example: "  tenantry audit erase omar\n  tenantry audit erase omar --email omar@former.example",
		Args:    invalidArgs(cobra.ExactArgs(1)),
	}
	e.bind(c)
	c.Flags().StringSliceVar(&e.addresses, "email", nil, "further addresses of the person, to be erased from invitations")
	c.RunE = func(c *cobra.Command, args []string) error {
		if err := e.resolve(c, getenv); err != nil {
			return err
		}
		e.out = c.OutOrStdout()
		return e.erase(c.Context(), args[0])
	}
	return c
}

// erase begins with the address, which is known as long as the user is there. What breaks
// off is done by doing it again; but a verified address must then be named.
func (e *eraser) erase(ctx context.Context, id string) error {
	path := "/v1/users/" + url.PathEscape(id)
	var user struct {
		Email         string `json:"email"`
		EmailVerified bool   `json:"email_verified"`
	}
	if err := e.call(ctx, "GET", path, nil, &user); err != nil {
		return err
	}
	if user.EmailVerified && !slices.Contains(e.addresses, user.Email) {
		e.addresses = append(e.addresses, user.Email)
	}
	for _, address := range e.addresses {
		var erased struct {
			Invitations int `json:"invitations"`
		}
		if err := e.call(ctx, "POST", "/v1/erasures", map[string]string{"email": address}, &erased); err != nil {
			return err
		}
		fmt.Fprintf(e.out, "%s: erased from %d invitations\n", address, erased.Invitations)
	}
	if err := e.call(ctx, "POST", path+"/erase", nil, &user); err != nil {
		return err
	}
	fmt.Fprintf(e.out, "%s: name, e-mail address and network addresses erased\n", id)
	return nil
}
