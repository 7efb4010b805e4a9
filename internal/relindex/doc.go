// Package relindex is a SpiceDB datastore in memory that answers from indexes.
//
// # Structure
//
// A state of the store is an immutable value. Its relationships are split into
// classes: what they share but for the two object ids, such as
// "group#member@user". Each class has two persistent B+trees of (id, id) pairs,
// one ordered by resource and one by subject. A write copies the nodes on its
// paths and shares all others with the state before, so a revision is a pointer
// and readers take no lock.
//
// A query looks at the classes that it can match, which a schema bounds, and in
// each reads the ids that it names from the index where they come first. Where
// it is sorted across several classes, their ordered answers are merged. With n
// relationships:
//
//   - a read costs O(log n + answer) for each id that it names, and a page costs
//     no more for coming late. Exceptions, which walk what they do not return:
//     caveat and expiration filters, and a resource prefix sorted by subject;
//   - a written relationship costs O(log n), and about 10 KB for as long as the
//     revision before it is kept;
//   - loading is bound by sorting the distinct ids; a relationship then takes
//     some 100 bytes and its share of the ids.
//
// # Revisions
//
// Every transaction that writes makes one Revision, above all before it. Between
// writes the head stays where it is, so what SpiceDB caches under it stays
// valid. OptimizedRevision is the head. Old revisions are kept within
// Config.Window, Config.MaxRevisions and Config.MaxChanges, whichever ends
// first; what is beyond is dropped by the next commit.
//
// # What is not promised
//
// Nothing is durable: a store is empty when it is made, and gone with its
// process. Load fills one from elsewhere. One process owns a store: there is no
// replication. Expired relationships are left out of answers but stay in memory
// until they are deleted; an answer that SpiceDB cached at a revision does not
// notice that a relationship expired. A schema change does not look at stored
// relationships: that is SpiceDB's work, as is every validation of names.
package relindex
