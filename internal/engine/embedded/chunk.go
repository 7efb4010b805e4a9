package embedded

import (
	"context"
	"iter"

	"github.com/authzed/spicedb/pkg/datastore"
	"github.com/authzed/spicedb/pkg/tuple"
)

// chunkSize is how many relationships are loaded in one transaction. It bounds the memory
// that a load takes beside the relationships themselves.
const chunkSize = 10_000

// loadInChunks fills a datastore that has no better way.
func (e *Engine) loadInChunks(ctx context.Context, tuples iter.Seq2[tuple.Relationship, error]) error {
	chunk := make([]tuple.Relationship, 0, chunkSize)
	for r, err := range tuples {
		if err != nil {
			return err
		}
		chunk = append(chunk, r)
		if len(chunk) < chunkSize {
			continue
		}
		if err := e.loadChunk(ctx, chunk); err != nil {
			return err
		}
		chunk = chunk[:0]
	}
	return e.loadChunk(ctx, chunk)
}

// loadChunk is one transaction. The datastore may run it several times, so it reads from
// the chunk and not from the stream.
func (e *Engine) loadChunk(ctx context.Context, chunk []tuple.Relationship) error {
	_, err := e.datastore.ReadWriteTx(ctx, func(ctx context.Context, tx datastore.ReadWriteTransaction) error {
		_, err := tx.BulkLoad(ctx, &chunkReader{left: chunk})
		return err
	})
	return err
}

// chunkReader gives relationships one by one, as a bulk load takes them.
type chunkReader struct{ left []tuple.Relationship }

// Next implements [datastore.BulkWriteRelationshipSource]; nil is the end.
func (c *chunkReader) Next(context.Context) (*tuple.Relationship, error) {
	if len(c.left) == 0 {
		return nil, nil
	}
	next := &c.left[0]
	c.left = c.left[1:]
	return next, nil
}
