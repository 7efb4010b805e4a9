package storetest

import (
	"errors"
	"fmt"
	"sync"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var concurrencyTests = map[string]func(world){
	"Of many who commit on one version exactly one succeeds": oneWinsEachVersion,
	"Of many who create one tree exactly one succeeds":       oneBeginsTree,
	"Commits and records at once leave trails without gaps":  concurrentTrails,
}

// committers is how many callers act at one time.
const committers = 32

// atOnce runs do for each committer and counts the errors by their kind.
func atOnce(do func(i int) error) map[error]int {
	var mu sync.Mutex
	counts := map[error]int{}
	var all sync.WaitGroup
	start := make(chan struct{})
	for i := range committers {
		all.Go(func() {
			<-start
			err := do(i)
			for _, known := range []error{tenancy.ErrMoved, tenancy.ErrIDUsed} {
				if errors.Is(err, known) {
					err = known
				}
			}
			mu.Lock()
			defer mu.Unlock()
			counts[err]++
		})
	}
	close(start)
	all.Wait()
	return counts
}

func oneWinsEachVersion(w world) {
	acme := root("acme")
	w.commit(create(acme))
	for version := int64(1); version <= 5; version++ {
		changes := make([]tenancy.Change, committers)
		for i := range changes {
			changes[i] = w.change(create(child(fmt.Sprintf("o%d-%d", version, i), acme)))
			require.Equal(w.t, version, changes[i].Basis.Trees["acme"])
		}
		counts := atOnce(func(i int) error {
			versions, err := w.Commit(w.ctx(), changes[i], nil)
			if err == nil && versions["acme"] != version+1 {
				err = fmt.Errorf("moved to %d", versions["acme"])
			}
			return err
		})
		require.Equal(w.t, map[error]int{nil: 1, tenancy.ErrMoved: committers - 1}, counts)
	}
	require.Len(w.t, w.rows(), 1+1+5)
	requireGapless(w, "acme", 6)
}

func oneBeginsTree(w world) {
	c := w.change(create(root("acme")))
	counts := atOnce(func(int) error {
		_, err := w.Commit(w.ctx(), c, nil)
		return err
	})
	require.Equal(w.t, map[error]int{nil: 1, tenancy.ErrIDUsed: committers - 1}, counts)
}

func concurrentTrails(w world) {
	w.commit(create(root("acme")), create(user("ann")))
	counts := atOnce(func(i int) error {
		tree := fmt.Sprint("tree", i)
		c := tenancy.Change{Basis: tenancy.Basis{Trees: map[string]int64{tree: 0}}, Rows: []tenancy.RowChange{create(root(tree))},
			Event: tenancy.Event{Result: tenancy.ResultDone}}
		_, err := w.Commit(w.ctx(), c, nil)
		return errors.Join(err, w.Record(w.ctx(), refused("acme")), w.Record(w.ctx(), refused("")), w.Record(w.ctx(), refused(tree)))
	})
	require.Equal(w.t, map[error]int{nil: committers}, counts)
	requireGapless(w, "acme", 1+committers)
	requireGapless(w, "", 1+committers)
	for i := range committers {
		requireGapless(w, fmt.Sprint("tree", i), 2)
	}
}
