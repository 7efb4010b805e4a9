package e2e

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/failpoint"
)

// failing builds the program with its failpoints, once.
var failing = sync.OnceValues(func() (program string, err error) {
	program = filepath.Join(filepath.Dir(binary), "tenantry-failing")
	text, err := exec.Command("go", "build", "-tags", "failpoint", "-o", program, "../cmd/tenantry").CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, text)
	}
	return program, err
})

// TestAnOrdinaryProgramHasNoFailpoints: neither the code nor the names of the variables.
func TestAnOrdinaryProgramHasNoFailpoints(t *testing.T) {
	traces := []string{"TENANTRY_FAILPOINTS", "TENANTRY_CLOCK_OFFSET", "failpoint.Pass", "failpoint.Err", string(failpoint.MailBegun)}
	program, err := failing()
	require.NoError(t, err)
	for _, trace := range traces {
		require.False(t, holds(t, binary, trace), "the program holds %s", trace)
		require.True(t, holds(t, program, trace), "the test looks for %s in vain", trace)
	}
}

func holds(t *testing.T, file, text string) bool {
	t.Helper()
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	return bytes.Contains(content, []byte(text))
}

// fault is what one point does in one run of the program.
type fault struct {
	point failpoint.Point
	do    string
	at    int // its passing
}

func (f fault) String() string { return fmt.Sprintf("%s=%s@%d", f.point, f.do, f.at) }

// fatal reports whether the program is gone after it.
func (f fault) fatal() bool { return f.do == "kill" || f.do == "hang" }

// The points of a start, and those that are passed seldom: by what a timer begins.
var (
	atStart = []failpoint.Point{
		failpoint.MigrationBegun, failpoint.MigrationHalf, failpoint.MigrationDone,
		failpoint.LoadBegun, failpoint.LoadHalf, failpoint.LoadDone,
	}
	seldom = []failpoint.Point{
		failpoint.SweepBegun, failpoint.RelayBegun, failpoint.EndingDecided,
		failpoint.MailDue, failpoint.MailBegun, failpoint.MailSent, failpoint.MailEnded,
	}
)

// faults are every point with everything that it can do. A landing runs each point with one
// of them, in turns; TENANTRY_FAULTS=all runs the whole.
func faults(t *testing.T) (list []fault) {
	t.Helper()
	all, turn := os.Getenv("TENANTRY_FAULTS") == "all", rand.IntN(12)
	for i, point := range failpoint.Points() {
		kinds := []string{"panic", "kill", "hang", "error"}
		if !point.GivesError() {
			kinds = kinds[:3]
		}
		for j, kind := range kinds {
			if all || (i+turn)%len(kinds) == j {
				list = append(list, fault{point: point, do: kind, at: passing(point)})
			}
		}
	}
	return list
}

// passing is a random one of the first.
func passing(point failpoint.Point) int {
	switch {
	case point == failpoint.LoadHalf:
		return 1 + rand.IntN(1000)
	case slices.Contains(atStart, point), slices.Contains(seldom, point):
		return 1
	case point == failpoint.PartWritten:
		return 1 + rand.IntN(3)
	}
	return 1 + rand.IntN(10)
}

// TestFaultAtEveryBoundary strikes the program at each of its failpoints while callers do
// all kinds of things, and finds after the next start what always holds (I-1 … I-4): what
// was acknowledged is there, what was not is there whole or not at all and can be repeated
// to one effect, and the engine holds what follows from the record. A point that no caller
// passes fails: it would guard nothing.
func TestFaultAtEveryBoundary(t *testing.T) {
	program, err := failing()
	require.NoError(t, err)
	s := &stage{program: program, founded: t.TempDir(), post: newPostOffice(t)}
	s.found(t)
	list := faults(t)
	for i, f := range list {
		t.Run(f.String(), func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			if f.point != failpoint.MigrationHalf {
				require.NoError(t, os.CopyFS(dir, os.DirFS(s.founded)))
			}
			m := newMixture(t, s.post, fmt.Sprint("run", i))
			if slices.Contains(atStart, f.point) {
				s.strikeStart(t, dir, f)
			} else {
				s.strikeCallers(t, dir, f, m)
			}
			s.restart(t, dir, f, m)
		})
	}
	t.Logf("%d faults at %d points", len(list), len(failpoint.Points()))
}

// stage is what every run begins with.
type stage struct {
	program string // with failpoints
	founded string // data directory
	before  left
	post    *postOffice
}

func (s *stage) found(t *testing.T) {
	t.Helper()
	p := start(t, s.founded)
	foundEstate(t, p)
	require.Zero(t, p.stop(t))
	s.before = leftIn(t, s.founded)
}

// launch starts the program with failpoints, and does not wait until it answers.
func (s *stage) launch(t *testing.T, dir string, env ...string) *process {
	t.Helper()
	args := slices.Concat([]string{"serve", "--log-level", "error"}, onAnyPort(dir), s.post.flags())
	return launchProgram(t, s.program, args, slices.Concat(keys, env)...)
}

// strikeStart has the point strike while the program starts.
func (s *stage) strikeStart(t *testing.T, dir string, f fault) {
	t.Helper()
	p := s.launch(t, dir, "TENANTRY_FAILPOINTS="+f.String())
	awaitStrike(t, p, f, p.stderr.await(announcement(f)))
	if f.do == "hang" {
		p.kill()
		return
	}
	_ = p.cmd.Wait() // the status says it
	require.NotZero(t, p.cmd.ProcessState.ExitCode(), p.stderr)
}

// strikeCallers has the point strike while callers make changes.
func (s *stage) strikeCallers(t *testing.T, dir string, f fault, m *mixture) {
	t.Helper()
	p := s.launch(t, dir, "TENANTRY_FAILPOINTS="+f.String()).answering(t)
	struck := p.stderr.await(announcement(f))
	callers := m.disturb(p, struck)
	awaitStrike(t, p, f, struck)
	if f.do == "hang" {
		// Whoever hangs, what others are and may is told.
		require.True(t, p.allowed(t, "mia", "own", "still"))
	}
	if f.fatal() {
		p.kill()
		callers.Wait()
		return
	}
	// One call has failed; the callers have gone on, and it is as if nothing had been.
	callers.Wait()
	m.verify(t, p)
	held := exported(t, &p.client)
	p.kill()
	require.Equal(t, leftIn(t, dir).relationships, held)
}

func announcement(f fault) string { return fmt.Sprintf("failpoint: %s: %s\n", f.point, f.do) }

func awaitStrike(t *testing.T, p *process, f fault, struck <-chan struct{}) {
	t.Helper()
	select {
	case <-struck:
	case <-time.After(readyTimeout):
		require.FailNow(t, "nobody passes the point", "%s: %s", f, p.stderr)
	}
}

// restart starts the program again, two minutes later, repeats what was not answered, and
// looks at everything.
func (s *stage) restart(t *testing.T, dir string, f fault, m *mixture) {
	t.Helper()
	p := s.launch(t, dir, "TENANTRY_CLOCK_OFFSET=+2m").answering(t)
	if f.point != failpoint.MigrationHalf {
		m.complete(t, p)
		m.verify(t, p)
		m.verifyMails(t, p)
	}
	held := exported(t, &p.client)
	p.kill()
	after := leftIn(t, dir)
	require.Equal(t, after.relationships, held, "the engine holds what follows from the record (I-2)")
	if f.point != failpoint.MigrationHalf {
		m.compareVersions(t, s.before.versions, after.versions)
	}
	for _, id := range m.deleted() {
		for r := range held {
			require.NotContains(t, r, id, "nothing names what was deleted (I-4)")
		}
	}
	require.NotContains(t, audit(t, 0, dir, "verify"), "INVALID")
}
