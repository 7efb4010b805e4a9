// Package relindex is an indexed SpiceDB datastore in memory.
package relindex
