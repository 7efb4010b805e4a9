package tenancy

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"
)

// operation is one attempt at one snapshot: what it reads becomes the basis of what it
// stages.
type operation struct {
	attempt
	service *Service
	snap    Snapshot
	basis   Basis
	now     time.Time // at which it decides
	rows    []RowChange
	tokens  []InvitationToken
	erased  string // see [Change]
	detail  map[string]string
	// trail is the tree whose trail tells of a refusal, and about holds by root the
	// organizations that the attempt is about.
	trail string
	// line is what the trail begins with, and what is above that.
	line []string
	// named is the tree whose state the token names, if it is another one after the change.
	named string
	about map[string][]string
	told  map[[2]string]bool // root and organization: none is named twice
	// asked is what the engine is asked, by root, and groups are those that were read.
	asked  map[string]*asked
	groups map[string]Group
}

func (s *Service) begin(ctx context.Context, a attempt) (*operation, error) {
	snap, err := s.store.Snapshot(ctx)
	if err != nil {
		return nil, storeError(err)
	}
	return &operation{
		attempt: a,
		service: s,
		snap:    snap,
		now:     s.clock.Now(),
		about:   map[string][]string{},
		told:    map[[2]string]bool{},
		asked:   map[string]*asked{},
		groups:  map[string]Group{},
		basis:   Basis{Trees: map[string]int64{}, Users: map[string]int64{}, Standing: map[string][]string{}, Released: map[Object]Token{}},
		detail:  map[string]string{},
	}, nil
}

func (op *operation) close() {
	if err := op.snap.Close(); err != nil {
		op.service.options.Log.Warn("closing a snapshot", "error", err)
	}
}

// run carries out the body, and ends the snapshot.
func (op *operation) run(ctx context.Context, body func(context.Context, *operation) error) error {
	defer op.close()
	if err := op.authenticate(ctx); err != nil {
		return err
	}
	return body(ctx, op)
}

// authenticate refuses an acting user that does not exist or is deactivated (D-8), and the
// key of a machine or agent, which is for questions about itself alone.
func (op *operation) authenticate(ctx context.Context) error {
	if op.caller.Kind == MachineKey {
		return errForbidden("An access key is for questions under /v1/self alone.")
	}
	if op.caller.UserID == "" {
		return nil
	}
	user, err := op.user(ctx, op.caller.UserID)
	if errors.Is(err, ErrNoRow) || err == nil && user.State != UserActive {
		return Unauthenticated()
	}
	return err
}

// requireActor refuses a console key that acts for nobody: it has no rights of its own.
// That does not depend on the target, so it tells nothing about it.
func (op *operation) requireActor() error {
	if op.caller.UserID == "" && !op.caller.isPlatform() {
		return errForbidden("A console key acts for a user; name the user in Act-As-User.")
	}
	return nil
}

// readTree puts the version of a tree into the basis. It fails with an overError where
// something is over: nothing may be decided on that.
func (op *operation) readTree(ctx context.Context, rootID string) error {
	if _, known := op.basis.Trees[rootID]; known {
		return nil
	}
	tree, err := op.snap.Tree(ctx, rootID)
	if err != nil {
		return err
	}
	if tree.Over() {
		return &overError{rootID}
	}
	op.basis.Trees[rootID] = tree.Version
	return nil
}

// overError breaks off an operation that has read a tree in which something is over; see
// [Service.look].
type overError struct{ rootID string }

func (e *overError) Error() string { return "something in the tree " + e.rootID + " is over" }

// organization reads an organization and takes its tree into the basis.
func (op *operation) organization(ctx context.Context, id string) (Organization, error) {
	o, err := op.snap.Organization(ctx, id)
	if err != nil {
		return Organization{}, err
	}
	return o, op.readTree(ctx, o.RootID)
}

// group reads a group and takes its tree into the basis.
func (op *operation) group(ctx context.Context, id string) (Group, error) {
	g, err := op.readGroup(ctx, id)
	if err != nil {
		return Group{}, err
	}
	return g, op.readTree(ctx, g.RootID)
}

// readGroup reads a group once, and takes nothing into the basis: nothing may be decided on it
// before it is read through group.
func (op *operation) readGroup(ctx context.Context, id string) (Group, error) {
	if g, ok := op.groups[id]; ok {
		return g, nil
	}
	g, err := op.snap.Group(ctx, id)
	if err == nil {
		op.groups[id] = g
	}
	return g, err
}

// user reads a user and takes his version into the basis, also if there is none.
func (op *operation) user(ctx context.Context, id string) (User, error) {
	u, err := op.snap.User(ctx, id)
	if err == nil || errors.Is(err, ErrNoRow) {
		op.basis.Users[id] = u.Version
	}
	return u, err
}

// stage adds the change of one row. A nil before creates, a nil after removes.
func (op *operation) stage(before, after Row) {
	op.rows = append(op.rows, RowChange{Before: before, After: after})
}

// maxEventText bounds what a caller can put into a trail by naming it: longer than any id.
const maxEventText = 512

// note keeps a detail for the event. Secrets and people's names never go there.
func (op *operation) note(key, value string) { op.detail[key] = clip(value) }

// forgetForeign takes a detail back that names something of another tree than the trail's. Who
// sees both may name one beside the other, and still no trail tells of another tree.
func (op *operation) forgetForeign(key, rootID string) {
	if rootID != op.trail {
		delete(op.detail, key)
	}
}

// noteEnd notes when something ends, if it does.
func (op *operation) noteEnd(at time.Time) {
	if !at.IsZero() {
		op.note("expires_at", at.Format(time.RFC3339Nano))
	}
}

func clip(text string) string {
	if len(text) <= maxEventText {
		return text
	}
	return strings.ToValidUTF8(text[:maxEventText], "")
}

// tell names organizations that the attempt is about. A refusal is told in the trail of the
// first one's tree: who names his own thing beside another tree's as the target leaves no
// event at home, from which he could learn that the target exists (D-27).
func (op *operation) tell(rootID string, organizations ...string) {
	if op.trail == "" {
		op.trail, op.line = rootID, organizations
	}
	op.mention(rootID, organizations...)
}

// tellOf is tell for one organization that was read.
func (op *operation) tellOf(o Organization) {
	if op.trail == "" {
		op.trail, op.line = o.RootID, append([]string{o.ID}, o.Above()...)
	}
	op.mention(o.RootID, o.ID)
}

// aboutRefusal are the organizations in whose trails a refusal is listed: its target, and of
// the others those above it. To all others a target that was refused is none of theirs: a
// customer must not learn of another one because somebody has tried to link the two.
func (op *operation) aboutRefusal() []string {
	return slices.DeleteFunc(slices.Clone(op.about[op.trail]), func(id string) bool { return !slices.Contains(op.line, id) })
}

// mention names organizations that a change is about besides its target, in the trail of
// their own tree alone.
func (op *operation) mention(rootID string, organizations ...string) {
	for _, id := range organizations {
		if key := [2]string{rootID, id}; !op.told[key] {
			op.told[key] = true
			op.about[rootID] = append(op.about[rootID], id)
		}
	}
}

func (op *operation) change() Change {
	event := op.event()
	event.Result = ResultDone
	return Change{Basis: op.basis, Rows: op.rows, Event: event, About: op.about, Tokens: op.tokens, Erased: op.erased}
}

func (op *operation) event() Event {
	return Event{
		At:            op.service.clock.Now(),
		RootID:        op.trail,
		Organizations: op.about[op.trail],
		Actor:         op.caller.actor(),
		OnBehalfOf:    op.caller.UserID,
		From:          op.caller.From,
		Action:        op.action,
		Target:        Object{Type: clip(op.target.Type), ID: clip(op.target.ID)},
		Detail:        maps.Clone(op.detail),
		RequestID:     op.caller.RequestID,
	}
}

// token names the state of the target's tree: the new version if the operation moved it.
func (op *operation) token(moved map[string]int64) Token {
	rootID := cmp.Or(op.named, op.trail)
	if version, ok := moved[rootID]; ok {
		return Token{RootID: rootID, Version: version}
	}
	if version := op.basis.Trees[rootID]; version > 0 {
		return Token{RootID: rootID, Version: version}
	}
	return Token{}
}
