package main

import (
	"context"
	"errors"

	"github.com/authzed/authzed-go/v1"
	"github.com/jackc/pgx/v5"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/estate"
	"github.com/tenantry/tenantry/internal/estate/measure"
	"github.com/tenantry/tenantry/internal/relation"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// bareWrites measure the least that a change in the cluster can be: a durable transaction of
// one row in the database of the record, and one write of SpiceDB; each alone, and twice both, as
// a link is made and ended.
func (s *stand) bareWrites(ctx context.Context, c *cluster) ([]measure.Measure, error) {
	row, err := newRowWriter(ctx, c.record)
	if err != nil {
		return nil, err
	}
	s.onStop(row.close)
	link, err := newLinkWriter(c.spicedb, s.questions.Shape)
	if err != nil {
		return nil, err
	}
	s.onStop(link.client.Close)
	alone := func(name string, write func(context.Context) error) measure.Measure {
		return measure.Load(name, 1, func(int) (measure.Caller, error) { return measure.CallerFunc(write), nil })
	}
	return []measure.Measure{
		alone(bareRow, row.write), alone(bareLink, link.write), alone(bareBoth, inTurn(row.write, link.write, row.write, link.write)),
	}, nil
}

// inTurn makes several calls one.
func inTurn(calls ...func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		for _, call := range calls {
			if err := call(ctx); err != nil {
				return err
			}
		}
		return nil
	}
}

// rowWriter writes rows to a table that has nothing else.
type rowWriter struct{ conn *pgx.Conn }

func newRowWriter(ctx context.Context, uri string) (*rowWriter, error) {
	conn, err := pgx.Connect(ctx, uri)
	if err != nil {
		return nil, err
	}
	_, err = conn.Exec(ctx, "CREATE TABLE bare (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text NOT NULL)")
	return &rowWriter{conn}, err
}

func (w *rowWriter) close() error { return w.conn.Close(context.Background()) }

func (w *rowWriter) write(ctx context.Context) error {
	tx, err := w.conn.Begin(ctx)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "INSERT INTO bare (text) VALUES ($1)", "the text of one row")
	if err != nil {
		return errors.Join(err, tx.Rollback(ctx))
	}
	return tx.Commit(ctx)
}

// linkWriter writes the relationships of a link to SpiceDB, and removes them in turn, with the
// fence of its tree as the precondition: what the delivery of a change is. The tree is one that
// no record knows.
type linkWriter struct {
	client  *authzed.Client
	engine  *engine.Engine
	link    tenancy.Link
	version int64
}

func newLinkWriter(address string, shape estate.Shape) (*linkWriter, error) {
	client, err := dialSpiceDB(address)
	beyond := shape.Trees
	return &linkWriter{client: client, engine: engine.New(client, engine.Options{}), link: tenancy.Link{
		GroupID: shape.Group(beyond, 0), OrganizationID: shape.Organization(beyond, 0), RootID: shape.Root(beyond),
		Scope: tenancy.ScopeOrganization,
	}}, err
}

func (w *linkWriter) write(ctx context.Context) error {
	w.version++
	row := tenancy.RowChange{After: w.link}
	if w.version%2 == 0 {
		row = tenancy.RowChange{Before: w.link}
	}
	change := tenancy.Change{Basis: tenancy.Basis{Trees: map[string]int64{w.link.RootID: w.version - 1}}, Rows: []tenancy.RowChange{row}}
	updates := relation.Updates(change)[w.link.RootID]
	return w.engine.Apply(ctx, tenancy.Delivery{RootID: w.link.RootID, Version: w.version, Updates: updates})
}
