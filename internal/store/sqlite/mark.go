package sqlite

import (
	"errors"
	"os"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// mark is the header of the WAL index, which names the last commit of whichever process:
// its place in the log, the log's salt and running checksum, and a counter. By these same
// bytes SQLite tells whether what it has cached of the database still holds, and writes
// them before a commit returns (sqlite.org/walformat.html, "The WAL-Index Header").
type mark [6]uint64

// unknown is a mark that no state has: that of an index which nobody has written yet.
var unknown mark

// marks reads the header from the memory that all processes share, without a lock and in
// some nanoseconds. The zero marks know nothing.
type marks struct {
	mapped []byte
	copies *[2]mark // the header is there twice
	file   os.FileInfo
}

// openMarks comes before this process has opened the database: it closes a file of
// SQLite's, which would release the locks that SQLite holds on it for this process.
func openMarks(path string) (m marks, err error) {
	f, err := os.OpenFile(indexOf(path), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return marks{}, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if m.file, err = f.Stat(); err != nil {
		return marks{}, err
	}
	m.mapped, err = unix.Mmap(int(f.Fd()), 0, os.Getpagesize(), unix.PROT_READ, unix.MAP_SHARED)
	return m, err
}

func indexOf(path string) string { return path + "-shm" }

// begin makes the marks readable. It comes when a connection holds the database open: from
// then on the index is there, and stays. One that another process has removed in between
// is not the one that is mapped, and then the marks know nothing.
func (m *marks) begin(path string) error {
	now, err := os.Stat(indexOf(path))
	if err == nil && os.SameFile(now, m.file) {
		m.copies = (*[2]mark)(unsafe.Pointer(unsafe.SliceData(m.mapped))) //nolint:gosec // a page holds both
	}
	return err
}

// close ends the use of the marks: they know nothing any more.
func (m *marks) close() error {
	if m.mapped == nil {
		return nil
	}
	mapped := m.mapped
	*m = marks{}
	return unix.Munmap(mapped)
}

// now is the mark of the last commit, unknown while one is being written. Writers write
// the second copy first, so two that are read in their order and are equal are whole.
func (m *marks) now() mark {
	if m.copies == nil {
		return unknown
	}
	first := m.copies[0].load()
	if second := m.copies[1].load(); first != second {
		return unknown
	}
	return first
}

func (m *mark) load() (loaded mark) {
	for i := range m {
		loaded[i] = atomic.LoadUint64(&m[i])
	}
	return loaded
}
