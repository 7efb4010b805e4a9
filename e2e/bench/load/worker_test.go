package load

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/estate"
)

// service answers as Tenantry does, of the little that the tests ask.
type service struct {
	mutex    sync.Mutex
	there    map[string]bool // paths of what was PUT
	answers  map[string]bool // by questions
	problems []int           // statuses of the next changes
	made     bool            // changes are made in spite of their problem
	asked    func()          // before a check is answered
	shape    estate.Shape
}

func newService(shape estate.Shape) *service {
	s := &service{there: map[string]bool{}, answers: map[string]bool{}, asked: func() {}, shape: shape}
	for n := range repeatedQuestions {
		s.answers[text(questionOf(shape.Question(n)))] = shape.Question(n).Allowed
	}
	return s
}

func text(q question) string {
	b, err := json.Marshal(q)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/v1/check" {
		s.asked()
		var q question
		_ = json.NewDecoder(r.Body).Decode(&q)
		s.answer(w, http.StatusOK, map[string]any{"allowed": s.allows(q)})
		return
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	var problem int
	if len(s.problems) > 0 {
		problem, s.problems = s.problems[0], s.problems[1:]
	}
	if problem != 0 && !s.made {
		s.answer(w, problem, map[string]string{"code": "not-fresh"})
		return
	}
	was := s.there[r.URL.Path]
	s.there[r.URL.Path] = r.Method == http.MethodPut
	switch {
	case problem != 0:
		s.answer(w, problem, map[string]string{"code": "not-fresh"})
	case r.Method == http.MethodPut:
		s.answer(w, http.StatusOK, map[string]any{})
	case was:
		w.WriteHeader(http.StatusNoContent)
	default:
		s.answer(w, http.StatusNotFound, map[string]string{"code": "not-found"})
	}
}

func (s *service) answer(w http.ResponseWriter, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	w.WriteHeader(status)
	_, _ = w.Write(text)
}

// allows lets a visitor in where his group is linked, and into the root.
func (s *service) allows(q question) bool {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if !strings.HasPrefix(q.Subject.ID, "usr_visitor") {
		return s.answers[text(q)]
	}
	member, linked := false, q.Resource.ID == s.shape.Root(0)
	for path, there := range s.there {
		member = member || there && strings.HasSuffix(path, q.Subject.ID)
		linked = linked || there && strings.Contains(path, q.Resource.ID+"/links/")
	}
	return member && linked
}

// working is a worker who asks a service of one tree.
func working(t *testing.T) (*service, *worker) {
	t.Helper()
	shape := estate.Of(1)
	s := newService(shape)
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	address := server.Listener.Addr().String()
	w := newWorker(newWorld(shape, "key"), newTally(), []string{address, address})
	t.Cleanup(w.close)
	return s, w
}

func TestAnswersAreChecked(t *testing.T) {
	s, w := working(t)
	for n := range 20 {
		require.NoError(t, w.do(checkRepeated, drawn(1, n), time.Now()))
	}
	require.EqualValues(t, 20, w.tally.answered())
	require.Empty(t, w.tally.sorted())

	for q, allowed := range s.answers {
		s.answers[q] = !allowed
	}
	require.ErrorContains(t, w.do(checkRepeated, drawn(1, 0), time.Now()), "wrong answer to a check, repeated")
}

// A time counts from when the request was due.
func TestTimesCountFromTheSchedule(t *testing.T) {
	_, w := working(t)
	require.NoError(t, w.do(checkRepeated, drawn(1, 0), time.Now().Add(-time.Minute)))
	all := w.tally.times()
	require.EqualValues(t, 1, all[0].Count)
	require.GreaterOrEqual(t, all[0].P50, 60_000*0.999)
}

// Every step of a visit has its effect, and after the last one nothing is left.
func TestVisits(t *testing.T) {
	s, w := working(t)
	for n := range 2 * steps {
		require.NoError(t, w.do(change, drawn(1, n), time.Now()))
		effect := w.effect(0, n)
		require.Equal(t, effect.Allowed, s.allows(questionOf(effect)))
	}
	require.Len(t, s.there, 3, "one membership, and two links")
	for path, there := range s.there {
		require.False(t, there, path)
	}
	require.EqualValues(t, 2*steps, w.tally.kinds[change].TotalCount())
	require.EqualValues(t, 2*steps, w.tally.kinds[checkChange].TotalCount())
	require.EqualValues(t, 2*steps, w.tally.answered(), "checks of changes are not of the mixture")
}

func TestAChangeWithoutEffectIsWrong(t *testing.T) {
	s, w := working(t)
	require.NoError(t, w.do(change, drawn(1, 0), time.Now()))
	s.shape.Trees = 99 // its root is another organization
	s.there = map[string]bool{}
	require.ErrorContains(t, w.do(change, drawn(1, 1), time.Now()), "is not answered true")
}

// A change that failed may have been made: it is made again, and nothing found wrong of that.
func TestFailedChangesAreMadeAgain(t *testing.T) {
	for name, made := range map[string]bool{"made": true, "not made": false} {
		t.Run(name, func(t *testing.T) {
			s, w := working(t)
			s.made = made
			for n := range steps {
				s.problems = []int{http.StatusServiceUnavailable}
				require.NoError(t, w.do(change, drawn(1, n), time.Now()))
				require.NoError(t, w.do(change, drawn(1, n), time.Now()))
			}
			require.Equal(t, steps, w.visits[0].step)
			require.Equal(t, []Failures{{Kind: "change", Code: "503 not-fresh", Count: steps, Text: `{"code":"not-fresh"}`}}, w.tally.sorted())
			require.EqualValues(t, steps, w.tally.answered())
			require.ErrorContains(t, (&Report{Failures: w.tally.sorted()}).Err(), "4 requests failed")

			w.visits[0].step = unlinks // it is not there
			require.ErrorContains(t, w.do(change, drawn(1, 0), time.Now()), "404")
		})
	}
}

func TestConnectionsAreMadeAgain(t *testing.T) {
	shape := estate.Of(1)
	server := httptest.NewServer(newService(shape))
	w := newWorker(newWorld(shape, "key"), newTally(), []string{server.Listener.Addr().String()})
	defer w.close()
	for n := range 3 {
		require.NoError(t, w.do(checkRepeated, drawn(1, n), time.Now()))
		if n == 0 {
			server.CloseClientConnections()
		}
	}
	require.Len(t, w.tally.sorted(), 1)
	require.Equal(t, codeTransport, w.tally.sorted()[0].Code)
	require.EqualValues(t, 2, w.tally.answered())

	server.Close()
	require.NoError(t, w.do(checkRepeated, drawn(1, 3), time.Now()))
	require.EqualValues(t, 2, w.tally.answered())
}

// A slow answer holds nobody up: all others are asked while it is waited for.
func TestTheOpenLoopWaitsForNobody(t *testing.T) {
	s, w := working(t)
	const requests = 50
	var others sync.WaitGroup
	others.Add(requests - 1)
	var first sync.Once
	s.asked = func() {
		slow := false
		first.Do(func() { slow = true })
		if slow {
			others.Wait()
		} else {
			others.Done()
		}
	}
	r := &run{world: w.world, plan: Plan{Seed: 1}, addresses: []string{w.seats[0].address}}
	defer r.closeAll()
	r.hire(requests)
	counted, late := newTally(), newLateness()
	ctx, stop := context.WithCancelCause(t.Context())
	defer stop(nil)
	r.send(ctx, requestsNow(requests), sending{counted, late, time.Now().Add(-time.Second), stop})
	require.NoError(t, context.Cause(ctx))
	require.EqualValues(t, requests, counted.answered())
	require.Equal(t, requests, late.starts, "all were due a second ago")
	require.GreaterOrEqual(t, timesOf("", late.sends).P50, 999.0)
	require.Zero(t, late.waiting)
}

func requestsNow(n int) []arrival {
	all := make([]arrival, n)
	for i := range all {
		all[i].kind = checkRepeated
	}
	return all
}

// One worker answers all that is due, one after the other, and it is told that they waited.
func TestWaitingForAWorkerIsTold(t *testing.T) {
	_, w := working(t)
	r := &run{world: w.world, addresses: []string{w.seats[0].address}}
	defer r.closeAll()
	r.hire(1)
	counted, late := newTally(), newLateness()
	ctx, stop := context.WithCancelCause(t.Context())
	defer stop(nil)
	r.send(ctx, requestsNow(5), sending{counted, late, time.Now(), stop})
	require.EqualValues(t, 5, counted.answered())
	require.Positive(t, late.waiting)
	require.LessOrEqual(t, late.waiting, 4)
}

// A wrong answer ends the run, and so does the end of its context.
func TestTheOpenLoopEnds(t *testing.T) {
	s, w := working(t)
	for q, allowed := range s.answers {
		s.answers[q] = !allowed
	}
	r := &run{world: w.world, addresses: []string{w.seats[0].address}}
	defer r.closeAll()
	r.hire(1)
	ctx, stop := context.WithCancelCause(t.Context())
	defer stop(nil)
	never := append(requestsNow(1), arrival{due: time.Hour, kind: checkRepeated})
	r.send(ctx, never, sending{newTally(), newLateness(), time.Now(), stop})
	require.ErrorContains(t, context.Cause(ctx), "wrong answer")

	over, cancel := context.WithCancel(t.Context())
	cancel()
	counted := newTally()
	r.send(over, never, sending{counted, newLateness(), time.Now(), func(error) {}})
	require.Zero(t, counted.answered())
}

func TestTally(t *testing.T) {
	counted := newTally()
	for n := range 1000 {
		counted.took(check, time.Duration(n+1)*time.Millisecond)
	}
	counted.took(change, time.Hour)
	counted.took(change, -time.Hour)
	all := counted.times()
	require.EqualValues(t, 1002, all[0].Count)
	checks := all[1+check]
	require.Equal(t, "check", checks.Kind)
	for want, got := range map[float64]float64{500: checks.P50, 900: checks.P90, 990: checks.P99, 999: checks.P999, 1000: checks.Max} {
		require.InEpsilon(t, want, got, 0.001)
	}
	changes := all[1+change]
	require.InEpsilon(t, 120_000, changes.Max, 0.001, "no longer than what is told apart")
	counted.reset()
	require.Zero(t, counted.times()[0].Count)
}
