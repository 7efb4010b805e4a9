// Package measure asks parts of a service and their peers in turns, and says how fast they
// answered: several short runs of each, one after another in an order that rotates, so that
// what else the machine does meets all of them alike.
//
// A figure is the median of the runs. What was measured in one process with another load
// is not comparable with what was measured here.
package measure
