// Package oracle says what Tenantry has to answer: a second, small and slow reading of the
// rules, in sets of names and plain recursion. It imports nothing of the service, shares no
// code with it, and takes part in none of its decisions. Tests play the same requests to both
// and compare.
//
// [World] is what is the case; [World.Do] carries out one request and tells its answer and
// its events; [World.Allows] answers every question. All else (rosters, lists, lookups) is
// read off the same sets.
//
// There is no cleverness here on purpose: nothing is kept that follows from something else.
// Whether a person has access, whether a link has force and what is suspended are found out
// each time from who was put where.
//
// Where the rules leave a choice, the oracle follows the service; such places say "decided".
package oracle
