package store

import (
	"context"
	"slices"
	"time"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var (
	qIDUse       = named("id_use")
	qDomainTaken = named("domain_taken")
)

// moveFrom moves the trees of the change that exist. It fails with ErrMoved if a version of
// the basis is not the current one, or if something in a tree is over at the time now, unless
// the change ends it. Trees that the change begins are left to beginTrees.
func moveFrom(ctx context.Context, tx *transaction, change tenancy.Change, versions map[string]int64, now time.Time) error {
	basis, due := change.Basis, now
	if change.Ending {
		due = time.Time{} // at which nothing is over
	}
	for root, version := range basis.Trees {
		var err error
		switch versions[root] {
		case 0: // only read
			err = verifyTree(ctx, tx, root, version, due)
		case 1: // begun
		default:
			err = moved(tx.exec(ctx, qTreeMove, root, version, millis(due), millis(now)))
		}
		if err != nil {
			return err
		}
	}
	for id, version := range basis.Users {
		if err := verifyUser(ctx, tx, id, version); err != nil {
			return err
		}
	}
	for id, roots := range basis.Standing {
		if err := verifyStanding(ctx, tx, id, roots); err != nil {
			return err
		}
	}
	return nil
}

func verifyStanding(ctx context.Context, tx *transaction, userID string, roots []string) error {
	trees, err := all(ctx, tx, scanReading, qTreesOfUser, userID)
	if err != nil {
		return err
	}
	same := slices.EqualFunc(trees, roots, func(t tenancy.Reading, root string) bool { return t.RootID == root })
	if !same {
		return tenancy.ErrMoved
	}
	return nil
}

func verifyTree(ctx context.Context, tx *transaction, root string, version int64, due time.Time) error {
	tree, err := currentTree(ctx, tx, root)
	tree.At = due
	if err == nil && (tree.Version != version || tree.Over()) {
		err = tenancy.ErrMoved
	}
	return err
}

// beginTrees begins the trees of the change that do not exist. It comes after reserveIDs:
// of two who create one tree the second is told that its id is used, and so is who
// creates a tree again that is gone.
func beginTrees(ctx context.Context, tx *transaction, versions map[string]int64, now time.Time) error {
	for root, version := range versions {
		if version > 1 {
			continue
		}
		if err := moved(tx.exec(ctx, qTreeBegin, root, millis(now))); err != nil {
			return err
		}
	}
	return nil
}

// moved turns a statement that found no row in the version it asked for into ErrMoved.
func moved(rows int64, err error) error {
	if err == nil && rows == 0 {
		return tenancy.ErrMoved
	}
	return err
}

func verifyUser(ctx context.Context, tx *transaction, id string, version int64) error {
	current, err := currentVersion(ctx, tx, qUserVersion, id)
	if err == nil && current != version {
		err = tenancy.ErrMoved
	}
	return err
}

// reserveIDs fails with ErrIDUsed if an id that the change creates was ever used by one of
// its kind.
func reserveIDs(ctx context.Context, tx *transaction, rows []tenancy.RowChange) error {
	for _, rc := range rows {
		if rc.Before != nil {
			continue
		}
		kind, id := identity(rc.After)
		if kind == "" {
			continue
		}
		n, err := tx.exec(ctx, qIDUse, kind, id)
		if err != nil {
			return err
		}
		if n == 0 {
			return tenancy.ErrIDUsed
		}
	}
	return nil
}

// requireFreeDomains fails with ErrDomainTaken if an organization that the change creates has
// the e-mail domain of one that is there.
func requireFreeDomains(ctx context.Context, tx *transaction, rows []tenancy.RowChange) error {
	for _, rc := range rows {
		o, ok := rc.After.(tenancy.Organization)
		if !ok || rc.Before != nil || o.EmailDomain == "" {
			continue
		}
		n, err := one(ctx, tx, scanInt, qDomainTaken, o.EmailDomain)
		if err != nil {
			return err
		}
		if n > 0 {
			return tenancy.ErrDomainTaken
		}
	}
	return nil
}

// identity is the kind and id of a row whose id is never used twice; "" for other rows.
func identity(row tenancy.Row) (kind, id string) {
	switch r := row.(type) {
	case tenancy.Organization:
		return "organization", r.ID
	case tenancy.Group:
		return "group", r.ID
	case tenancy.User:
		return "user", r.ID
	case tenancy.Invitation:
		return "invitation", r.ID
	case tenancy.AccessKey:
		return "access_key", r.ID
	case tenancy.TenantGroup:
		return "tenant_group", r.ID
	}
	return "", ""
}
