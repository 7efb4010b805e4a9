package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/tenantry/tenantry/internal/estate/measure"
)

// weighed has a measure tell what a call costs the services too. On Linux alone: elsewhere it
// tells nothing.
func (s *stand) weighed(m measure.Measure) measure.Measure {
	run := m.Run
	m.Run = func(ctx context.Context, duration time.Duration) (measure.Run, error) {
		used := s.used()
		r, err := run(ctx, duration)
		r.Services = float64((s.used() - used).Microseconds()) / float64(max(1, r.Calls))
		return r, err
	}
	return m
}

// used is the time that the cores have spent on the services so far, on their children too:
// PostgreSQL has one for each connection.
func (s *stand) used() (used time.Duration) {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0
	}
	for _, path := range stats {
		if p, ok := readStat(path); ok && (s.pids[p.id] || s.pids[p.parent]) {
			used += p.own
			if s.pids[p.id] {
				used += p.ended
			}
		}
	}
	return used
}

// process is what Linux tells of one: how long it has run, and those of its children that have
// ended.
type process struct {
	id, parent int
	own, ended time.Duration
}

// tick is the unit of times in /proc. It is the same on all machines that Go runs on.
const tick = 10 * time.Millisecond

// The fields of /proc/PID/stat behind the name, from 0 on (proc(5)).
const (
	statParent, statUser, statSystem, statEndedUser, statEndedSystem = 1, 11, 12, 13, 14
)

// readStat is not ok for a process that has ended meanwhile.
func readStat(path string) (p process, ok bool) {
	text, err := os.ReadFile(path)
	if err != nil {
		return p, false
	}
	name := bytes.LastIndexByte(text, ')') // which may have spaces in it
	fields := bytes.Fields(text[name+1:])
	if len(fields) <= statEndedSystem {
		return p, false
	}
	number := func(field int) int {
		n, _ := strconv.Atoi(string(fields[field])) // they are numbers
		return n
	}
	p.id, err = strconv.Atoi(filepath.Base(filepath.Dir(path)))
	p.parent = number(statParent)
	p.own = time.Duration(number(statUser)+number(statSystem)) * tick
	p.ended = time.Duration(number(statEndedUser)+number(statEndedSystem)) * tick
	return p, err == nil
}
