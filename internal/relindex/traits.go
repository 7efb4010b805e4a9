package relindex

import (
	"time"

	"google.golang.org/protobuf/types/known/structpb"

	core "github.com/authzed/spicedb/pkg/proto/core/v1"
	"github.com/authzed/spicedb/pkg/tuple"
)

// traits is what a relationship may carry beside its two ends. Most carry
// nothing and have a nil *traits. Traits are never changed once stored, so
// readers share them.
type traits struct {
	caveat     *core.ContextualizedCaveat
	expiration *time.Time
	integrity  *core.RelationshipIntegrity
}

func traitsOf(rel tuple.Relationship) *traits {
	if rel.OptionalCaveat == nil && rel.OptionalExpiration == nil && rel.OptionalIntegrity == nil {
		return nil
	}
	stored := &traits{
		caveat:    rel.OptionalCaveat.CloneVT(),
		integrity: rel.OptionalIntegrity.CloneVT(),
	}
	if stored.caveat != nil && stored.caveat.Context == nil {
		stored.caveat.Context = &structpb.Struct{} // as SpiceDB's stores return it
	}
	if rel.OptionalExpiration != nil {
		expiration := rel.OptionalExpiration.UTC()
		stored.expiration = &expiration
	}
	return stored
}

// grantsSameAs says whether two traits grant alike. Integrity data do not
// count: they are made anew at every write.
func (t *traits) grantsSameAs(other *traits) bool {
	return t.caveatOf().EqualVT(other.caveatOf()) && sameTime(t.expirationOf(), other.expirationOf())
}

func (t *traits) caveatOf() *core.ContextualizedCaveat {
	if t == nil {
		return nil
	}
	return t.caveat
}

func (t *traits) expirationOf() *time.Time {
	if t == nil {
		return nil
	}
	return t.expiration
}

func (t *traits) integrityOf() *core.RelationshipIntegrity {
	if t == nil {
		return nil
	}
	return t.integrity
}

func (t *traits) expiredAt(now time.Time) bool {
	expiration := t.expirationOf()
	return expiration != nil && expiration.Before(now)
}

func sameTime(a, b *time.Time) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Equal(*b)
}
