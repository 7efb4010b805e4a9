package main

import (
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

// disk is a volume with a limit. While this process has it mounted, what is in it outlives
// the other containers that use it, as a disk outlives processes.
type disk struct{ dir string }

// register takes commands at /disk: PUT ?free=N fills it until so many bytes are free, and
// DELETE frees what was filled.
func (d disk) register(control *http.ServeMux) {
	control.HandleFunc("PUT /disk", func(w http.ResponseWriter, r *http.Request) {
		free, err := strconv.ParseInt(r.URL.Query().Get("free"), 10, 64)
		if err == nil {
			err = d.fill(free)
		}
		report(w, err)
	})
	control.HandleFunc("DELETE /disk", func(w http.ResponseWriter, _ *http.Request) {
		err := os.Remove(d.filler())
		if errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
		report(w, err)
	})
}

func report(w http.ResponseWriter, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

func (d disk) filler() string { return filepath.Join(d.dir, "filler") }

// fill takes all space but so many bytes, also while others take some of it: where not all of
// that is there any more it takes less, and leaves the crumbs to them.
func (d disk) fill(free int64) error {
	f, err := os.OpenFile(d.filler(), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	for parts := int64(1); ; {
		left, err := extend(f, free, parts)
		switch {
		case errors.Is(err, unix.ENOSPC):
			parts *= 2
		case err != nil || left <= 0:
			return err
		}
		if left/parts < crumb {
			return nil
		}
	}
}

// crumb is so little space that it is as good as none.
const crumb = 64 << 10

// extend makes a file larger by a part of what is to be taken until so many bytes of the disk
// are free, and tells how much that was in all.
func extend(f *os.File, free, parts int64) (left int64, err error) {
	var space unix.Statfs_t
	if err := unix.Fstatfs(int(f.Fd()), &space); err != nil {
		return 0, err
	}
	has, err := f.Stat()
	if err != nil {
		return 0, err
	}
	left = int64(space.Bavail)*space.Bsize - free //nolint:gosec // no disk has so many blocks
	if left <= 0 {
		return left, nil
	}
	return left, unix.Fallocate(int(f.Fd()), 0, has.Size(), max(left/parts, 1))
}
