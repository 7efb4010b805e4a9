package relindex

import "github.com/google/uuid"

// Fork returns a datastore of its own that begins with all that this one holds now. It takes
// the same time whatever that is: both share it, and each keeps its own writes to itself.
// The history before is not in the fork. Its owner closes it.
func (d *Datastore) Fork() (*Datastore, error) {
	head, err := d.history.head()
	if err != nil {
		return nil, err
	}
	config := d.config
	config.UniqueID = uuid.NewString()
	fork := &Datastore{config: config, history: newHistory(config), writer: make(chan struct{}, 1)}
	first := fork.history.newest()
	first.revision = max(first.revision, head.revision)
	first.state = head.state
	fork.history.horizon = first.revision
	return fork, nil
}
