package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// explainAnswer is why a question is answered as it is.
type explainAnswer struct {
	Allowed bool            `json:"allowed"`
	Paths   [][]explainStep `json:"paths"`
	Text    string          `json:"text"`
}

// explainStep is one relationship of a way, and what it says.
type explainStep struct {
	Resource tenancy.Object `json:"resource"`
	Relation string         `json:"relation"`
	Subject  struct {
		tenancy.Object
		Relation string `json:"relation"`
	} `json:"subject"`
	Text string `json:"text"`
}

func newExplain(getenv func(string) string) *cobra.Command {
	var cl client
	c := &cobra.Command{
		Use:     "explain SUBJECT PERMISSION RESOURCE",
		Short:   "Tell why a subject has a permission on a resource, or what it lacks",
		Example: "  tenantry explain user:omar view_agents organization:bakery",
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
		var text json.RawMessage
		if err := cl.call(c.Context(), "POST", "/v1/explain", question, &text); err != nil {
			return err
		}
		if cl.asJSON {
			return printJSON(c.OutOrStdout(), text)
		}
		var answer explainAnswer
		if err := json.Unmarshal(text, &answer); err != nil {
			return err
		}
		answer.print(c.OutOrStdout())
		return nil
	}
	return c
}

// print draws the ways as a tree that grows from the resource: what several ways begin with
// stands there once.
func (a explainAnswer) print(w io.Writer) {
	fmt.Fprintf(w, "%s: %s\n", verdict(a.Allowed), printable(a.Text))
	printSteps(w, "", a.Paths)
}

func printSteps(w io.Writer, indent string, paths [][]explainStep) {
	branches := branch(paths)
	for i, b := range branches {
		fork, below := "├─ ", "│  "
		if i == len(branches)-1 {
			fork, below = "└─ ", "   "
		}
		fmt.Fprintf(w, "%s%s%s  %s\n", indent, fork, printable(b.step.Text), b.step.relationship())
		printSteps(w, indent+below, b.rest)
	}
}

// explainBranch is a step, and how the ways that take it go on.
type explainBranch struct {
	step explainStep
	rest [][]explainStep
}

// branch gathers the ways by their first step.
func branch(paths [][]explainStep) (branches []explainBranch) {
	for _, path := range paths {
		if len(path) == 0 {
			continue
		}
		i := slices.IndexFunc(branches, func(b explainBranch) bool { return b.step == path[0] })
		if i < 0 {
			i, branches = len(branches), append(branches, explainBranch{step: path[0]})
		}
		branches[i].rest = append(branches[i].rest, path[1:])
	}
	return branches
}

// relationship is the notation of zed, in which an auditor finds the step.
func (s explainStep) relationship() string {
	return tenancy.Relationship{
		Resource: s.Resource, Relation: s.Relation, Subject: s.Subject.Object, SubjectRelation: s.Subject.Relation,
	}.String()
}
