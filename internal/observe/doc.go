// Package observe tells operators how a node does: metrics for Prometheus, and traces for
// whoever collects them by OTLP. It stands around the parts and none of them knows it:
// httpapi, delivery and the engine name what they tell as interfaces of their own.
//
// # What is told of whom
//
// Names of operations, parts, steps and problem codes, which are of a fixed few; numbers
// and times. Never an id, an address, a header, a path, a query, a body or the text of an
// error: what is measured goes to people and machines that may see none of those (attack
// 33). SpiceDB's own spans name the people whom a question is about, so they are not taken
// up, and SpiceDB gets no span of ours to write to.
package observe
