package relindex

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/authzed/spicedb/pkg/datastore"
	"github.com/authzed/spicedb/pkg/tuple"
)

// Load adds relationships, in any order, as one revision, and makes it the
// oldest one that is kept: no earlier revision can be read afterwards, and no
// watch sees the relationships as changes. It is meant for filling a store at
// start. It returns how many relationships were added; it adds none and fails if
// the sequence yields an error, or a relationship twice, or one that is stored
// already. Other writers wait while it runs.
func (d *Datastore) Load(
	ctx context.Context, relationships iter.Seq2[tuple.Relationship, error],
) (uint64, datastore.Revision, error) {
	if err := d.lockWriter(ctx); err != nil {
		return 0, datastore.NoRevision, err
	}
	defer d.unlockWriter()
	t, err := d.begin()
	if err != nil {
		return 0, datastore.NoRevision, err
	}
	l := newLoader()
	for rel, err := range relationships {
		if err != nil {
			return 0, datastore.NoRevision, err
		}
		l.add(rel)
	}
	if err := l.loadInto(&t.state); err != nil {
		return 0, datastore.NoRevision, err
	}
	c := t.finish()
	c.before = c.state
	return l.count, c.revision, d.history.restart(c)
}

// BulkLoad adds the relationships of a source, in any order. It holds all of
// them in memory first; it fails, and the transaction with it, if the source
// does, or on a relationship that is stored already or comes twice.
func (t *transaction) BulkLoad(ctx context.Context, source datastore.BulkWriteRelationshipSource) (uint64, error) {
	l := newLoader()
	for {
		rel, err := source.Next(ctx)
		if err != nil {
			return 0, err
		}
		if rel == nil {
			break
		}
		l.add(*rel)
	}
	err := t.write(func(s *state) error {
		if err := l.loadInto(s); err != nil {
			return err
		}
		t.touched = slices.AppendSeq(t.touched, l.touches())
		return nil
	})
	if err != nil {
		return 0, err
	}
	return l.count, nil
}

// loader gathers relationships to build indexes from them at once. An id is
// stored once and stands for its rank among all ids while the relationships are
// sorted, so that sorting compares numbers and not strings.
type loader struct {
	count   uint64
	numbers map[string]uint32 // of ids, in order of appearance
	ids     []string
	traits  []*traits // the first is nil, for relationships without
	parts   map[class]*loadedPart
}

type loadedPart struct {
	class *class
	rows  []row
}

// row is a relationship of a part, as places in loader.ids and loader.traits. It
// has no pointers, so that the garbage collector need not read a million of them.
type row struct {
	resource, subject, traits uint32
}

func (r row) compareByResource(other row) int {
	return cmp.Compare(uint64(r.resource)<<32|uint64(r.subject), uint64(other.resource)<<32|uint64(other.subject))
}

func (r row) compareBySubject(other row) int {
	return cmp.Compare(uint64(r.subject)<<32|uint64(r.resource), uint64(other.subject)<<32|uint64(other.resource))
}

func newLoader() *loader {
	return &loader{numbers: map[string]uint32{}, traits: []*traits{nil}, parts: map[class]*loadedPart{}}
}

func (l *loader) add(rel tuple.Relationship) {
	c := classOf(rel.RelationshipReference)
	part := l.parts[*c]
	if part == nil {
		part = &loadedPart{class: c.clone()}
		l.parts[*part.class] = part
	}
	part.rows = append(part.rows, row{
		resource: l.number(rel.Resource.ObjectID),
		subject:  l.number(rel.Subject.ObjectID),
		traits:   l.trait(traitsOf(rel)),
	})
	l.count++
}

func (l *loader) trait(t *traits) uint32 {
	if t == nil {
		return 0
	}
	l.traits = append(l.traits, t)
	return uint32(len(l.traits) - 1) //nolint:gosec // no memory holds 2^32 of them
}

func (l *loader) number(id string) uint32 {
	if number, known := l.numbers[id]; known {
		return number
	}
	id = strings.Clone(id)
	number := uint32(len(l.ids)) //nolint:gosec // no memory holds 2^32 of them
	l.numbers[id] = number
	l.ids = append(l.ids, id)
	return number
}

// sortIDs makes the number of every id its rank.
func (l *loader) sortIDs() {
	l.numbers = nil
	order := make([]uint32, len(l.ids))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int { return strings.Compare(l.ids[a], l.ids[b]) })

	ranks, sorted := make([]uint32, len(l.ids)), make([]string, len(l.ids))
	for rank, number := range order {
		ranks[number] = uint32(rank)
		sorted[rank] = l.ids[number]
	}
	l.ids = sorted
	for _, part := range l.parts {
		for i := range part.rows {
			r := &part.rows[i]
			r.resource, r.subject = ranks[r.resource], ranks[r.subject]
		}
	}
}

// loadInto adds all relationships to a state, or none if it fails.
func (l *loader) loadInto(s *state) error {
	l.sortIDs()
	loaded := *s
	for _, part := range l.parts {
		p, err := l.loadPart(loaded.partition(part.class), part.rows)
		if err != nil {
			return err
		}
		loaded.put(p)
	}
	*s = loaded
	return nil
}

// loadPart returns a partition with rows added. Only an empty partition is built
// as a whole.
func (l *loader) loadPart(p *partition, rows []row) (*partition, error) {
	slices.SortFunc(rows, row.compareByResource)
	for i, r := range rows {
		_, exists := p.find(l.ids[r.resource], l.ids[r.subject])
		twice := i > 0 && rows[i-1].compareByResource(r) == 0
		if exists || twice {
			ref := p.reference(l.ids[r.resource], l.ids[r.subject])
			return nil, datastore.NewCreateRelationshipExistsError(&tuple.Relationship{RelationshipReference: ref})
		}
	}
	if p.size() == 0 {
		return l.build(p.class, rows), nil
	}
	for _, r := range rows {
		p = p.with(l.ids[r.resource], l.ids[r.subject], l.traits[r.traits])
	}
	return p, nil
}

// build makes a partition of rows in the order of their resources, both indexes
// at the same time.
func (l *loader) build(c *class, rows []row) *partition {
	p := &partition{class: c}
	var building sync.WaitGroup
	building.Go(func() {
		bySubject := slices.Clone(rows)
		slices.SortFunc(bySubject, row.compareBySubject)
		p.bySubject = treeOf(len(bySubject), func(i int) edge {
			r := bySubject[i]
			return edge{l.ids[r.subject], l.ids[r.resource], l.traits[r.traits]}
		})
	})
	p.byResource = treeOf(len(rows), func(i int) edge {
		r := rows[i]
		return edge{l.ids[r.resource], l.ids[r.subject], l.traits[r.traits]}
	})
	building.Wait()
	return p
}

// touches names what was loaded.
func (l *loader) touches() iter.Seq[touch] {
	return func(yield func(touch) bool) {
		for _, part := range l.parts {
			for _, r := range part.rows {
				if !yield(touch{part.class, l.ids[r.resource], l.ids[r.subject]}) {
					return
				}
			}
		}
	}
}
