package load

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/tenantry/tenantry/internal/estate/measure"
)

// worker asks one request after another. It is for one goroutine at a time, and has a
// connection to each node.
type worker struct {
	*world
	tally *tally
	seats []seat
}

// seat is a worker's connection to a node, nil if there is none.
type seat struct {
	address string
	conn    *measure.Conn
	used    time.Time
}

// idleTimeout is less than that of the server, who would close the connection in the moment in
// which it is used again.
const idleTimeout = time.Minute

// newWorker connects to the nodes when it asks them.
func newWorker(w *world, t *tally, addresses []string) *worker {
	worker := &worker{world: w, tally: t}
	for _, address := range addresses {
		worker.seats = append(worker.seats, seat{address: address})
	}
	return worker
}

func (w *worker) close() {
	for i := range w.seats {
		w.seats[i].leave()
	}
}

// leave ends the connection. What that has to say is of no use.
func (s *seat) leave() {
	if s.conn != nil {
		_ = s.conn.Close()
		s.conn = nil
	}
}

// undecidedError is an answer that decides nothing: it is counted, and the run goes on. Any other
// answer than the expected one is wrong, and an error of another kind.
type undecidedError struct{ code, text string }

func (f undecidedError) Error() string { return f.code + ": " + f.text }

// codeTransport is the code of requests without an answer.
const codeTransport = "transport"

// do asks one request that was due at an instant. Only a wrong answer is an error.
func (w *worker) do(k kind, d draw, due time.Time) error {
	err := asked[k](w, d)
	var failed undecidedError
	switch {
	case errors.As(err, &failed):
		w.tally.failed(k, failed)
	case err != nil:
		return fmt.Errorf("wrong answer to a %s: %w", mixture[k].name, err)
	default:
		w.tally.took(k, time.Since(due))
	}
	return nil
}

// request is what one is made of.
type request struct {
	node   int // by its number, which may be larger than there are nodes
	method string
	path   string
	key    string
	actsAs string // a user, "" for nobody
	body   any    // nil for none
}

// send sends a request, and returns the answer, which holds until the next one.
func (w *worker) send(r request) (status int, answer []byte, err error) {
	seat := &w.seats[r.node%len(w.seats)]
	if err := seat.sit(); err != nil {
		return 0, nil, undecidedError{codeTransport, err.Error()}
	}
	var body []byte
	if r.body != nil {
		if body, err = json.Marshal(r.body); err != nil {
			return 0, nil, err
		}
	}
	headers := []string{"Authorization: Bearer " + r.key}
	if r.actsAs != "" {
		headers = append(headers, "Act-As-User: "+r.actsAs)
	}
	status, answer, err = seat.conn.Call(measure.Head(r.method, r.path, headers...), body)
	if err != nil {
		seat.leave()
		return 0, nil, undecidedError{codeTransport, err.Error()}
	}
	seat.used = time.Now()
	return status, answer, undecided(status, answer)
}

// sit connects again where the connection has ended, or is about to.
func (s *seat) sit() (err error) {
	if s.conn != nil && time.Since(s.used) < idleTimeout {
		return nil
	}
	s.leave()
	s.conn, err = measure.Dial(s.address)
	return err
}

// undecided is an error if the answer tells that the service could not do it now.
func undecided(status int, answer []byte) error {
	var problem struct{ Code string }
	switch {
	case status >= http.StatusInternalServerError, status == http.StatusTooManyRequests, status == http.StatusConflict:
		_ = json.Unmarshal(answer, &problem) // of somebody else's answer the status says it all
		return undecidedError{fmt.Sprint(status, " ", problem.Code), string(answer)}
	}
	return nil
}

// fetch sends a request whose answer is to be 200, and decodes it.
func (w *worker) fetch(r request, into any) error {
	status, answer, err := w.send(r)
	if err != nil {
		return err
	}
	if status != http.StatusOK && status != http.StatusCreated {
		return fmt.Errorf("%+v was answered %d %s", r, status, answer)
	}
	return json.Unmarshal(answer, into)
}

// item is one of a list, of any kind.
type item struct {
	ID      string
	UserID  string              `json:"user_id"`
	GroupID string              `json:"group_id"`
	User    struct{ ID string } // of a roster
}

func (i item) name() string {
	for _, name := range []string{i.UserID, i.GroupID, i.User.ID} {
		if name != "" {
			return name
		}
	}
	return i.ID
}

// list fetches a page, and returns what is in it by its ids, sorted, and whether more follows.
func (w *worker) list(r request) (names []string, more bool, err error) {
	var page struct {
		Items []item
		Next  string `json:"next_cursor"`
	}
	if err := w.fetch(r, &page); err != nil {
		return nil, false, err
	}
	for _, i := range page.Items {
		names = append(names, i.name())
	}
	slices.Sort(names)
	return names, page.Next != "", nil
}
