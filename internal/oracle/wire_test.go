package oracle_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tenantry/tenantry/internal/oracle"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// wire sends requests to the service. The names of a game, which begin with w0-, are other ids
// there, so that games on one service know nothing of each other; what the service itself has
// chosen has the name that the oracle gave it.
type wire struct {
	*service
	prefix  string
	made    map[string]string // id by name
	secrets map[string]string // texts of access keys, by name
	heads   map[string]int64  // the last event read, by trail
	ended   map[string]bool   // what trails say has ended by itself
}

func newWire(s *service) *wire {
	s.games++
	return &wire{s, "g" + strconv.Itoa(s.games) + "-", map[string]string{}, map[string]string{}, map[string]int64{"": s.head}, map[string]bool{}}
}

var name = regexp.MustCompile(`w0-[a-z0-9-]+`)

// out puts ids in the place of names.
func (w *wire) out(text string) string {
	return name.ReplaceAllStringFunc(text, func(name string) string {
		if id, ok := w.made[name]; ok {
			return id
		}
		return w.prefix + strings.TrimPrefix(name, "w0-")
	})
}

// in puts names in the place of ids.
func (w *wire) in(text string) string {
	for name, id := range w.made {
		text = strings.ReplaceAll(text, id, name)
	}
	return strings.ReplaceAll(text, w.prefix, "w0-")
}

// reply is the answer to a request, in names.
type reply struct {
	status int
	text   string
	json   map[string]any
	cursor string // as it came: there are no names in it
}

func (r reply) code() string {
	code, _ := r.json["code"].(string)
	return code
}

func (w *wire) send(req oracle.Request) (reply, error) {
	if req.DryRun {
		return w.ask(req, "dry_run=true")
	}
	return w.ask(req, "")
}

// ask sends a request with something more in its query.
func (w *wire) ask(req oracle.Request, more string) (reply, error) {
	path := w.out(req.Path)
	if more != "" {
		sign := "?"
		if strings.Contains(path, "?") {
			sign = "&"
		}
		path += sign + more
	}
	r := httptest.NewRequest(req.Method, path, strings.NewReader(w.out(req.Body)))
	if req.Body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for name, value := range map[string]string{
		"Authorization": w.credential(req.Credential), "Act-As-User": w.out(req.User),
		"Current-Organization": w.out(req.Current), "Idempotency-Key": w.keyed(req.Key),
	} {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	recorder := httptest.NewRecorder()
	w.handler.ServeHTTP(recorder, r)
	out := reply{status: recorder.Code, text: recorder.Body.String()}
	if !strings.Contains(recorder.Header().Get("Content-Type"), "json") {
		return out, nil
	}
	if err := json.Unmarshal([]byte(w.in(out.text)), &out.json); err != nil {
		return out, fmt.Errorf("%s: %w", out.text, err)
	}
	var page struct {
		NextCursor string `json:"next_cursor"`
	}
	err := json.Unmarshal([]byte(out.text), &page)
	out.cursor = page.NextCursor
	return out, err
}

// keyed makes a key one of the game's own.
func (w *wire) keyed(key string) string {
	if key == "" {
		return ""
	}
	return w.prefix + key
}

func (w *wire) credential(name string) string {
	switch name {
	case "none":
		return ""
	case "platform":
		return "Bearer " + w.platform
	case "console":
		return "Bearer " + w.console
	case "broken":
		return "Bearer " + strings.ToUpper(w.console)
	}
	return "Bearer " + w.secrets[name]
}

// learn gives what the service has made the names that the oracle gave it.
func (w *wire) learn(want oracle.Answer, got reply) {
	if want.Repeated {
		return // its secrets are told once
	}
	id, _ := got.json["id"].(string)
	if want.Made != "" {
		w.made[want.Made] = id
	}
	if secret, ok := got.json["secret"].(string); ok {
		w.secrets[want.Made] = secret
	}
	if token, ok := got.json["accept_token"].(string); ok {
		w.made[want.Token] = token
	}
}

// news are the events since they were last read, in names: of the trees with these roots, and
// of the service. What ended by itself is put aside.
func (w *wire) news(roots []string) (news []oracle.Event, err error) {
	snap, err := w.store.Snapshot(context.Background())
	if err != nil {
		return nil, err
	}
	defer func() { _ = snap.Close() }()
	for _, root := range append([]string{""}, roots...) {
		events, err := snap.Events(context.Background(), tenancy.EventFilter{RootID: w.out(root), After: w.heads[root]}, 10_000)
		if err != nil {
			return nil, err
		}
		for _, e := range events {
			w.heads[root] = e.Seq
			if root == "" {
				w.head = e.Seq
			}
			if e.Action == "ended" {
				w.putAside(e)
				continue
			}
			news = append(news, w.event(e))
		}
	}
	return news, nil
}

// putAside keeps what has ended, under the names that the oracle has for it.
func (w *wire) putAside(e tenancy.Event) {
	for what := range e.Detail {
		what = w.in(what)
		if kind, ends, _ := strings.Cut(what, ":"); strings.HasPrefix(kind, "link") {
			parts := strings.Split(ends, "/")
			what = "link:" + parts[0] + "/" + parts[len(parts)-1]
		}
		w.ended[what] = true
	}
}

func (w *wire) event(e tenancy.Event) oracle.Event {
	return w.named(oracle.Event{
		Trail: w.in(e.RootID), Action: e.Action, Result: string(e.Result), Code: string(e.Code),
		Actor:      oracle.Object{Type: e.Actor.Type, ID: w.in(e.Actor.ID)},
		OnBehalfOf: w.in(e.OnBehalfOf), Target: oracle.Object{Type: e.Target.Type, ID: w.in(e.Target.ID)},
	})
}

// named has the names of service keys in the place of their ids.
func (w *wire) named(e oracle.Event) oracle.Event {
	for kind, id := range w.ids {
		if e.Actor.ID == id {
			e.Actor.ID = kind
		}
	}
	if e.Action == "access_key.create" {
		e.Target.ID = "" // it was chosen before it was decided
	}
	return e
}

// plain is a value as JSON has it, with the lists of objects in it in one order.
func plain(v any) any {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	var out any
	if err := json.Unmarshal(text, &out); err != nil {
		panic(err)
	}
	return sorted(out)
}

func sorted(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name := range v {
			v[name] = sorted(v[name])
		}
	case []any:
		for i := range v {
			v[i] = sorted(v[i])
		}
		slices.SortFunc(v, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	}
	return v
}
