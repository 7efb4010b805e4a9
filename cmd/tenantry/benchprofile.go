package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime/pprof"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/estate/measure"
)

// profiled makes a measure write a profile of each of its runs into the folder. Several
// runs are read as one: go tool pprof -top check-by-the-engine-alone*.
func profiled(dir string, m measure.Measure) measure.Measure {
	run, runs := m.Run, 0
	words := strings.FieldsFunc(m.Name, func(r rune) bool { return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz0123456789", r|0x20) })
	m.Run = func(ctx context.Context, duration time.Duration) (measure.Run, error) {
		f, err := os.Create(filepath.Join(dir, fmt.Sprintf("%s-%d.prof", strings.Join(words, "-"), runs)))
		if err != nil {
			return measure.Run{}, err
		}
		defer f.Close()
		runs++
		if err := pprof.StartCPUProfile(f); err != nil {
			return measure.Run{}, err
		}
		defer pprof.StopCPUProfile()
		return run(ctx, duration)
	}
	return m
}
