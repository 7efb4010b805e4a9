package main

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/tenancy"
)

type checkRequest struct {
	Subject    tenancy.Object `json:"subject"`
	Permission string         `json:"permission"`
	Resource   tenancy.Object `json:"resource"`
}

// pastRequest asks about an instant, through the organization in whose trail it stands.
type pastRequest struct {
	checkRequest
	At string `json:"at"`
}

type checkAnswer struct {
	Allowed bool   `json:"allowed"`
	Token   string `json:"token,omitempty"`
	Version int64  `json:"version,omitempty"` // of the tree, at an instant
}

func newCheck(getenv func(string) string) *cobra.Command {
	var cl client
	var at, in string
	c := &cobra.Command{
		Use:   "check SUBJECT PERMISSION RESOURCE",
		Short: "Ask whether a subject has a permission on a resource",
		Example: "  tenantry check user:omar view_agents organization:bakery\n" +
			"  tenantry check user:omar manage machine:till --in bakery --at 2026-03-31T23:59:59Z",
		Args: invalidArgs(cobra.ExactArgs(3)),
	}
	cl.bind(c)
	c.Flags().StringVar(&at, "at", "", "an instant that is past, such as 2026-03-31T23:59:59Z: what held then")
	c.Flags().StringVar(&in, "in", "", "with --at: the organization to which the resource belonged")
	c.RunE = func(c *cobra.Command, args []string) error {
		question, err := parseQuestion(args)
		if err != nil {
			return &invalidError{err}
		}
		if err := cl.resolve(c, getenv); err != nil {
			return err
		}
		path, body, err := checkCall(question, at, in)
		if err != nil {
			return &invalidError{err}
		}
		var answer checkAnswer
		if err := cl.call(c.Context(), "POST", path, body, &answer); err != nil {
			return err
		}
		if cl.asJSON {
			return printJSON(c.OutOrStdout(), answer)
		}
		fmt.Fprintln(c.OutOrStdout(), verdict(answer.Allowed))
		return nil
	}
	return c
}

// checkCall is what answers the question, now or as of an instant.
func checkCall(question checkRequest, at, in string) (path string, body any, err error) {
	switch {
	case at == "" && in == "":
		return "/v1/check", question, nil
	case at == "":
		return "", nil, errors.New("--in is for questions --at an instant")
	case in == "" && question.Resource.Type != "organization":
		return "", nil, errors.New("--at needs --in, the organization to which the resource belonged")
	}
	return "/v1/organizations/" + url.PathEscape(cmp.Or(in, question.Resource.ID)) + "/audit/check", pastRequest{question, at}, nil
}

func parseQuestion(args []string) (checkRequest, error) {
	subject, ok := parseObject(args[0])
	resource, ok2 := parseObject(args[2])
	if !ok || !ok2 {
		return checkRequest{}, fmt.Errorf("a subject and a resource are written type:id, such as user:omar")
	}
	return checkRequest{Subject: subject, Permission: args[1], Resource: resource}, nil
}

func parseObject(s string) (tenancy.Object, bool) {
	kind, id, ok := strings.Cut(s, ":")
	return tenancy.Object{Type: kind, ID: id}, ok
}

func verdict(allowed bool) string {
	if allowed {
		return "allowed"
	}
	return "denied"
}
