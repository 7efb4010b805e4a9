//go:build !failpoint

package tenancy

import "time"

func machineTime() time.Time { return time.Now() }
