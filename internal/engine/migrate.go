package engine

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
	"github.com/tenantry/tenantry/schema"
)

// Migration is what a Migrate has done.
type Migration struct {
	From, To      int   // editions of the schema; From is 0 if there was none
	Changed       bool  // false if the schema was as it should be
	Relationships int64 // that were there before
	// Compared tells that all of them were found afterwards. Deliveries that come in meanwhile
	// make that impossible; then the reconciler has to be asked.
	Compared bool
}

// Migrate makes [schema.Text] the schema of a SpiceDB that has none, or an earlier edition, or
// ours but altered. It leaves the schema of something else alone, and a newer edition. Before
// it writes it looks whether the new schema knows every relationship that is there, and
// afterwards whether all are still there. What is wrong is a [FaultError], and all but
// [FaultRelationshipsLost] has changed nothing.
//
// It reads everything twice, so it takes as long as two exports.
func (e *Engine) Migrate(ctx context.Context) (Migration, error) {
	text, err := e.readSchema(ctx)
	if err != nil {
		return Migration{}, err
	}
	from, err := judgeSchema(text)
	done := Migration{From: from, To: max(from, schema.Edition), Compared: true}
	switch FaultOf(err) {
	case FaultNoSchema:
		done.Changed = true
		return done, e.writeSchema(ctx)
	case FaultSchemaOlder, FaultSchemaAltered:
		return e.upgrade(ctx, done)
	default:
		return done, err
	}
}

func (e *Engine) upgrade(ctx context.Context, done Migration) (Migration, error) {
	before, err := e.count(ctx)
	if err != nil {
		return done, err
	}
	if err := before.refusal(); err != nil {
		return done, err
	}
	if err := e.writeSchema(ctx); err != nil {
		return done, err
	}
	after, err := e.count(ctx)
	if err != nil {
		return done, err
	}
	done.Changed, done.Relationships = true, before.total()
	done.Compared = before.fences == after.fences
	if done.Compared && before.sum != after.sum {
		return done, NewFault(FaultRelationshipsLost, nil, "after the new schema SpiceDB does not hold what it held before: %s", before.compare(after))
	}
	return done, nil
}

// writeSchema tells a lost answer from a refusal by what is there then.
func (e *Engine) writeSchema(ctx context.Context) error {
	failed := e.WriteSchema(ctx)
	if failed == nil {
		return nil
	}
	if text, err := e.readSchema(ctx); err == nil {
		if _, err := judgeSchema(text); err == nil {
			return nil
		}
	}
	return NewFault(FaultSchemaRefused, failed, "SpiceDB does not take the schema: %v", failed)
}

// census is what an engine holds at one state.
type census struct {
	types       map[string]int64 // relationships by the type of their resource
	unknown     map[string]int64 // those that our schema does not know, by type and relation
	sum, fences digest           // of all but the fences, and of the fences
}

// digest is a sum over a set: the order does not matter.
type digest [2]uint64

func (d *digest) add(r tenancy.Relationship) {
	hash := sha256.Sum256([]byte(r.String()))
	d[0] += binary.BigEndian.Uint64(hash[:])
	d[1] += binary.BigEndian.Uint64(hash[8:])
}

func (e *Engine) count(ctx context.Context) (*census, error) {
	g, err := ownGrammar()
	if err != nil {
		return nil, err
	}
	c := &census{types: map[string]int64{}, unknown: map[string]int64{}}
	for r, err := range e.Relationships(ctx) {
		if err != nil {
			return nil, err
		}
		c.add(r, g.admits(r))
	}
	return c, nil
}

func (c *census) add(r tenancy.Relationship, known bool) {
	c.types[r.Resource.Type]++
	if !known {
		c.unknown[r.Resource.Type+"#"+r.Relation]++
	}
	if isFence(r) {
		c.fences.add(r)
	} else {
		c.sum.add(r)
	}
}

func (c *census) total() (n int64) {
	for _, count := range c.types {
		n += count
	}
	return n
}

// refusal is the fault of relationships that the new schema does not know.
func (c *census) refusal() error {
	if len(c.unknown) == 0 {
		return nil
	}
	var said string
	for _, name := range slices.Sorted(maps.Keys(c.unknown)) {
		said += fmt.Sprintf(" %d of %s,", c.unknown[name], name)
	}
	return NewFault(FaultSchemaRefused, nil, "the new schema does not know relationships that are there:%s nothing was changed", said)
}

// compare says of which types there are more or fewer.
func (c *census) compare(after *census) string {
	said := ""
	for _, name := range slices.Sorted(maps.Keys(c.types)) {
		if c.types[name] != after.types[name] {
			said += fmt.Sprintf(" %s %d, now %d;", name, c.types[name], after.types[name])
		}
	}
	if said == "" {
		return "others than before"
	}
	return said
}
