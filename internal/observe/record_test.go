package observe_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/observe"
	"github.com/tenantry/tenantry/internal/tenancy"
)

var errDown = errors.New("down")

// part is a record and a mailer that fail with an error.
type part struct {
	tenancy.Recorder
	tenancy.Mailer
	err error
}

func (p part) Commit(context.Context, tenancy.Change, map[string][]tenancy.Update) (map[string]int64, error) {
	return nil, p.err
}
func (p part) Rehearse(context.Context, tenancy.Change, map[string][]tenancy.Update) error {
	return p.err
}
func (p part) Deliveries(context.Context, string, int64, int) ([]tenancy.Delivery, error) {
	return nil, p.err
}
func (p part) Invite(context.Context, tenancy.InvitationMail, string) error { return p.err }

// store is a Store that fails with an error, too.
type store struct {
	tenancy.Store
	err error
}

func (s store) Snapshot(context.Context) (tenancy.Snapshot, error) { return opened{err: s.err}, s.err }
func (s store) Record(context.Context, tenancy.Event) error        { return s.err }

type opened struct {
	tenancy.Snapshot
	err error
}

func (o opened) Close() error { return o.err }

// told keeps which steps have ended.
type told struct{ steps []string }

func (w *told) Begin(ctx context.Context, step tenancy.Step) (context.Context, func(error)) {
	return ctx, func(err error) { w.steps = append(w.steps, fmt.Sprintf("%s %s %v", step.Part, step.Name, err)) }
}

// Each call ends one step, with the error that the caller gets.
func TestStepsOfTheRecord(t *testing.T) {
	for _, want := range []error{nil, errDown} {
		w := &told{}
		recorder := observe.Recorder{Recorder: part{err: want}, Probe: w}
		kept := observe.Store{Store: store{err: want}, Probe: w}
		_, err := recorder.Commit(t.Context(), tenancy.Change{}, nil)
		require.Equal(t, want, err)
		require.Equal(t, want, recorder.Rehearse(t.Context(), tenancy.Change{}, nil))
		_, err = recorder.Deliveries(t.Context(), "r", 0, 1)
		require.Equal(t, want, err)
		require.Equal(t, want, kept.Record(t.Context(), tenancy.Event{}))
		require.Equal(t, want, observe.Mailer{Mailer: part{err: want}, Probe: w}.Invite(t.Context(), tenancy.InvitationMail{}, "planted"))
		snap, err := kept.Snapshot(t.Context())
		require.Equal(t, want, err)
		if err == nil {
			require.Len(t, w.steps, 5, "it is held")
			require.NoError(t, snap.Close())
		}
		var all []string
		for _, step := range []string{"record commit", "record rehearse", "record deliveries", "record refusal", "mail send", "record snapshot"} {
			all = append(all, fmt.Sprintf("%s %v", step, want))
		}
		require.Equal(t, all, w.steps)
	}
}
