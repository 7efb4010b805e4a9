//go:build failpoint

package tenancy

import (
	"fmt"
	"os"
	"time"
)

// clockOffset is by how much the clock of the machine is wrong, for tests of what that does:
// TENANTRY_CLOCK_OFFSET is a duration, as in +90s.
var clockOffset time.Duration

func init() {
	text := os.Getenv("TENANTRY_CLOCK_OFFSET")
	if text == "" {
		return
	}
	var err error
	if clockOffset, err = time.ParseDuration(text); err != nil {
		fmt.Fprintln(os.Stderr, "TENANTRY_CLOCK_OFFSET:", err)
		os.Exit(2)
	}
}

func machineTime() time.Time { return time.Now().Add(clockOffset) }
