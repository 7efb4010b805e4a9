package relindex

import (
	"context"
	"errors"

	"github.com/authzed/spicedb/pkg/datastore"
	"github.com/authzed/spicedb/pkg/datastore/options"
)

// ErrSerialization makes ReadWriteTx run a transaction's function once more, if
// the function returns it.
var ErrSerialization = errors.New("relindex: transaction must be tried again")

// maxAttempts is how often ReadWriteTx runs a function that keeps asking for it.
const maxAttempts = 10

// ReadWriteTx runs fn on the head and commits what it wrote as one new revision,
// or nothing if it returns an error. A fn that calls no writing method makes no
// revision: the one that it read is returned.
//
// Transactions are serializable. The first run of fn holds no lock, so a slow fn
// stops nobody; if another transaction commits meanwhile, fn runs again with the
// sole right to commit. With options.WithDisableRetries fn runs once, holds that
// right from the beginning, and all other writers wait for it.
func (d *Datastore) ReadWriteTx(
	ctx context.Context, fn datastore.TxUserFunc, opts ...options.RWTOptionsOption,
) (datastore.Revision, error) {
	config := options.NewRWTOptionsWithOptions(opts...)
	var first *transaction
	if !config.DisableRetries {
		t, err := d.attempt(ctx, fn, config)
		if err != nil && !errors.Is(err, ErrSerialization) {
			return datastore.NoRevision, err
		}
		if err == nil {
			first = t
		}
	}

	if err := d.lockWriter(ctx); err != nil {
		return datastore.NoRevision, err
	}
	defer d.unlockWriter()
	if first != nil {
		if revision, committed, err := d.commit(first, config); committed || err != nil {
			return revision, err
		}
	}
	return d.writeAlone(ctx, fn, config)
}

// writeAlone runs fn and commits, as the holder of the writer lock.
func (d *Datastore) writeAlone(
	ctx context.Context, fn datastore.TxUserFunc, config *options.RWTOptions,
) (datastore.Revision, error) {
	attempts := maxAttempts - 1
	if config.DisableRetries {
		attempts = 1
	}
	var err error
	for range attempts {
		var t *transaction
		t, err = d.attempt(ctx, fn, config)
		if err == nil {
			var revision datastore.Revision
			revision, _, err = d.commit(t, config)
			return revision, err
		}
		if !errors.Is(err, ErrSerialization) {
			break
		}
	}
	return datastore.NoRevision, err
}

// attempt runs fn on the head.
func (d *Datastore) attempt(
	ctx context.Context, fn datastore.TxUserFunc, config *options.RWTOptions,
) (*transaction, error) {
	t, err := d.begin()
	if err != nil {
		return nil, err
	}
	if err := t.requireSchemaHash(config.SchemaHashPrecondition); err != nil {
		return nil, err
	}
	return t, fn(ctx, t)
}

// commit makes a transaction's revision the head. It does nothing and returns
// false if the head is no longer the one that the transaction began with. The
// caller holds the writer lock.
func (d *Datastore) commit(t *transaction, config *options.RWTOptions) (datastore.Revision, bool, error) {
	if !t.wrote {
		return t.base.revision, true, nil
	}
	head, err := d.history.head()
	if err != nil {
		return datastore.NoRevision, false, err
	}
	if head != t.base {
		return datastore.NoRevision, false, nil
	}
	c := t.finish()
	if len(config.Metadata.GetFields()) > 0 {
		c.metadata = config.Metadata
	}
	if err := d.history.append(c); err != nil {
		return datastore.NoRevision, false, err
	}
	return c.revision, true, nil
}

func (d *Datastore) lockWriter(ctx context.Context) error {
	select {
	case d.writer <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (d *Datastore) unlockWriter() {
	<-d.writer
}
