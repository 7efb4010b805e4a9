package relindex

import (
	"context"
	"errors"

	"github.com/authzed/spicedb/pkg/datastore"
)

// ErrClosed is returned by every use of a closed Datastore.
var ErrClosed = errors.New("relindex: datastore is closed")

// Datastore is a SpiceDB datastore in memory. It is safe for concurrent use.
type Datastore struct {
	config  Config
	history *history

	// writer holds one token while a transaction has the sole right to commit.
	writer chan struct{}
}

var _ datastore.Datastore = (*Datastore)(nil)

// New returns an empty datastore. It fails on a negative limit only.
func New(config Config) (*Datastore, error) {
	config, err := config.withDefaults()
	if err != nil {
		return nil, err
	}
	return &Datastore{
		config:  config,
		history: newHistory(config),
		writer:  make(chan struct{}, 1),
	}, nil
}

// Close makes every later use fail with ErrClosed and ends the watches with it.
// Iterators that were handed out before may be read to their end.
func (d *Datastore) Close() error {
	d.history.close()
	return nil
}

// MetricsID implements datastore.ReadOnlyDatastore.
func (d *Datastore) MetricsID() (string, error) {
	return "relindex", nil
}

// UniqueID returns Config.UniqueID.
func (d *Datastore) UniqueID(context.Context) (string, error) {
	return d.config.UniqueID, nil
}

// ReadyState reports the store ready; it fails once the store is closed.
func (d *Datastore) ReadyState(context.Context) (datastore.ReadyState, error) {
	if _, err := d.history.head(); err != nil {
		return datastore.ReadyState{}, err
	}
	return datastore.ReadyState{Message: "ready", IsReady: true}, nil
}

// Features returns what OfflineFeatures does.
func (d *Datastore) Features(context.Context) (*datastore.Features, error) {
	return d.OfflineFeatures()
}

// OfflineFeatures implements datastore.ReadOnlyDatastore. Checkpoints come with
// commits and not while nothing is written, because the head stays where it is.
func (d *Datastore) OfflineFeatures() (*datastore.Features, error) {
	supported := datastore.Feature{Status: datastore.FeatureSupported}
	unsupported := datastore.Feature{Status: datastore.FeatureUnsupported}
	return &datastore.Features{
		Watch:                   supported,
		IntegrityData:           supported,
		ContinuousCheckpointing: unsupported,
		WatchEmitsImmediately:   unsupported,
	}, nil
}

// Statistics implements datastore.ReadOnlyDatastore. The count of relationships
// is exact; it includes expired ones.
func (d *Datastore) Statistics(context.Context) (datastore.Stats, error) {
	head, err := d.history.head()
	if err != nil {
		return datastore.Stats{}, err
	}
	return datastore.Stats{
		UniqueID:                   d.config.UniqueID,
		EstimatedRelationshipCount: head.state.relationshipCount(),
		ObjectTypeStatistics:       datastore.ComputeObjectTypeStats(head.state.objectTypes()),
	}, nil
}
