package load

import (
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// lateness is how far behind the schedule requests were sent. That is the fault of this program,
// or of a machine without a free core; it counts into the times of the requests all the same.
type lateness struct {
	mutex   sync.Mutex
	sends   *hdrhistogram.Histogram
	starts  int
	waiting int
}

// lateFrom is from when on a request counts as sent late.
const lateFrom = 10 * time.Millisecond

func newLateness() *lateness { return &lateness{sends: newHistogram()} }

// sent notes how long after it was due a request was sent.
func (l *lateness) sent(after time.Duration) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	record(l.sends, after)
	if after >= lateFrom {
		l.starts++
	}
}

// waited notes that no worker was idle when a request was due.
func (l *lateness) waited() {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.waiting++
}
