package tenancy

import (
	"context"
	"errors"
	"iter"
)

// ErrFence says that the engine is not at the version from which an Apply starts.
var ErrFence = errors.New("the engine is at another version of the tree")

// Engine is SpiceDB as Tenantry uses it: it holds the relationships that follow from the
// record, and decides. It knows nothing of the record; what it answers holds for the
// versions that it has received. Every error means that it can't be asked now, except
// [ErrFence].
type Engine interface {
	// Check answers each question at the engine's newest state, in order. Nothing that is
	// not known is allowed.
	Check(ctx context.Context, questions []Question) ([]bool, error)

	// Explain answers a question at the engine's newest state as Check does, with the ways
	// that grant it. They are read past every cache, at the state of the answer.
	Explain(ctx context.Context, question Question) (Ways, error)

	// LookupResources returns the id of every resource of a type on which the subject has
	// the permission, complete and each once, in no promised order.
	LookupResources(ctx context.Context, subject Object, permission, resourceType string) ([]string, error)

	// LookupSubjects returns the id of every subject of a type that has the permission on the
	// resource, complete and each once, in no promised order.
	LookupSubjects(ctx context.Context, resource Object, permission, subjectType string) ([]string, error)

	// Version returns the version of the tree that the engine has received in full, 0 if
	// it has received none. A tree that has ended keeps its last one.
	Version(ctx context.Context, rootID string) (int64, error)

	// Apply brings the trees of the delivery from one version to the next, all in one step.
	// It fails with ErrFence, and changes nothing, if the engine is not at the version
	// before of each. Readers may see a part of a
	// delivery that does not fit in one write of the engine (see AppliesAtOnce) until
	// Apply returns; applying it again completes what a crash has left half done.
	Apply(ctx context.Context, d Delivery) error

	// AppliesAtOnce reports whether the engine takes the delivery in one atomic write.
	AppliesAtOnce(d Delivery) bool

	// Load fills an empty engine with relationships. It is for a rebuild, before anybody
	// asks.
	Load(ctx context.Context, relationships iter.Seq2[Relationship, error]) error
}

type treesAsked struct{}

// AboutTrees tells an engine which trees a question is about. If its newest state may be one of
// a moment before, it answers from none that is older than what it has received, or shown, of
// these trees.
func AboutTrees(ctx context.Context, rootIDs ...string) context.Context {
	return context.WithValue(ctx, treesAsked{}, rootIDs)
}

// TreesAsked are the roots of the trees that a question is about, none if that was not told.
func TreesAsked(ctx context.Context) []string {
	rootIDs, _ := ctx.Value(treesAsked{}).([]string)
	return rootIDs
}

// Way is one way by which something is granted: relationships that follow on each other
// from the resource to the subject. Each of them is needed for it.
type Way []Relationship

// Ways are all ways by which a question is allowed, each once and none if it is not. If
// they are truncated there may be more.
type Ways struct {
	Allowed   bool
	Ways      []Way
	Truncated bool
}

// Forecast is what a change would give and take: the questions that would be answered
// otherwise. If it is truncated there may be more of them; those that it has are right.
type Forecast struct {
	Gained, Lost []Question
	Truncated    bool
}

// Forecaster is an engine that tells what updates would give and take.
type Forecaster interface {
	// Forecast compares a state with the same state after the updates, and changes neither.
	// It is the engine's newest one, or, for an engine that has none to copy, that of the
	// relationships given: they are all of the trees that the updates are about, and are read
	// only if they are asked for. The questions are those that callers can ask, in the names
	// of the schema.
	Forecast(ctx context.Context, state iter.Seq2[Relationship, error], updates []Update) (Forecast, error)
}

// Decisions answers questions on fresh facts: at the committed version of the tree of
// the resource or a later one. If the engine can't be brought there in time it
// fails with [CodeNotFresh] or [CodeEngineUnavailable], for this tree alone.
type Decisions interface {
	// Check answers all questions about resources of one tree at one version of it, which
	// is not older than atLeast. The questions' resources must be of the tree rootID.
	Check(ctx context.Context, rootID string, atLeast int64, questions []Question) ([]bool, error)

	// CheckAt answers as Check does, at exactly this version: it fails with ErrMoved if a later
	// one is committed. Who has read the record at a version must neither do, nor refuse, nor
	// show what the state after it does not bear. Without a question it tells that alone.
	CheckAt(ctx context.Context, rootID string, version int64, questions []Question) ([]bool, error)

	// ExplainAt explains the answer to one question about a resource of the tree, at exactly
	// this version: it fails with ErrMoved if a later one is committed.
	ExplainAt(ctx context.Context, rootID string, version int64, question Question) (Ways, error)

	// CheckOne answers one question and tells the state that it was answered at, which is not
	// older than any of atLeast. A resource that does not exist is not allowed, and has the
	// zero Token.
	CheckOne(ctx context.Context, question Question, atLeast ...Token) (bool, Token, error)

	// CheckEach answers each question as CheckOne does, in order, those about one tree at one
	// version of it. One that can't be answered does not keep the others from their answers.
	CheckEach(ctx context.Context, checks []Check) []Answer

	// CheckWithin answers one question about a resource of one tree. What is in another tree
	// is as what does not exist: not allowed, and nothing of that tree is asked.
	CheckWithin(ctx context.Context, rootID string, question Question) (bool, error)

	// Resources returns a page of the ids that a lookup asks for, in order and each once, and
	// the states of the trees that they were looked for in: those in which the subject stands.
	// It holds for each tree at that state, none of which is older than any of atLeast. If one
	// of the trees can't be asked there is no list at all.
	Resources(ctx context.Context, lookup ResourceLookup, page Page, atLeast ...Token) ([]string, []Token, error)

	// Subjects does so the other way round. A resource that does not exist has none, and the
	// zero Token.
	Subjects(ctx context.Context, lookup SubjectLookup, page Page, atLeast ...Token) ([]string, Token, error)
}

// Committer makes changes durable and effective. When Commit returns without an error, the
// next decision, at any node, is made on the change. See [Recorder.Commit] for errors.
type Committer interface {
	Commit(ctx context.Context, change Change) (map[string]int64, error)

	// Rehearse does all that Commit does but to make the change so, and fails as Commit
	// would. It tells what the change would give and take.
	Rehearse(ctx context.Context, change Change) (Forecast, error)

	// End ends all that is over in a tree now, by changes of its own (see [Ending]). Who
	// finds that somebody else has done it has nothing to do.
	End(ctx context.Context, rootID string) error
}
