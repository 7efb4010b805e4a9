//go:build failpoint

package failpoint

import (
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAPointStrikesAtItsPassing(t *testing.T) {
	trap := Arm(WriteBegun, Action{Do: Error, At: 2})
	defer trap.Disarm()
	require.NoError(t, Err(WriteBegun))
	require.NoError(t, Err(WriteDone), "another point")
	require.ErrorIs(t, Err(WriteBegun), ErrStruck)
	<-trap.Struck()
	require.NoError(t, Err(WriteBegun), "once")

	always := Arm(WriteBegun, Action{Do: Error, At: Always})
	require.Error(t, Err(WriteBegun))
	require.Error(t, Err(WriteBegun))
	always.Disarm()
	require.NoError(t, Err(WriteBegun))
}

func TestAPanicIsThePoints(t *testing.T) {
	defer Arm(ChangeCommitted, Action{Do: Panic}).Disarm()
	require.PanicsWithValue(t, "the failpoint change-committed has struck", func() { Pass(ChangeCommitted) })
	require.NotPanics(t, func() { Pass(ChangeCommitted) })
}

func TestAHangEndsWhenItIsReleased(t *testing.T) {
	trap := Arm(ChangeCommitted, Action{Do: Hang, At: 3})
	defer trap.Disarm()
	var passers sync.WaitGroup
	for range 3 {
		passers.Go(func() { Pass(ChangeCommitted) })
	}
	<-trap.Struck()
	trap.Release()
	passers.Wait()
}

func TestAnErrorWhereNoneIsGivenIsRefused(t *testing.T) {
	require.Panics(t, func() { Arm(ChangeCommitted, Action{Do: Error}) })
}

// TestAKillLeavesNothing runs itself as a process that a point kills.
func TestAKillLeavesNothing(t *testing.T) {
	if os.Getenv(Variable) != "" {
		defer t.Log("a deferred call has run")
		Pass(ChangeCommitted)
		t.Log("the process has gone on")
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run", "^TestAKillLeavesNothing$", "-test.v")
	cmd.Env = append(os.Environ(), Variable+"=change-committed=kill")
	text, err := cmd.CombinedOutput()
	require.ErrorContains(t, err, "killed")
	require.Contains(t, string(text), "failpoint: change-committed: kill\n")
	require.NotContains(t, string(text), "has")
}

func TestTheEnvironment(t *testing.T) {
	actions, err := parse(" change-committed=kill, write-begun=error@3,mail-due=delay:2s@*,load-done=hang")
	require.NoError(t, err)
	require.Equal(t, map[Point]Action{
		ChangeCommitted: {Do: Kill, At: 1},
		WriteBegun:      {Do: Error, At: 3},
		MailDue:         {Do: Delay, For: 2 * time.Second, At: Always},
		LoadDone:        {Do: Hang, At: 1},
	}, actions)
	actions, err = parse("")
	require.NoError(t, err)
	require.Empty(t, actions)
	for _, wrong := range []string{
		"nowhere=kill", "write-begun", "write-begun=burn", "write-begun=kill@0", "write-begun=kill@x", "write-begun=delay",
		"write-begun=kill:2s", "write-begun=delay:soon", "write-begun=kill,write-begun=panic", "change-committed=error",
	} {
		_, err := parse(wrong)
		require.Error(t, err, wrong)
	}
}
