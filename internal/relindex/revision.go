package relindex

import (
	"fmt"
	"strconv"

	"github.com/authzed/spicedb/pkg/datastore"
)

// Revision names one committed transaction. It is the time at which the
// transaction began, in nanoseconds since 1970 by the store's clock, moved on
// where needed to be above every revision before it. So revisions also rise over
// a restart, as long as the clock does, and a token of an earlier process is
// never taken for a later one.
//
// A Revision is comparable with other Revisions and datastore.NoRevision, which
// counts as zero. It is neither equal to, above nor below a revision of another
// kind.
type Revision int64

var _ datastore.Revision = Revision(0)

// Equal implements datastore.Revision.
func (r Revision) Equal(other datastore.Revision) bool {
	o, ok := asRevision(other)
	return ok && r == o
}

// GreaterThan implements datastore.Revision.
func (r Revision) GreaterThan(other datastore.Revision) bool {
	o, ok := asRevision(other)
	return ok && r > o
}

// LessThan implements datastore.Revision.
func (r Revision) LessThan(other datastore.Revision) bool {
	o, ok := asRevision(other)
	return ok && r < o
}

// ByteSortable implements datastore.Revision: decimal texts of times between
// 2001 and 2262 have the same length, so their bytes sort as they do.
func (r Revision) ByteSortable() bool {
	return true
}

// String returns the decimal text that RevisionFromString reads.
func (r Revision) String() string {
	return strconv.FormatInt(int64(r), 10)
}

func asRevision(r datastore.Revision) (Revision, bool) {
	if r == datastore.NoRevision {
		return 0, true
	}
	own, ok := r.(Revision)
	return own, ok
}

// RevisionFromString reads what Revision.String wrote.
func (d *Datastore) RevisionFromString(text string) (datastore.Revision, error) {
	parsed, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("invalid revision: %w", err)
	}
	return Revision(parsed), nil
}
