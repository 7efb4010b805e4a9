package store

import (
	"context"
	"crypto/rand"
)

var (
	qSecret       = named("secret")
	qSecretInsert = named("secret_insert")
)

// secretLength has as many bits as the digests that are made with a secret.
const secretLength = 32

// Secret returns the random key of this record that goes by a name. The first call makes it,
// and it never changes.
func (k Keys) Secret(ctx context.Context, name string) (value []byte, err error) {
	err = k.writer.transact(ctx, nil, func(ctx context.Context, tx *transaction) error {
		made := make([]byte, secretLength)
		_, _ = rand.Read(made) // never fails
		if _, err := tx.exec(ctx, qSecretInsert, name, made); err != nil {
			return err
		}
		value, err = one(ctx, tx, scanBytes, qSecret, name)
		return err
	})
	return value, err
}

func scanBytes(s scanner) (b []byte, err error) {
	err = s.Scan(&b)
	return b, err
}
