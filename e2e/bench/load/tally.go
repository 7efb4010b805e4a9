package load

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// tally counts answers by their kind: how long they took, and which failed.
type tally struct {
	mutex    sync.Mutex
	kinds    [kinds]*hdrhistogram.Histogram
	all      *hdrhistogram.Histogram
	failures map[string]*Failures
}

// Failures are those of one kind of request and code. Text is the first of them.
type Failures struct {
	Kind  string `json:"kind"`
	Code  string `json:"code"`
	Count int    `json:"count"`
	Text  string `json:"first"`
}

// longest is the longest time that is told apart; calls are cut off before.
const longest = 2 * time.Minute

// digits is how exactly times are kept: to three significant ones.
const digits = 3

func newHistogram() *hdrhistogram.Histogram {
	return hdrhistogram.New(1, longest.Microseconds(), digits)
}

func newTally() *tally {
	t := &tally{all: newHistogram(), failures: map[string]*Failures{}}
	for k := range t.kinds {
		t.kinds[k] = newHistogram()
	}
	return t
}

// took notes how long an answer took from when its request was due.
func (t *tally) took(k kind, took time.Duration) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	record(t.kinds[k], took)
	if k != checkChange { // nobody was waiting for it to be due
		record(t.all, took)
	}
}

func record(h *hdrhistogram.Histogram, took time.Duration) {
	_ = h.RecordValue(min(max(took, 0), longest).Microseconds()) // which fits
}

func (t *tally) failed(k kind, f undecidedError) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	id := mixture[k].name + f.code
	if t.failures[id] == nil {
		t.failures[id] = &Failures{Kind: mixture[k].name, Code: f.code, Text: f.text}
	}
	t.failures[id].Count++
}

// reset forgets the times, and no failure.
func (t *tally) reset() {
	t.all.Reset()
	for _, h := range t.kinds {
		h.Reset()
	}
}

func (t *tally) answered() int64 { return t.all.TotalCount() }

// sorted are the failures by kind and code.
func (t *tally) sorted() (all []Failures) {
	for _, id := range slices.Sorted(maps.Keys(t.failures)) {
		all = append(all, *t.failures[id])
	}
	return all
}

// Times are those of requests, in milliseconds.
type Times struct {
	Kind  string  `json:"kind"`
	Count int64   `json:"count"`
	P50   float64 `json:"p50_ms"`
	P90   float64 `json:"p90_ms"`
	P99   float64 `json:"p99_ms"`
	P999  float64 `json:"p99_9_ms"`
	Max   float64 `json:"max_ms"`
}

func timesOf(kind string, h *hdrhistogram.Histogram) Times {
	at := func(percentile float64) float64 { return milliseconds(h.ValueAtPercentile(percentile)) }
	return Times{kind, h.TotalCount(), at(50), at(90), at(99), at(99.9), milliseconds(h.Max())}
}

func milliseconds(microseconds int64) float64 { return float64(microseconds) / 1000 }

// times are those of all requests together, and then of each kind.
func (t *tally) times() []Times {
	all := []Times{timesOf("all", t.all)}
	for k, h := range t.kinds {
		all = append(all, timesOf(mixture[k].name, h))
	}
	return all
}
