// Package postgres keeps the record in a PostgreSQL database: [Store] is what each of any
// number of serving nodes opens, [Migrate] makes and migrates the database.
//
// # Durable
//
// What Commit has returned survives a crash of the node and of the server: where
// synchronous_commit is off it is set on. A connection that is lost while a transaction
// commits leaves its outcome open, and Commit fails then.
//
// # One after the other
//
// Writing transactions run READ COMMITTED, where each statement sees what is committed when
// it begins. The first statement takes advisory locks on all that the change was decided on
// and all that it writes, in one order, and no statement after it waits for another
// transaction that waits for this one. So:
//
//   - When the locks are had, everybody who could have changed what the change was decided on
//     has committed (locks are released after a commit is visible), and the statements that
//     follow see it. Nobody can change it before this transaction ends, as it would take one
//     of the locks. What they compare is thus what they commit on.
//   - Every row belongs to a tree, or is a user: whoever writes it holds that tree or user
//     alone. What is read of other trees and users is in the basis and held shared.
//   - What is not there can be locked as well: a tree that two begin, a user nobody has made
//     yet, a resource that was released, an id, an e-mail domain.
//   - Which trees a user stands in can't change while somebody has the user alone, as whoever
//     gives him something holds him shared.
//   - Trails are counted and chained by who holds them alone.
//
// Different trees wait for each other only where they share a user, or are both told in the
// service's own trail, or where a change takes so many locks that it takes all. Locks are
// numbers of 64 bits that names are hashed to: two names with one number wait for each other,
// and that is all.
//
// What is no state of trees (keys, mails, kept answers) is written by single statements that
// compare what they replace.
//
// Snapshots are REPEATABLE READ and READ ONLY: all that one reads was committed at one instant.
//
// # Time
//
// The record goes by the clock of the database: it comes with each reading of a tree, and what
// a commit may be late for is judged by it, once its locks are had. Nodes' clocks do not matter.
//
// # Nodes of several versions
//
// A node serves a database of its own version, or of a newer one that says that programs of
// its version can live with it. So migrations only add: tables, indexes, triggers that do not
// refuse what older programs write, columns that have a default. A migration that older
// programs can't live with raises the version in oldest_program; before it runs, the older
// nodes are stopped.
//
// Nothing is kept in memory of what other nodes may change.
package postgres
