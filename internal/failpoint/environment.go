//go:build failpoint

package failpoint

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Variable is the environment variable that arms the points of a process.
const Variable = "TENANTRY_FAILPOINTS"

// A process that was told of failpoints which it does not understand would test nothing.
func init() {
	actions, err := parse(os.Getenv(Variable))
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", Variable, err)
		os.Exit(2)
	}
	for p, action := range actions {
		Arm(p, action).told = true
	}
}

// parse reads "point=action[@passing],…", where an action is the name of a [Kind], with
// ":duration" for a delay, and a passing is a number from 1 or "*" for each.
func parse(text string) (map[Point]Action, error) {
	actions := map[Point]Action{}
	for item := range strings.SplitSeq(text, ",") {
		if item = strings.TrimSpace(item); item == "" {
			continue
		}
		name, what, _ := strings.Cut(item, "=")
		p := Point(name)
		if !slices.Contains(Points(), p) {
			return nil, fmt.Errorf("there is no failpoint %q", name)
		}
		if _, twice := actions[p]; twice {
			return nil, fmt.Errorf("%s is named twice", p)
		}
		action, err := parseAction(what)
		if err == nil && action.Do == Error && !p.GivesError() {
			err = errors.New("it gives no error")
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p, err)
		}
		actions[p] = action
	}
	return actions, nil
}

func parseAction(text string) (action Action, err error) {
	text, passing, counted := strings.Cut(text, "@")
	kind, duration, timed := strings.Cut(text, ":")
	action = Action{Do: Kind(kind), At: 1}
	switch action.Do {
	case Panic, Kill, Hang, Error, Delay:
	default:
		return action, fmt.Errorf("there is no action %q", kind)
	}
	if timed != (action.Do == Delay) {
		return action, errors.New("a delay has a duration, as in delay:2s, and nothing else has")
	}
	if timed {
		if action.For, err = time.ParseDuration(duration); err != nil {
			return action, err
		}
	}
	if !counted {
		return action, nil
	}
	if passing == "*" {
		action.At = Always
		return action, nil
	}
	action.At, err = strconv.Atoi(passing)
	if err == nil && action.At < 1 {
		err = errors.New("passings are counted from 1")
	}
	return action, err
}
