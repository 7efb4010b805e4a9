package store

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var (
	qAccessKeyByID            = named("access_key_by_id")
	qAccessKeysOfOrganization = named("access_keys_of_organization")
	qAccessKeysOfSubject      = named("access_keys_of_subject")
	qAccessKeyInsert          = named("access_key_insert")
	qAccessKeyUpdate          = named("access_key_update")
	qAccessKeyDelete          = named("access_key_delete")
	qAccessKeyUse             = named("access_key_use")
	qEveryAccessKey           = named("every_access_key")
)

func writeAccessKey(k tenancy.AccessKey) statements {
	return statements{
		insert: qAccessKeyInsert, update: qAccessKeyUpdate, delete: qAccessKeyDelete,
		columns: []any{k.ID, k.OrganizationID, k.RootID, k.Subject.Type, k.Subject.ID, k.Name, k.Hash,
			millis(k.CreatedAt), millis(k.ExpiresAt), millis(k.RevokedAt), k.Suspended, k.Expired},
		keys: 1,
	}
}

func scanAccessKey(s scanner) (k tenancy.AccessKey, err error) {
	err = s.Scan(accessKeyColumns(&k)...)
	return k, err
}

func accessKeyColumns(k *tenancy.AccessKey) []any {
	return []any{&k.ID, &k.OrganizationID, &k.RootID, &k.Subject.Type, &k.Subject.ID, &k.Name, &k.Hash,
		instant{&k.CreatedAt}, instant{&k.ExpiresAt}, instant{&k.RevokedAt}, &k.Suspended, &k.Expired}
}

func scanUsedAccessKey(s scanner) (k tenancy.UsedAccessKey, err error) {
	err = s.Scan(append(accessKeyColumns(&k.AccessKey), instant{&k.LastUsedAt})...)
	return k, err
}

func (s *snapshot) AccessKey(ctx context.Context, id string) (tenancy.AccessKey, error) {
	return one(ctx, s, scanAccessKey, qAccessKeyByID, id)
}

func (s *snapshot) AccessKeys(ctx context.Context, organizationID string, p tenancy.Page) ([]tenancy.UsedAccessKey, error) {
	return all(ctx, s, scanUsedAccessKey, qAccessKeysOfOrganization, organizationID, p.After, p.Limit)
}

func (s *snapshot) AccessKeysOf(ctx context.Context, subject tenancy.Object) ([]tenancy.AccessKey, error) {
	return all(ctx, s, scanAccessKey, qAccessKeysOfSubject, subject.Type, subject.ID)
}

// AccessKey returns a key as it is committed, good or not; [tenancy.ErrNoRow] if there is
// none.
func (k Keys) AccessKey(ctx context.Context, id string) (tenancy.AccessKey, error) {
	return one(ctx, k.reader, scanAccessKey, qAccessKeyByID, id)
}

// UseAccessKeys notes when keys were used, by id. A key keeps the latest time; one that is
// not there is left out. It changes no state.
func (k Keys) UseAccessKeys(ctx context.Context, uses map[string]time.Time) error {
	return k.writer.transact(ctx, nil, func(ctx context.Context, tx *transaction) error {
		for _, id := range slices.Sorted(maps.Keys(uses)) { // two who note at once wait in one order
			if _, err := tx.exec(ctx, qAccessKeyUse, id, millis(uses[id])); err != nil {
				return err
			}
		}
		return nil
	})
}
