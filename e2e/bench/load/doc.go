// Package load asks a running Tenantry what consoles' backends and agents ask, at a rate of its
// own, and watches whether the service stays as it is: its times, its answers, its memory,
// goroutines and file handles.
//
// The rate is half of what the service manages: that is found first, by callers who ask without
// a pause. Then requests are due at times that were drawn beforehand, and the time of each
// counts from when it was due. Whoever waits for a slow answer before asking the next would
// leave out of the figures just what is slow.
//
// Every answer is known by construction (package estate). One wrong answer ends the run.
package load
