package relindex

import (
	"iter"
	"slices"
	"strings"

	"github.com/authzed/spicedb/pkg/tuple"
)

// stream yields relationships in the order of the query that it belongs to.
type stream = iter.Seq[tuple.Relationship]

// streams returns what answers the query in a partition. It is one stream,
// unless the query is sorted by one side and names ids of the other only: then
// the index of the other side has the answer, one stream for each id.
func (q *query) streams(p *partition) []stream {
	subjects, ok := q.subjectIDs(p.class)
	if !ok {
		return nil
	}
	majors, minors := q.resourceIDs, subjects
	if q.side == subjectSide {
		majors, minors = minors, majors
	}
	if len(majors) > 0 || len(minors) == 0 {
		return []stream{q.scan(p, q.side, majors, minors)}
	}
	streams := make([]stream, len(minors))
	for i := range minors {
		streams[i] = q.scan(p, q.side.opposite(), minors[i:i+1], nil)
	}
	return streams
}

// scan reads the index of one side, at the given ids only (none: at all).
func (q *query) scan(p *partition, s side, majors, minors []string) stream {
	return func(yield func(tuple.Relationship) bool) {
		from, ok := q.start(p.class, s, majors)
		if !ok {
			return
		}
		visit := func(e edge) bool {
			rel := p.relationship(s, e)
			return !q.accepts(rel.RelationshipReference, e.traits) || yield(rel)
		}
		index := p.index(s)
		if len(majors) == 0 {
			q.scanAll(index, s, from, visit)
			return
		}
		for _, major := range majors {
			if !q.scanMajor(index, s, from, major, minors, visit) {
				return
			}
		}
	}
}

// scanAll visits the edges from the given one on, as far as the resource prefix
// can match.
func (q *query) scanAll(index tree, s side, from edge, visit func(edge) bool) {
	if s == subjectSide {
		index.ascend(from, visit)
		return
	}
	index.ascend(maxEdge(from, edge{major: q.resourcePrefix}), func(e edge) bool {
		return strings.HasPrefix(e.major, q.resourcePrefix) && visit(e)
	})
}

// scanMajor visits the edges of one major id. It says whether to go on.
func (q *query) scanMajor(index tree, s side, from edge, major string, minors []string, visit func(edge) bool) bool {
	for _, minor := range minors {
		if e, found := index.find(major, minor); found && !visit(e) {
			return false
		}
	}
	if len(minors) > 0 {
		return true
	}
	prefix := ""
	if s == subjectSide {
		prefix = q.resourcePrefix
	}
	goOn := true
	index.ascend(maxEdge(from, edge{major: major, minor: prefix}), func(e edge) bool {
		if e.major != major || !strings.HasPrefix(e.minor, prefix) {
			return false
		}
		goOn = visit(e)
		return goOn
	})
	return goOn
}

// start returns an edge before which, in the index of side s, a class has
// nothing behind the query's cursor. ok is false when it has nothing behind it
// at all. The edge may be a little early: accepts compares exactly.
func (q *query) start(c *class, s side, majors []string) (from edge, ok bool) {
	if q.after == nil {
		return edge{}, true
	}
	from, ok = q.startOnOwnSide(c)
	if s != q.side {
		from = edge{major: majors[0], minor: from.major}
	}
	return from, ok
}

func (q *query) startOnOwnSide(c *class) (from edge, ok bool) {
	here, cursor := c.reference("", ""), q.after.RelationshipReference
	if q.side == subjectSide {
		here.Resource, here.Subject = here.Subject, here.Resource
		cursor.Resource, cursor.Subject = cursor.Subject, cursor.Resource
	}
	if t := strings.Compare(here.Resource.ObjectType, cursor.Resource.ObjectType); t != 0 {
		return edge{}, t > 0
	}
	rank := strings.Compare(here.Resource.Relation, cursor.Resource.Relation)
	if rank == 0 {
		rank = strings.Compare(here.Subject.ObjectType, cursor.Subject.ObjectType)
	}
	switch {
	case rank < 0: // all edges of the cursor's object are before it
		return edge{major: cursor.Resource.ObjectID + "\x00"}, true
	case rank > 0: // all are behind it
		return edge{major: cursor.Resource.ObjectID}, true
	default:
		return edge{major: cursor.Resource.ObjectID, minor: cursor.Subject.ObjectID}, true
	}
}

func concatenate(streams []stream) stream {
	return func(yield func(tuple.Relationship) bool) {
		for _, s := range streams {
			for rel := range s {
				if !yield(rel) {
					return
				}
			}
		}
	}
}

// merge returns the relationships of sorted streams in one sorted stream.
func merge(streams []stream, compare func(a, b tuple.RelationshipReference) int) stream {
	if len(streams) == 1 {
		return streams[0]
	}
	return func(yield func(tuple.Relationship) bool) {
		m := merging{compare: compare}
		for _, s := range streams {
			next, stop := iter.Pull(s)
			defer stop()
			m.enqueue(&streamHead{next: next})
		}
		for len(m.heads) > 0 {
			first := m.heads[0]
			if !yield(first.rel) {
				return
			}
			m.heads = m.heads[1:]
			m.enqueue(first)
		}
	}
}

// merging is a queue of streams that have not ended, in the order of their
// heads.
type merging struct {
	compare func(a, b tuple.RelationshipReference) int
	heads   []*streamHead
}

type streamHead struct {
	rel  tuple.Relationship
	next func() (tuple.Relationship, bool)
}

// enqueue moves a stream to its next relationship, if there is one, and puts it
// in its place.
func (m *merging) enqueue(h *streamHead) {
	rel, ok := h.next()
	if !ok {
		return
	}
	h.rel = rel
	at, _ := slices.BinarySearchFunc(m.heads, h, func(a, b *streamHead) int {
		return m.compare(a.rel.RelationshipReference, b.rel.RelationshipReference)
	})
	m.heads = slices.Insert(m.heads, at, h)
}
