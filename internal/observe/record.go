package observe

import (
	"context"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// The steps of the record and of mail.
var (
	stepCommit     = tenancy.Step{Part: "record", Name: "commit"}
	stepRehearse   = tenancy.Step{Part: "record", Name: "rehearse"}
	stepDeliveries = tenancy.Step{Part: "record", Name: "deliveries"}
	stepSnapshot   = tenancy.Step{Part: "record", Name: "snapshot"}
	stepRefusal    = tenancy.Step{Part: "record", Name: "refusal"}
	stepMail       = tenancy.Step{Part: "mail", Name: "send"}
)

// Recorder tells a probe of commits and of what is read for deliveries. Not of reading the
// version of a tree, which each decision does and which takes less time than to tell of it.
type Recorder struct {
	tenancy.Recorder
	Probe tenancy.Probe
}

// Commit implements [tenancy.Recorder].
func (r Recorder) Commit(ctx context.Context, change tenancy.Change, updates map[string][]tenancy.Update) (map[string]int64, error) {
	ctx, end := r.Probe.Begin(ctx, stepCommit)
	versions, err := r.Recorder.Commit(ctx, change, updates)
	end(err)
	return versions, err
}

// Rehearse implements [tenancy.Recorder].
func (r Recorder) Rehearse(ctx context.Context, change tenancy.Change, updates map[string][]tenancy.Update) error {
	ctx, end := r.Probe.Begin(ctx, stepRehearse)
	err := r.Recorder.Rehearse(ctx, change, updates)
	end(err)
	return err
}

// Deliveries implements [tenancy.Recorder].
func (r Recorder) Deliveries(ctx context.Context, rootID string, after int64, limit int) ([]tenancy.Delivery, error) {
	ctx, end := r.Probe.Begin(ctx, stepDeliveries)
	deliveries, err := r.Recorder.Deliveries(ctx, rootID, after, limit)
	end(err)
	return deliveries, err
}

// Store tells a probe how long snapshots are held, and of events of refused attempts.
type Store struct {
	tenancy.Store
	Probe tenancy.Probe
}

// Snapshot implements [tenancy.Store]. The step lasts until the snapshot is closed.
func (s Store) Snapshot(ctx context.Context) (tenancy.Snapshot, error) {
	ctx, end := s.Probe.Begin(ctx, stepSnapshot)
	snap, err := s.Store.Snapshot(ctx)
	if err != nil {
		end(err)
		return nil, err
	}
	return snapshot{snap, end}, nil
}

type snapshot struct {
	tenancy.Snapshot
	end func(error)
}

// Close implements [tenancy.Snapshot].
func (s snapshot) Close() error {
	err := s.Snapshot.Close()
	s.end(err)
	return err
}

// Record implements [tenancy.Store].
func (s Store) Record(ctx context.Context, event tenancy.Event) error {
	ctx, end := s.Probe.Begin(ctx, stepRefusal)
	err := s.Store.Record(ctx, event)
	end(err)
	return err
}

// Mailer tells a probe of mails.
type Mailer struct {
	tenancy.Mailer
	Probe tenancy.Probe
}

// Invite implements [tenancy.Mailer].
func (m Mailer) Invite(ctx context.Context, mail tenancy.InvitationMail, token string) error {
	ctx, end := m.Probe.Begin(ctx, stepMail)
	err := m.Mailer.Invite(ctx, mail, token)
	end(err)
	return err
}
