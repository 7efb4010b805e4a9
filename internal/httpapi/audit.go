package httpapi

import (
	"context"
	"maps"
	"strconv"

	"github.com/tenantry/tenantry/internal/tenancy"
)

type eventObject struct {
	Seq          int64             `json:"seq"`
	At           string            `json:"at"`
	RootID       string            `json:"root_id"`
	Version      int64             `json:"version"`
	Actor        tenancy.Object    `json:"actor"`
	OnBehalfOf   string            `json:"on_behalf_of"`
	Action       string            `json:"action"`
	Target       tenancy.Object    `json:"target"`
	Detail       map[string]string `json:"detail"`
	Result       tenancy.Result    `json:"result"`
	Code         tenancy.Code      `json:"code"`
	RequestID    string            `json:"request_id"`
	PreviousHash string            `json:"previous_hash"`
	Hash         string            `json:"hash"`
}

func showEvent(e tenancy.Event) eventObject {
	detail := maps.Clone(e.Detail)
	if detail == nil {
		detail = map[string]string{}
	}
	if e.From != "" {
		detail["from"] = e.From
	}
	return eventObject{
		Seq: e.Seq, At: formatTime(e.At), RootID: e.RootID, Version: e.Version,
		Actor: e.Actor, OnBehalfOf: e.OnBehalfOf, Action: e.Action, Target: e.Target,
		Detail: detail, Result: e.Result, Code: e.Code, RequestID: e.RequestID,
		PreviousHash: e.PreviousHash.String(), Hash: e.Hash.String(),
	}
}

// verificationObject has null for the first invalid event of a valid trail.
type verificationObject struct {
	Valid           bool   `json:"valid"`
	Events          int64  `json:"events"`
	FirstInvalidSeq *int64 `json:"first_invalid_seq"`
}

func showVerification(v tenancy.Verification) verificationObject {
	o := verificationObject{Valid: v.Valid(), Events: v.Events}
	if !v.Valid() {
		o.FirstInvalidSeq = &v.FirstInvalid
	}
	return o
}

func verifyAudit(ctx context.Context, c *call) (answer, error) {
	v, err := c.Service.VerifyAudit(ctx, c.caller, c.path("id"))
	return ok(showVerification(v)), err
}

// listAudit takes ?after=, the number of an event, to go on with a trail that grows; the
// cursor goes on within a list, as everywhere.
func listAudit(ctx context.Context, c *call) (answer, error) {
	start, err := sequence(c.query.Get("after"))
	if err != nil {
		return answer{}, err
	}
	query := tenancy.AuditQuery{Action: c.query.Get("action"), Actor: c.query.Get("actor")}
	key := func(e tenancy.Event) string { return strconv.FormatInt(e.Seq, 10) }
	return answerPage(c, key, showEvent, func(page tenancy.Page) ([]tenancy.Event, error) {
		query.After = start
		if page.After != "" {
			if query.After, err = sequence(page.After); err != nil {
				return nil, err
			}
		}
		return c.Service.Audit(ctx, c.caller, c.path("id"), query, page.Limit)
	})
}

// sequence reads the number of an event; "" is before the first.
func sequence(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0, malformed("The query parameter \"after\" is the number of an event.")
	}
	return n, nil
}
