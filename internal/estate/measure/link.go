package measure

import (
	"context"
	"fmt"

	"github.com/tenantry/tenantry/internal/estate"
)

// Toggles are links that one caller makes and ends in turn: no other has the same ones.
// They go on from run to run, so that a run never finds a link that it is to make.
type Toggles struct {
	shape       estate.Shape
	first, step int
	n           int
	made        bool
}

// NewToggles shares the toggles of an estate among so many callers.
func NewToggles(shape estate.Shape, callers int) []*Toggles {
	all := make([]*Toggles, callers)
	for i := range all {
		all[i] = &Toggles{shape: shape, first: i, step: callers}
	}
	return all
}

func (t *Toggles) current() estate.Toggle {
	own := t.shape.Toggles() / t.step
	return t.shape.Toggle(t.first + t.step*(t.n%own))
}

// Linker changes links over HTTP, as the owner of the organization.
type Linker struct {
	conn    *Conn
	key     string
	toggles *Toggles
}

// NewLinker connects to an address. The key is a service key.
func NewLinker(address, key string, toggles *Toggles) (*Linker, error) {
	conn, err := Dial(address)
	return &Linker{conn, key, toggles}, err
}

// Close implements [Caller].
func (l *Linker) Close() error { return l.conn.Close() }

// Call makes the link, or ends it if it is there. It implements [Caller].
func (l *Linker) Call(context.Context) error {
	t := l.toggles.current()
	method, body := "PUT", []byte("{}")
	if l.toggles.made {
		method, body = "DELETE", nil
	}
	head := Head(method, "/v1/organizations/"+t.Organization+"/links/"+t.Group,
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
