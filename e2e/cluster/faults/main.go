// Command faults stands between the parts of a cluster under test, and does to them what
// networks and disks do. It runs as a container beside them:
//
//	faults links 5432=postgres:5432 …    carries connections, as it is told (see link)
//	faults disk DIR                      keeps a volume mounted, and fills it (see disk)
//
// It is told over HTTP, at controlAddress; package cluster does that.
package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

// controlAddress is where it is told what to do.
const controlAddress = ":9900"

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "faults:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 2 {
		return fmt.Errorf("use: faults links PORT=HOST:PORT …, or faults disk DIR")
	}
	control := http.NewServeMux()
	// Whoever starts the container waits for this answer.
	control.HandleFunc("GET /ready", func(http.ResponseWriter, *http.Request) {})
	switch args[0] {
	case "links":
		for _, arg := range args[1:] {
			if err := openLink(control, arg); err != nil {
				return err
			}
		}
	case "disk":
		disk{dir: args[1]}.register(control)
	default:
		return fmt.Errorf("%q is neither links nor disk", args[0])
	}
	server := &http.Server{Addr: controlAddress, Handler: control, ReadHeaderTimeout: time.Minute}
	return server.ListenAndServe()
}

// openLink begins to carry connections that come to a port, and lets control command it
// under the name of that port.
func openLink(control *http.ServeMux, arg string) error {
	port, to, ok := strings.Cut(arg, "=")
	if !ok {
		return fmt.Errorf("%q is no PORT=HOST:PORT", arg)
	}
	listener, err := net.Listen("tcp", ":"+port)
	if err != nil {
		return err
	}
	l := newLink(to)
	l.register(control, "/links/"+port)
	go l.serve(listener)
	return nil
}
