// Package engine is SpiceDB behind the port [tenancy.Engine], spoken to through the client
// types of authzed-go: the same code asks a cluster over the network and, with package
// embedded, a server in the same process.
//
// Every question is asked fully consistent, or at least as fresh as its tree was seen (see
// Options.Overlapping), and no answer is kept between calls, so an Engine is as fresh as its
// SpiceDB. It is safe for concurrent use.
package engine

import (
	"cmp"
	"context"
	"sync/atomic"

	v1 "github.com/authzed/authzed-go/proto/authzed/api/v1"

	"github.com/tenantry/tenantry/internal/tenancy"
	"github.com/tenantry/tenantry/schema"
)

// Client is the part of authzed-go's client that the engine uses; *authzed.Client is one.
type Client interface {
	v1.PermissionsServiceClient
	v1.SchemaServiceClient
}

// DefaultMaxUpdates is how many updates a stock SpiceDB takes in one write.
const DefaultMaxUpdates = 1000

// LeastMaxUpdates is how many updates a write has to take: the fence of each tree takes two,
// and a change may move two trees.
const LeastMaxUpdates = 5

// Options are what an Engine has to know of its SpiceDB. The zero value fits a stock one.
type Options struct {
	// MaxUpdates is how many updates SpiceDB takes in one write, DefaultMaxUpdates if 0:
	// its flag --write-relationships-max-updates-per-call. It must be LeastMaxUpdates or more.
	MaxUpdates int

	// Overlapping tells that callers' calls overlap in a SpiceDB that takes its newest state
	// from elsewhere. Calls that overlap share what it takes for that, so it may be older than
	// a write that was answered before the question. Questions about a tree, see
	// [tenancy.AboutTrees], are then asked by the token at which its fence was seen.
	Overlapping bool
}

// Engine is a SpiceDB that decides.
type Engine struct {
	client     Client
	maxUpdates int
	seen       *sightings             // nil keeps none
	goodSchema atomic.Pointer[string] // the text that Inspect found good last
}

var _ tenancy.Engine = (*Engine)(nil)

// New returns the engine that client speaks to. It sends nothing yet.
func New(client Client, options Options) *Engine {
	e := &Engine{client: client, maxUpdates: cmp.Or(options.MaxUpdates, DefaultMaxUpdates)}
	if options.Overlapping {
		e.seen = &sightings{byRoot: map[string]sighting{}}
	}
	return e
}

// WriteSchema makes [schema.Text] the schema of SpiceDB. It fails, and changes nothing, if
// SpiceDB holds relationships that the schema does not know.
func (e *Engine) WriteSchema(ctx context.Context) error {
	_, err := e.client.WriteSchema(ctx, &v1.WriteSchemaRequest{Schema: schema.Text})
	return Translate(ctx, err)
}

// head asks SpiceDB for its newest state. Anything less could answer with what was revoked.
func head() *v1.Consistency {
	return &v1.Consistency{Requirement: &v1.Consistency_FullyConsistent{FullyConsistent: true}}
}
