// Package tenancy is the domain: organizations in trees, security groups, links,
// and the rules by which they change.
//
// It imports nothing else of this module. What it needs from outside it names as
// small interfaces, whose comments are their contract: [Store], [Decisions],
// [Committer], [Mailer], [Outbox] and [Clock].
//
// # The version of a tree
//
// A tree (a root organization and everything below it) shares nothing with any other
// tree, so it is the unit of change. An operation reads a snapshot of the record, asks
// the engine for permission, applies the rules, and proposes a [Change] that names the
// versions of all trees and users it has read (its [Basis]). The change commits only
// while all of them still hold; else the operation decides again. So there is no gap
// between a check and the change that it allowed.
//
// # Order of refusals
//
// An operation refuses in one order, whatever else is wrong: who calls (401), what may
// not be seen (404), what may not be done (403), what is invalid (422), what conflicts
// (409). Callers that may not see a thing learn nothing else about it.
package tenancy
