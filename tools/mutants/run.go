package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// A mutant may make a test endless. Without one it has the longest time that a test binary
// has in any case; a mutant has the shortest and twice what all tests of the package took
// without it.
const (
	longest  = 10 * time.Minute
	shortest = 20 * time.Second
)

// trial is what became of one run of tests.
type trial struct {
	failed  bool
	by      string // the test that failed first, or what else ended the run
	output  string
	elapsed time.Duration
}

var (
	failure = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)
	noTests = regexp.MustCompile(`(?m)^(testing: warning: no tests to run|--- SKIP)`)
)

// try runs the tests with the mutant of that name at work, or without one for "". Tests that
// have many rounds have fewer.
func try(ctx context.Context, root, pkg, binary, mutant string, tests []string, limit time.Duration) trial {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	command := exec.CommandContext(ctx, binary, "-test.failfast", "-test.short", "-test.v", "-test.run", pattern(tests)) //nolint:gosec // what was built just now
	command.Dir = filepath.Join(root, pkg)
	command.Env = append(os.Environ(), chosenBy+"="+mutant)
	command.WaitDelay = time.Second
	began := time.Now()
	output, err := command.CombinedOutput()
	t := trial{failed: err != nil, output: string(output), elapsed: time.Since(began)}
	switch named := failure.FindStringSubmatch(t.output); {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		t.by = "the time limit"
	case named != nil:
		t.by = named[1]
	case err != nil:
		t.by = "a crash: " + err.Error()
	case noTests.MatchString(t.output):
		t.failed, t.by = true, "nothing: a test is not there, or was skipped"
	}
	return t
}

// pattern is the -run pattern of these tests and nothing else.
func pattern(tests []string) string {
	patterns := make([]string, len(tests))
	for i, test := range tests {
		name, part, ok := strings.Cut(test, "/")
		patterns[i] = "^" + name + "$"
		if ok {
			patterns[i] += "/" + part
		}
	}
	return strings.Join(patterns, "|")
}
