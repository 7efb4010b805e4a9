package delivery

import (
	"fmt"
	"runtime/debug"
)

// caught logs a panic and makes an error of it. It stands where a fault about one tree would
// otherwise end the process, or what is done for the other trees.
func (d *Deliverer) caught(do func() error) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			d.log.Error("panic", "cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", cause)
		}
	}()
	return do()
}
