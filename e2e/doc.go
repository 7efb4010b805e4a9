// Package e2e tests the whole program as its users meet it: the built binary as a process,
// its HTTP API, its data directory, and the real zed.
package e2e
