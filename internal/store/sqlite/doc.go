// Package sqlite keeps the record in one SQLite file: [Store] is what a serving process
// opens, [Keys] what a command beside it may touch.
//
// The file is in WAL mode with synchronous=FULL: what Commit has returned survives a crash
// of the process and of the machine. One connection writes, and many read.
//
// A serving process holds a lock of the data directory. The kernel releases it when the
// process ends, however it ends. The lock says nothing to programs that do not ask for it:
// whoever writes to the file with another tool does so at his own risk.
//
// By that lock the trees of resources are remembered in memory. Service keys may be changed
// by other processes; they are remembered under the mark of the last commit of any.
package sqlite
