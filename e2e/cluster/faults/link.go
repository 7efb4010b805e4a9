package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"
)

// The states of a link.
const (
	// Everything passes, after the delay.
	pass = "pass"
	// Nothing passes, in neither direction, not even the end of a connection; it is held, and
	// passes when the link heals, as what TCP sends again. New connections are accepted and
	// lead nowhere: a caller sees silence and not a refusal.
	cut = "cut"
	// Requests pass, answers and the ends of connections do not, and are gone for ever. When
	// the link heals, connections that lost something are reset.
	swallow = "swallow"
	// Connections are reset at once, those that are open too.
	refuse = "refuse"
)

// state is what a link is told to do.
type state struct {
	State string        `json:"state"`
	Delay time.Duration `json:"delay"` // in each direction
}

// seen is what a link tells of itself, since it was told its state.
type seen struct {
	Connections int   `json:"connections"` // that are open
	Held        int64 `json:"held"`        // requests and answers, as they were read, that wait for the link to heal
	Swallowed   int64 `json:"swallowed"`   // answers, as they were read, that are gone
}

// link carries TCP connections to one address.
type link struct {
	to string

	mu          sync.Mutex
	state       state
	seen        seen
	changed     chan struct{} // closed when state or seen change
	connections map[*connection]struct{}
}

func newLink(to string) *link {
	return &link{to: to, state: state{State: pass}, changed: make(chan struct{}), connections: map[*connection]struct{}{}}
}

// register takes commands at a path: PUT tells a state, POST resets what is open, and GET
// tells what was seen, with ?held=N or ?swallowed=N not before there are so many.
func (l *link) register(control *http.ServeMux, path string) {
	control.HandleFunc("PUT "+path, func(w http.ResponseWriter, r *http.Request) {
		var s state
		if err := json.NewDecoder(r.Body).Decode(&s); err != nil || !slices.Contains([]string{pass, cut, swallow, refuse}, s.State) {
			http.Error(w, "it is no state of a link", http.StatusBadRequest)
			return
		}
		l.set(s)
	})
	control.HandleFunc("POST "+path+"/reset", func(http.ResponseWriter, *http.Request) {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.reset(func(*connection) bool { return true })
	})
	control.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
		held, _ := strconv.ParseInt(r.URL.Query().Get("held"), 10, 64)
		swallowed, _ := strconv.ParseInt(r.URL.Query().Get("swallowed"), 10, 64)
		s, err := l.await(r.Context(), func(s seen) bool { return s.Held >= held && s.Swallowed >= swallowed })
		if err != nil {
			http.Error(w, err.Error(), http.StatusGatewayTimeout)
			return
		}
		_ = json.NewEncoder(w).Encode(s) // who has gone needs no answer
	})
}

// set changes the state. It holds for open connections at once.
func (l *link) set(s state) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.reset(func(c *connection) bool { return c.lost || s.State == refuse })
	l.state, l.seen.Held, l.seen.Swallowed = s, 0, 0
	l.tell()
}

// reset breaks those of the open connections.
func (l *link) reset(those func(*connection) bool) {
	for c := range l.connections {
		if those(c) {
			c.reset()
		}
	}
}

func (l *link) tell() {
	close(l.changed)
	l.changed = make(chan struct{})
}

// await waits until enough was seen.
func (l *link) await(ctx context.Context, enough func(seen) bool) (seen, error) {
	for {
		l.mu.Lock()
		s, changed := l.seen, l.changed
		s.Connections = len(l.connections)
		l.mu.Unlock()
		if enough(s) {
			return s, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return s, ctx.Err()
		}
	}
}

// serve carries what comes, until the listener is closed.
func (l *link) serve(listener net.Listener) {
	for {
		from, err := listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err == nil {
			go l.carry(from.(*net.TCPConn)) //nolint:forcetypeassert // the listener is one of TCP
		}
	}
}

// carry connects a caller with the other end, and returns when both have ended.
func (l *link) carry(from *net.TCPConn) {
	c := &connection{link: l, from: from, broken: make(chan struct{})}
	if !l.add(c) {
		c.reset()
		return
	}
	defer l.remove(c)
	if !c.held(func() {}) {
		return
	}
	to, err := new(net.Dialer).DialContext(context.Background(), "tcp", l.to)
	if err != nil {
		c.reset()
		return
	}
	c.connected(to.(*net.TCPConn)) //nolint:forcetypeassert // it was asked for one of TCP
	var both sync.WaitGroup
	both.Go(func() { c.pump(c.from, c.to, false) })
	both.Go(func() { c.pump(c.to, c.from, true) })
	both.Wait()
	c.from.Close()
	c.to.Close()
}

func (l *link) add(c *connection) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.state.State == refuse {
		return false
	}
	l.connections[c] = struct{}{}
	l.tell()
	return true
}

func (l *link) remove(c *connection) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.connections, c)
	l.tell()
}

// connection is one that a link carries.
type connection struct {
	link     *link
	from, to *net.TCPConn
	lost     bool // something of it was swallowed; the link's mutex guards it
	once     sync.Once
	broken   chan struct{} // closed when it is reset
}

// connected keeps the other end. A connection may have been reset in the meantime.
func (c *connection) connected(to *net.TCPConn) {
	c.link.mu.Lock()
	defer c.link.mu.Unlock()
	c.to = to
	select {
	case <-c.broken:
		abort(to)
	default:
	}
}

// reset breaks the connection for both ends. The link's mutex is held, or nobody else knows
// the connection yet.
func (c *connection) reset() {
	c.once.Do(func() {
		close(c.broken)
		abort(c.from)
		if c.to != nil {
			abort(c.to)
		}
	})
}

// abort ends a connection with a reset instead of a good-bye.
func abort(c *net.TCPConn) {
	_ = c.SetLinger(0) // it may be closed already
	c.Close()
}

// piece is what was read at once; without bytes it is the end.
type piece struct {
	bytes []byte
	at    time.Time
	err   error // how it ended: io.EOF, or the connection broke
}

// queue is how many pieces of one direction may be under way.
const queue = 256

// pump carries one direction. What is read is put in a queue first, so a delay is one of
// the way and does not become one of the rate.
func (c *connection) pump(from, to *net.TCPConn, answers bool) {
	pieces := make(chan piece, queue)
	go func() {
		defer close(pieces)
		for {
			buffer := make([]byte, 32<<10)
			n, err := from.Read(buffer)
			if n > 0 {
				pieces <- piece{bytes: buffer[:n], at: time.Now()}
			}
			if err != nil {
				pieces <- piece{at: time.Now(), err: err}
				return
			}
		}
	}()
	defer func() {
		for range pieces { // so that the reader ends
		}
	}()
	for p := range pieces {
		if !c.pass(p, to, answers) {
			from.Close() // wakes the reader
			return
		}
	}
}

// pass carries a piece on, or not, as the link is told. It reports whether the connection
// still lives.
func (c *connection) pass(p piece, to *net.TCPConn, answers bool) bool {
	dropped := false
	alive := c.held(func() {
		if answers && c.link.state.State == swallow {
			dropped, c.lost = true, true
			c.link.seen.Swallowed++
			c.link.tell()
		}
	})
	if !alive || dropped {
		return alive
	}
	if !c.delayed(p.at) {
		return false
	}
	switch {
	case p.err == nil:
		_, err := to.Write(p.bytes)
		return err == nil
	case errors.Is(p.err, io.EOF):
		return to.CloseWrite() == nil
	default:
		abort(to)
		return false
	}
}

// held waits while the link is cut, and then calls do with the link locked. It reports
// whether the connection still lives.
func (c *connection) held(do func()) bool {
	counted := false
	for {
		c.link.mu.Lock()
		if c.link.state.State != cut {
			do()
			c.link.mu.Unlock()
			return true
		}
		if !counted {
			counted = true
			c.link.seen.Held++
			c.link.tell()
		}
		changed := c.link.changed
		c.link.mu.Unlock()
		select {
		case <-changed:
		case <-c.broken:
			return false
		}
	}
}

// delayed waits until a piece that was read at an instant has been under way long enough.
func (c *connection) delayed(at time.Time) bool {
	c.link.mu.Lock()
	delay := c.link.state.Delay
	c.link.mu.Unlock()
	if delay == 0 {
		return true
	}
	timer := time.NewTimer(time.Until(at.Add(delay)))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-c.broken:
		return false
	}
}
