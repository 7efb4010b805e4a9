package oracle_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"

	"github.com/tenantry/tenantry/internal/oracle"
)

// finish compares the whole world.
func (g *game) finish() error {
	for _, compare := range []func() error{
		func() error { return g.decide(g.world.Questions()) }, g.compareLists, g.compareLookups, g.compareTrails,
	} {
		if err := compare(); err != nil {
			return g.fault(oracle.Request{Credential: "console", Method: "GET", Path: "(the end)"}, err)
		}
	}
	return nil
}

// compareLists compares every list, whole and over pages of one to three.
func (g *game) compareLists() error {
	for _, path := range g.world.Lists() {
		r := oracle.Request{Credential: "platform", Method: "GET", Path: path}
		if err := g.compareList(r); err != nil {
			return err
		}
	}
	for _, user := range g.world.Users() {
		r := oracle.Request{Credential: "console", User: user, Method: "GET", Path: "/v1/organizations"}
		if err := g.compareList(r); err != nil {
			return err
		}
	}
	return nil
}

func (g *game) compareList(r oracle.Request) error {
	got, err := g.wire.send(r)
	if err != nil {
		return err
	}
	want := g.world.Clone().Do(r)
	if err := agree(r, want, got); err != nil {
		return fmt.Errorf("%s: %w", r, err)
	}
	if got.status != 200 {
		return nil
	}
	g.tally.lists++
	return g.comparePages(r, got.json["items"])
}

// comparePages reads a list page by page.
func (g *game) comparePages(r oracle.Request, whole any) error {
	limit := 1 + g.tally.lists%3
	items, cursor := []any{}, ""
	for {
		got, err := g.wire.ask(r, page(limit, cursor))
		if err != nil {
			return err
		}
		some, _ := got.json["items"].([]any)
		if got.status != 200 || len(some) > limit {
			return fmt.Errorf("%s: a page of %d is %d %s", r, limit, got.status, got.text)
		}
		items = append(items, some...)
		if cursor = got.cursor; cursor == "" {
			break
		}
	}
	if text(items) != text(whole) {
		return fmt.Errorf("%s: the pages of %d are %s, the whole is %s", r, limit, text(items), text(whole))
	}
	return nil
}

// page is the query of a page.
func page(limit int, cursor string) string {
	if cursor == "" {
		return fmt.Sprintf("limit=%d", limit)
	}
	return fmt.Sprintf("limit=%d&cursor=%s", limit, cursor)
}

// compareLookups compares both lookups for some permissions of everybody and everything.
func (g *game) compareLookups() error {
	asked := map[string]bool{}
	for _, q := range g.world.Questions() {
		if g.rand.IntN(25) > 0 {
			continue
		}
		for path, body := range map[string]map[string]any{
			"/v1/lookup/resources": {"subject": asBody(q)["subject"], "permission": q.Permission, "resource_type": q.Resource.Type},
			"/v1/lookup/subjects":  {"resource": asBody(q)["resource"], "permission": q.Permission, "subject_type": q.Subject.Type},
		} {
			r := oracle.Request{Credential: "console", Method: "POST", Path: path, Body: text(body)}
			if asked[r.String()] {
				continue
			}
			asked[r.String()] = true
			got, err := g.wire.send(r)
			if err != nil {
				return err
			}
			if err := agree(r, g.world.Clone().Do(r), got); err != nil {
				return fmt.Errorf("%s: %w", r, err)
			}
			g.tally.lists++
		}
	}
	return nil
}

// compareTrails has every trail be whole, and compares what has ended by itself.
func (g *game) compareTrails() error {
	for _, id := range g.world.Organizations() {
		r := oracle.Request{Credential: "platform", Method: "GET", Path: "/v1/organizations/" + id + "/audit/verify"}
		got, err := g.wire.send(r)
		if err != nil {
			return err
		}
		if got.json["valid"] != true {
			return fmt.Errorf("the trail of %s: %s", id, got.text)
		}
		if err := g.compareTrail(id); err != nil {
			return err
		}
	}
	if _, err := g.wire.news(g.roots); err != nil {
		return err
	}
	if !reflect.DeepEqual(g.world.Ended, g.wire.ended) {
		return fmt.Errorf("what has ended differs\n  rules    %v\n  service  %v", g.world.Ended, g.wire.ended)
	}
	return nil
}

// compareTrail reads the trail of an organization. That of a root tells all that is told of its
// tree. In that of another one is nothing else than that, and all that was done to it itself.
func (g *game) compareTrail(id string) error {
	shown, err := g.trail(id)
	if err != nil {
		return err
	}
	all := g.told[g.world.Root(id)]
	if id == g.world.Root(id) {
		if !slices.Equal(shown, all) {
			return fmt.Errorf("the trail of %s differs\n  rules    %+v\n  service  %+v", id, all, shown)
		}
		return nil
	}
	for _, e := range shown {
		if !slices.Contains(all, e) {
			return fmt.Errorf("the trail of %s tells %+v, that of its tree does not", id, e)
		}
	}
	for _, e := range all {
		if e.Target == (oracle.Object{Type: "organization", ID: id}) && e.Result == "done" && !slices.Contains(shown, e) {
			return fmt.Errorf("the trail of %s does not tell %+v", id, e)
		}
	}
	return nil
}

// trail is what the API shows of a trail, page by page, without what ended by itself.
func (g *game) trail(id string) (shown []oracle.Event, err error) {
	r := oracle.Request{Credential: "platform", Method: "GET", Path: "/v1/organizations/" + id + "/audit"}
	for cursor := ""; ; {
		got, err := g.wire.ask(r, page(100, cursor))
		if err != nil {
			return nil, err
		}
		var list struct {
			Items []struct {
				RootID               string `json:"root_id"`
				OnBehalfOf           string `json:"on_behalf_of"`
				Action, Result, Code string
				Actor, Target        oracle.Object
			}
		}
		if err := json.Unmarshal([]byte(g.wire.in(got.text)), &list); err != nil {
			return nil, err
		}
		for _, e := range list.Items {
			if e.Action != "ended" {
				shown = append(shown, g.wire.named(oracle.Event{
					Trail: e.RootID, Action: e.Action, Result: e.Result, Code: e.Code, Actor: e.Actor, OnBehalfOf: e.OnBehalfOf, Target: e.Target,
				}))
			}
		}
		if cursor = got.cursor; cursor == "" {
			return shown, nil
		}
	}
}
