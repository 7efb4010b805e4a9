package store

import (
	"context"
	"errors"
	"time"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Keys holds the service keys of a record. It is safe for concurrent use, also by several
// processes.
type Keys struct {
	writer, reader *Pool
}

// NewKeys takes over the pools. They are the keys' to close.
func NewKeys(writer, reader *Pool) Keys { return Keys{writer, reader} }

// Close ends the use of the keys.
func (k Keys) Close() error {
	return errors.Join(k.reader.Close(), k.writer.Close())
}

var (
	qServiceKeyInsert = named("service_key_insert")
	qServiceKeyByID   = named("service_key_by_id")
	qServiceKeys      = named("service_keys")
	qServiceKeyRevoke = named("service_key_revoke")
)

// AddServiceKey keeps a new key. It fails with [tenancy.ErrIDUsed] if there ever was one
// with its id.
func (k Keys) AddServiceKey(ctx context.Context, key tenancy.ServiceKey) error {
	return k.writer.transact(ctx, nil, func(ctx context.Context, tx *transaction) error {
		n, err := tx.exec(ctx, qServiceKeyInsert, key.ID, key.Kind, key.Name, key.Hash,
			millis(key.CreatedAt), millis(key.RevokedAt))
		if err == nil && n == 0 {
			err = tenancy.ErrIDUsed
		}
		return err
	})
}

// ServiceKey returns a key, revoked or not; [tenancy.ErrNoRow] if there is none.
func (k Keys) ServiceKey(ctx context.Context, id string) (tenancy.ServiceKey, error) {
	return one(ctx, k.reader, scanServiceKey, qServiceKeyByID, id)
}

// ServiceKeys returns all keys by id, the revoked ones too.
func (k Keys) ServiceKeys(ctx context.Context) ([]tenancy.ServiceKey, error) {
	return all(ctx, k.reader, scanServiceKey, qServiceKeys)
}

// RevokeServiceKey ends a key. A key that is revoked keeps the time at which it was;
// [tenancy.ErrNoRow] if there is none.
func (k Keys) RevokeServiceKey(ctx context.Context, id string, at time.Time) error {
	return k.writer.transact(ctx, nil, func(ctx context.Context, tx *transaction) error {
		n, err := tx.exec(ctx, qServiceKeyRevoke, id, millis(at))
		if err == nil && n == 0 {
			err = tenancy.ErrNoRow
		}
		return err
	})
}

func scanServiceKey(s scanner) (k tenancy.ServiceKey, err error) {
	err = s.Scan(&k.ID, &k.Kind, &k.Name, &k.Hash, instant{&k.CreatedAt}, instant{&k.RevokedAt})
	return k, err
}
