// Command mutants takes the guards of the product out, one at a time, and tells which test
// noticed: see [proof.Mutants]. It fails if one survives, if one that is called equivalent does
// not, if a text is no longer in its file, or if a test fails without any mutant.
//
//	go run ./tools/mutants                 all of them
//	go run ./tools/mutants -run 'attack 10'  those whose id, guard, file or package matches
//	go run ./tools/mutants -changed main   those whose file or tests differ from that commit's
//	go run ./tools/mutants -sample 10      ten, others at each commit
//	go run ./tools/mutants -list           names them, and tries none
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/proof"
)

func main() {
	var c choice
	flag.StringVar(&c.matching, "run", "", "a `pattern` of ids, guards, files and packages")
	flag.StringVar(&c.changed, "changed", "", "only those whose file or tests have changed since this `commit`")
	flag.IntVar(&c.sample, "sample", 0, "only `n`, others at each commit")
	list := flag.Bool("list", false, "name them, and try none")
	verbose := flag.Bool("v", false, "show what the tests said that noticed")
	flag.Parse()
	if err := run(context.Background(), c, *list, *verbose); err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, c choice, list, verbose bool) error {
	mutants, err := c.of(ctx, proof.Mutants())
	if err != nil {
		return err
	}
	if list {
		for _, m := range mutants {
			fmt.Printf("%-34s %-22s %-32s %s\n", m.ID, m.Guards, m.File, strings.Join(m.Tests, " "))
		}
		return nil
	}
	said, err := git(ctx, "rev-parse", "--show-toplevel")
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "mutants")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	began := time.Now()
	b := &bench{root: strings.TrimSpace(said), dir: dir, verbose: verbose}
	if err := b.tryAll(ctx, mutants); err != nil {
		return err
	}
	fmt.Printf("%d mutants: %d killed, %d equivalent, %d wrong; %d s\n",
		len(mutants), b.killed, b.equivalent, b.wrong, int(time.Since(began).Seconds()))
	if b.wrong > 0 {
		return fmt.Errorf("%d of %d are not as they should be", b.wrong, len(mutants))
	}
	return nil
}
