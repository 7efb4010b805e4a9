package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/tenancy"
)

type checkRequest struct {
	Subject    tenancy.Object `json:"subject"`
	Permission string         `json:"permission"`
	Resource   tenancy.Object `json:"resource"`
}

type checkAnswer struct {
	Allowed bool   `json:"allowed"`
	Token   string `json:"token"`
}

func newCheck(getenv func(string) string) *cobra.Command {
	var cl client
	c := &cobra.Command{
		Use:     "check SUBJECT PERMISSION RESOURCE",
		Short:   "Ask whether a subject has a permission on a resource",
		Example: "  tenantry check user:omar view_agents organization:bakery",
		Args:    invalidArgs(cobra.ExactArgs(3)),
	}
	cl.bind(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		question, err := parseQuestion(args)
		if err != nil {
			return &invalidError{err}
		}
		if err := cl.resolve(c, getenv); err != nil {
			return err
		}
		var answer checkAnswer
		if err := cl.call(c.Context(), "POST", "/v1/check", question, &answer); err != nil {
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
