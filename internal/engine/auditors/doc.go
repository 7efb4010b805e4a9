// Package auditors lets auditors read a SpiceDB whose own key could also write: a listener
// with a key of its own, which passes on the calls that read and refuses all others.
package auditors
