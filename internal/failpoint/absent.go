//go:build !failpoint

package failpoint

// Pass is where a point stands whose caller can return no error. It does nothing in this
// build.
func Pass(Point) {}

// Err is where any other point stands. It is nil in this build.
func Err(Point) error { return nil }
