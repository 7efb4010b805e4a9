package main

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// auditEvent is an event of a trail, as the API answers it.
type auditEvent struct {
	Seq        int64             `json:"seq"`
	At         string            `json:"at"`
	Actor      tenancy.Object    `json:"actor"`
	OnBehalfOf string            `json:"on_behalf_of"`
	Action     string            `json:"action"`
	Target     tenancy.Object    `json:"target"`
	Detail     map[string]string `json:"detail"`
	Result     string            `json:"result"`
	Code       string            `json:"code"`
}

// auditFlags are what a trail is asked for.
type auditFlags struct {
	client
	after         int64
	action, actor string
}

func newAudit(getenv func(string) string) *cobra.Command {
	var f auditFlags
	c := &cobra.Command{
		Use:     "audit ORGANIZATION",
		Short:   "List the audit trail of an organization; a root's holds its whole tree",
		Example: "  tenantry audit bakery --action link.put",
		Args:    invalidArgs(cobra.ExactArgs(1)),
	}
	f.bind(c)
	c.AddCommand(newAuditVerify(getenv), newAuditCheckpoint(getenv), newAuditKey(getenv), newAuditErase(getenv), newAuditReview(getenv))
	c.Flags().Int64Var(&f.after, "after", 0, "number of the event after which to go on")
	c.Flags().StringVar(&f.action, "action", "", "events of one action, such as link.put")
	c.Flags().StringVar(&f.actor, "actor", "", "events of one credential, or on behalf of one user")
	c.RunE = func(c *cobra.Command, args []string) error {
		if err := f.resolve(c, getenv); err != nil {
			return err
		}
		return f.print(c, "/v1/organizations/"+url.PathEscape(args[0])+"/audit")
	}
	return c
}

func (f *auditFlags) query() url.Values {
	query := url.Values{}
	if f.after != 0 {
		query.Set("after", strconv.FormatInt(f.after, 10))
	}
	if f.action != "" {
		query.Set("action", f.action)
	}
	if f.actor != "" {
		query.Set("actor", f.actor)
	}
	return query
}

func (f *auditFlags) print(c *cobra.Command, path string) error {
	if f.asJSON {
		return f.printItems(c, path, f.query())
	}
	return f.printTable(c, path, f.query(), auditWidths, auditHeadings, func(t *table, item json.RawMessage) error {
		var e auditEvent
		if err := json.Unmarshal(item, &e); err != nil {
			return err
		}
		t.row(strconv.FormatInt(e.Seq, 10), e.At, e.who(), e.Action, e.Target.String(), e.outcome(), e.more())
		return nil
	})
}

var (
	auditWidths   = []int{6, 24, 20, 20, 32, 24}
	auditHeadings = []string{"SEQ", "AT", "WHO", "ACTION", "TARGET", "RESULT", "DETAIL"}
)

// who is the user for whom something was tried, or the credential that tried it by itself.
func (e auditEvent) who() string { return cmp.Or(e.OnBehalfOf, e.Actor.String()) }

func (e auditEvent) outcome() string {
	if e.Code == "" {
		return e.Result
	}
	return e.Result + ": " + e.Code
}

// more is the detail, in order of its names.
func (e auditEvent) more() string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(e.Detail)) {
		value := e.Detail[name]
		if strings.Contains(value, " ") {
			value = strconv.Quote(value)
		}
		parts = append(parts, name+"="+value)
	}
	return strings.Join(parts, " ")
}
