package main

import (
	"fmt"
	"io"
	"net/url"

	"github.com/spf13/cobra"
)

// treeNode is an organization with all below it, as the API answers it.
type treeNode struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	Depth     int        `json:"depth"`
	State     string     `json:"state"`
	Isolation string     `json:"isolation"`
	Children  []treeNode `json:"children"`
}

func newOrg(getenv func(string) string) *cobra.Command {
	c := &cobra.Command{
		Use:   "org",
		Short: "Look at organizations",
		Args:  invalidArgs(cobra.NoArgs),
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newOrgTree(getenv))
	return c
}

func newOrgTree(getenv func(string) string) *cobra.Command {
	var cl client
	c := &cobra.Command{
		Use:   "tree ORGANIZATION",
		Short: "Show an organization and all below it",
		Args:  invalidArgs(cobra.ExactArgs(1)),
	}
	cl.bind(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		if err := cl.resolve(c, getenv); err != nil {
			return err
		}
		var tree treeNode
		if err := cl.call(c.Context(), "GET", "/v1/organizations/"+url.PathEscape(args[0])+"/tree", nil, &tree); err != nil {
			return err
		}
		if cl.asJSON {
			return printJSON(c.OutOrStdout(), tree)
		}
		printTree(c.OutOrStdout(), tree)
		return nil
	}
	return c
}

func printTree(w io.Writer, top treeNode) {
	fmt.Fprintln(w, top.text())
	printChildren(w, top.Children, "")
}

func printChildren(w io.Writer, children []treeNode, indent string) {
	for i, child := range children {
		branch, below := "├── ", "│   "
		if i == len(children)-1 {
			branch, below = "└── ", "    "
		}
		fmt.Fprintln(w, indent+branch+child.text())
		printChildren(w, child.Children, indent+below)
	}
}

// text is an organization's line: what is not as usual stands behind the name.
func (n treeNode) text() string {
	line := n.ID + "  " + printable(n.Name)
	if n.State != "active" {
		line += "  (" + n.State + ")"
	}
	if n.Isolation != "isolated" {
		line += "  (" + n.Isolation + ")"
	}
	return line
}
