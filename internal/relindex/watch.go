package relindex

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/authzed/spicedb/pkg/datastore"
)

// errFellBehind says that commits after a watch's last one are kept no longer.
var errFellBehind = errors.New("relindex: changes are no longer kept")

// Watch sends the changes of every revision after the given one, a message a
// revision, and if asked for, a checkpoint after each. Messages share memory
// with the store and must not be changed.
//
// A watch never holds more than its buffer of messages. It ends with a
// WatchDisconnectedError when its reader leaves the buffer full for the write
// timeout, or lags so far that the store has dropped what comes next; with an
// InvalidRevisionError when it begins at a revision that has been dropped, or
// that is unknown; with a MaximumChangesSizeExceededError when one revision is
// larger than the watch allows; and with ErrClosed.
func (d *Datastore) Watch(
	ctx context.Context, after datastore.Revision, opts datastore.WatchOptions,
) (<-chan datastore.RevisionChanges, <-chan error) {
	w := &watch{
		history: d.history,
		options: opts,
		timeout: cmp.Or(opts.WatchBufferWriteTimeout, d.config.WatchTimeout),
		updates: make(chan datastore.RevisionChanges, cmp.Or(opts.WatchBufferLength, d.config.WatchBuffer)),
	}
	errs := make(chan error, 1)
	start, err := w.start(after)
	if err != nil {
		errs <- err
		close(errs)
		close(w.updates)
		return w.updates, errs
	}
	go func() {
		defer close(w.updates)
		defer close(errs)
		errs <- w.run(ctx, start)
	}()
	return w.updates, errs
}

type watch struct {
	history *history
	options datastore.WatchOptions
	timeout time.Duration
	updates chan datastore.RevisionChanges
}

// start returns the revision to begin after, if the watch can begin there.
func (w *watch) start(after datastore.Revision) (Revision, error) {
	if w.options.EmissionStrategy == datastore.EmitImmediatelyStrategy {
		return 0, errors.New("relindex: emit immediately strategy is unsupported")
	}
	start, ok := asRevision(after)
	if !ok {
		return 0, datastore.NewInvalidRevisionErr(after, datastore.CouldNotDetermineRevision)
	}
	_, _, err := w.history.nextAfter(start)
	if errors.Is(err, errFellBehind) {
		return 0, datastore.NewInvalidRevisionErr(after, datastore.RevisionStale)
	}
	return start, err
}

// run sends changes until it fails, which is the only way it ends.
func (w *watch) run(ctx context.Context, position Revision) error {
	for {
		c, err := w.history.awaitAfter(ctx, position)
		if errors.Is(err, errFellBehind) {
			return datastore.NewWatchDisconnectedErr()
		}
		if err != nil {
			return err
		}
		if err := w.sendCommit(ctx, c); err != nil {
			return err
		}
		position = c.revision
	}
}

func (w *watch) sendCommit(ctx context.Context, c *commit) error {
	if changes := w.changes(c); !empty(changes) {
		if err := w.checkSize(changes); err != nil {
			return err
		}
		if err := w.send(ctx, changes); err != nil {
			return err
		}
	}
	if !w.wants(datastore.WatchCheckpoints) {
		return nil
	}
	return w.send(ctx, datastore.RevisionChanges{Revision: c.revision, IsCheckpoint: true})
}

func (w *watch) wants(content datastore.WatchContent) bool {
	return w.options.Content&content != 0
}

// changes returns what the watch wants to know of a commit.
func (w *watch) changes(c *commit) datastore.RevisionChanges {
	changes := datastore.RevisionChanges{Revision: c.revision, Metadatas: c.metadatas()}
	if w.wants(datastore.WatchRelationships) {
		changes.RelationshipChanges = c.relationshipChanges()
	}
	if w.wants(datastore.WatchSchema) {
		c.addSchemaChanges(&changes)
	}
	return changes
}

func empty(changes datastore.RevisionChanges) bool {
	return len(changes.RelationshipChanges)+len(changes.ChangedDefinitions)+
		len(changes.DeletedNamespaces)+len(changes.DeletedCaveats) == 0
}

func (w *watch) checkSize(changes datastore.RevisionChanges) error {
	limit := w.options.MaximumBufferedChangesByteSize
	if limit == 0 {
		return nil
	}
	size := 0
	for _, change := range changes.RelationshipChanges {
		size += change.Relationship.SizeVT()
	}
	for _, definition := range changes.ChangedDefinitions {
		size += definition.SizeVT()
	}
	if uint64(size) > limit {
		return datastore.NewMaximumChangesSizeExceededError(limit)
	}
	return nil
}

// send puts a message into the buffer. It waits for room no longer than the
// watch's timeout.
func (w *watch) send(ctx context.Context, changes datastore.RevisionChanges) error {
	select {
	case w.updates <- changes:
		return nil
	default:
	}
	timer := time.NewTimer(w.timeout)
	defer timer.Stop()
	select {
	case w.updates <- changes:
		return nil
	case <-ctx.Done():
		return datastore.NewWatchCanceledErr()
	case <-timer.C:
		return datastore.NewWatchDisconnectedErr()
	}
}

// awaitAfter returns the first commit above a revision. It waits for it if need
// be, until the context or the history ends.
func (h *history) awaitAfter(ctx context.Context, r Revision) (*commit, error) {
	for {
		c, arrived, err := h.nextAfter(r)
		if c != nil || err != nil {
			return c, err
		}
		select {
		case <-arrived:
		case <-ctx.Done():
			return nil, datastore.NewWatchCanceledErr()
		}
	}
}

// nextAfter returns the first commit above a revision, or what will be closed
// when one arrives.
func (h *history) nextAfter(r Revision) (*commit, <-chan struct{}, error) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if h.closed {
		return nil, nil, ErrClosed
	}
	if r < h.horizon {
		return nil, nil, errFellBehind
	}
	if i := h.firstAbove(r); i < len(h.commits) {
		return h.commits[i], nil, nil
	}
	return nil, h.arrived, nil
}
