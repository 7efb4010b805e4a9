package main

import (
	"context"
	"fmt"

	"github.com/tenantry/tenantry/internal/estate"
	"github.com/tenantry/tenantry/internal/estate/measure"
)

// asking is a caller without a connection of its own.
type asking func(ctx context.Context) error

// Call implements [measure.Caller].
func (a asking) Call(ctx context.Context) error { return a(ctx) }

// Close implements [measure.Caller].
func (asking) Close() error { return nil }

// toggles are links that one caller makes and ends in turn: no other has the same ones.
// They go on from run to run, so that a run never finds a link that it is to make.
type toggles struct {
	shape       estate.Shape
	first, step int
	n           int
	made        bool
}

func (t *toggles) current() estate.Toggle {
	own := t.shape.Toggles() / t.step
	return t.shape.Toggle(t.first + t.step*(t.n%own))
}

// linker changes links over HTTP, as the owner of the organization.
type linker struct {
	conn    *measure.Conn
	key     string
	toggles *toggles
}

func newLinker(address, key string, toggles *toggles) (*linker, error) {
	conn, err := measure.Dial(address)
	return &linker{conn, key, toggles}, err
}

// Close implements [measure.Caller].
func (l *linker) Close() error { return l.conn.Close() }

// Call makes the link, or ends it if it is there.
func (l *linker) Call(context.Context) error {
	t := l.toggles.current()
	method, body := "PUT", []byte("{}")
	if l.toggles.made {
		method, body = "DELETE", nil
	}
	head := measure.Head(method, "/v1/organizations/"+t.Organization+"/links/"+t.Group,
		"Authorization: Bearer "+l.key, "Act-As-User: "+t.Owner)
	status, answer, err := l.conn.Call(head, body)
	if err != nil {
		return err
	}
	if status < 200 || status > 299 {
		return fmt.Errorf("%s of the link %+v was answered %d %s", method, t, status, answer)
	}
	if l.toggles.made {
		l.toggles.n++
	}
	l.toggles.made = !l.toggles.made
	return nil
}

// changesIn is one in how many calls of a mix is a change.
const changesIn = 100

// mixed asks, and now and then makes a change.
type mixed struct {
	*measure.Checker
	linker *linker
	n      int
}

// Call implements [measure.Caller].
func (m *mixed) Call(ctx context.Context) error {
	if m.n++; m.n%changesIn == 0 {
		return m.linker.Call(ctx)
	}
	return m.Checker.Call(ctx)
}

// Close implements [measure.Caller].
func (m *mixed) Close() error {
	_ = m.linker.Close() // the answers are in
	return m.Checker.Close()
}
