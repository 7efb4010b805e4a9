package load

import (
	"fmt"
	"slices"
	"sync"

	"github.com/tenantry/tenantry/internal/estate"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// world is what is asked about: the estate, and in each tree an agent with a key, and a visitor
// who comes and goes.
type world struct {
	shape  estate.Shape
	key    string   // of a console
	agents []string // the key of each tree's agent
	visits []*visit // of each tree
}

// visit is how far the changes of a tree have come. They are made one after the other.
type visit struct {
	sync.Mutex
	step    int
	unclear bool // the last one failed: it may have been made
}

func newWorld(shape estate.Shape, key string) *world {
	w := &world{shape: shape, key: key}
	for range shape.Trees {
		w.visits = append(w.visits, &visit{})
	}
	return w
}

func visitor(tree int) string { return fmt.Sprint("usr_visitor_", tree) }

func agent(tree int) string { return fmt.Sprint("agt_", tree) }

func configuration(tree int) string { return fmt.Sprint("cfg_", tree) }

// visited is the group that the visitor of a tree joins: nobody else is in it.
func (w *world) visited(tree int) string { return w.shape.Toggle(tree).Group }

// groups are all of a tree, sorted.
func (w *world) groups(tree int) []string {
	all := []string{w.visited(tree)}
	for group := range w.shape.Groups {
		all = append(all, w.shape.Group(tree, group))
	}
	slices.Sort(all)
	return all
}

// furnish adds to the estate what it has not: visitors, and agents that have a key and a
// configuration each.
func (w *worker) furnish() error {
	w.agents = make([]string, w.shape.Trees)
	for tree := range w.shape.Trees {
		key, err := w.furnishTree(tree)
		if err != nil {
			return fmt.Errorf("furnish tree %d: %w", tree, err)
		}
		w.agents[tree] = key
	}
	return nil
}

func (w *worker) furnishTree(tree int) (key string, err error) {
	subject := tenancy.Object{Type: "agent", ID: agent(tree)}
	root := "/v1/organizations/" + w.shape.Root(tree)
	var issued struct{ Secret string }
	for _, r := range []request{
		{method: "PUT", path: "/v1/users/" + visitor(tree), body: map[string]any{"name": "Visitor"}},
		{method: "PUT", path: root + "/resources/agent/" + agent(tree), body: map[string]any{"name": "Agent"}},
		{method: "PUT", path: root + "/resources/backup_config/" + configuration(tree), body: map[string]any{
			"name": "Configuration", "assigned_to": []tenancy.Object{subject},
		}},
		{method: "POST", path: root + "/access-keys", body: map[string]any{"subject": subject, "name": "Key"}},
	} {
		r.key = w.key
		if r.path != "/v1/users/"+visitor(tree) {
			r.actsAs = w.shape.Owner(tree)
		}
		if err := w.fetch(r, &issued); err != nil {
			return "", err
		}
	}
	return issued.Secret, nil
}
