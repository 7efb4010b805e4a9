package relindex

import (
	"unsafe"
	"weak"
)

// stringData tells strings apart that are equal.
func stringData(s string) *byte {
	return unsafe.StringData(s)
}

// KeptRevisions returns how many revisions the store keeps.
func (d *Datastore) KeptRevisions() int {
	d.history.mu.RLock()
	defer d.history.mu.RUnlock()
	return len(d.history.commits)
}

// Oldest tells whether the memory of the revision that is the oldest now is still held.
func (d *Datastore) Oldest() (held func() bool) {
	d.history.mu.RLock()
	defer d.history.mu.RUnlock()
	oldest := weak.Make(d.history.commits[0])
	return func() bool { return oldest.Value() != nil }
}
