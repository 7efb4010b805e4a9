// Package backup is the file in which a record is kept outside of a store, and goes from one
// to another.
//
// A file is JSON, a document a line, compressed by gzip: a [Header]; for each table a line
// that names it and its columns, and behind it an array a row; and at last how many rows there
// are, and the SHA-256 of all that stands before. So a file that was cut off, or altered by
// accident, is known by it. The sum is no signature: who can write the file can forge it. What
// proves the trails in it are their chains, and checkpoints that are kept elsewhere.
//
// A file holds everything that the record does: hashes of keys, and the secrets that cursors
// and checkpoints are made with. It is to be kept as the record itself is.
package backup
