// Command bench asks Tenantry and its peers the same questions about the same estate, in
// turns, on one machine; or it loads Tenantry alone for long. See README.md.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

// settings are what a run is told.
type settings struct {
	relationships int
	runs, callers int
	duration      time.Duration
	load          time.Duration // of a run of mixed traffic; 0 for the side by side
	bin           string        // folder of built programs; kept, as building takes long
	built         bool          // they are there already
	only          string        // services, all if empty
	asJSON        bool
}

func main() {
	if len(os.Args) == 3 && os.Args[1] == emptyGinArg {
		exit(serveEmptyGin(os.Args[2]))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	settings := flags()
	if settings.load > 0 {
		exit(runLoad(ctx, settings))
	}
	exit(run(ctx, settings))
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func flags() (s settings) {
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	flag.IntVar(&s.relationships, "relationships", 66_000, "size of the estate, about")
	flag.IntVar(&s.runs, "runs", 5, "how often each measure runs")
	flag.IntVar(&s.callers, "callers", 16, "how many ask at the same time")
	flag.DurationVar(&s.duration, "duration", 3*time.Second, "how long each run takes")
	flag.DurationVar(&s.load, "load", 0, "instead, load tenantry and cluster for so long each with mixed traffic at half of saturation")
	flag.StringVar(&s.bin, "bin", filepath.Join(cache, "tenantry-bench"), "folder for the programs that are built")
	flag.BoolVar(&s.built, "built", false, "take the programs from there as they are")
	flag.StringVar(&s.only, "only", "", "services to ask, such as tenantry,gin,spicedb,cluster,openfga; all by default")
	flag.BoolVar(&s.asJSON, "json", false, "print JSON")
	flag.Parse()
	return s
}
