package measure

import (
	"syscall"
	"time"
)

// Processor is the time that the cores have spent on this process so far, 0 where the
// system does not tell. On a machine that others use too it says more than the clock.
func Processor() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
