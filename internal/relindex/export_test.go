package relindex

import "unsafe"

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
