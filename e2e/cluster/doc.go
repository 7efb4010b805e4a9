// Package cluster gives tests a whole cluster of real parts in containers: PostgreSQL, two
// SpiceDB nodes with dispatch between them, and any number of Tenantry nodes. Every
// connection between two parts, and between the test and a part, goes through a link that the
// test commands.
//
//	c := cluster.Start(t, cluster.Options{Tenantry: 2})
//	get(c.Tenantry(0).URL() + "/v1/…")
//	c.Link(c.Tenantry(0), c.Postgres.Part).Cut(t)
//	c.SpiceDB(1).Kill(t)
//
// Links do to connections what networks do; see the states of a link in the folder faults,
// whose program stands between the parts as a container. So the parts, and not the test, are
// who speaks to each other, and nothing but the engine's API is asked of the machine.
//
// What it can't do: turn a part's clock (a container has that of its machine), and cut a SpiceDB
// node from itself, which is a member of its own dispatch ring.
//
// Everything that is started has labels, and is removed at the end of the test by them. What a
// process left behind that was ended before it could do so is removed by the next that starts a
// cluster.
package cluster
