package auditors

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"io"
	"net"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/tenantry/tenantry/internal/engine"
)

// Config says where auditors call, and what they read.
type Config struct {
	// Listen is the TCP address, with port 0 any free one.
	Listen string
	// Key is the token that auditors call with. It must not be empty.
	Key string
	// SpiceDB is the connection over which calls are passed on. It brings its own key.
	SpiceDB grpc.ClientConnInterface
}

// Listener is where auditors call.
type Listener struct {
	address string
	server  *grpc.Server
	ended   chan error
}

// Listen opens the listener; it serves when Listen returns.
func Listen(ctx context.Context, config Config) (*Listener, error) {
	if config.Key == "" {
		return nil, errors.New("the auditors' listener needs a key")
	}
	socket, err := (&net.ListenConfig{}).Listen(ctx, "tcp", config.Listen)
	if err != nil {
		return nil, err
	}
	p := passage{key: sha256.Sum256([]byte(config.Key)), spicedb: config.SpiceDB}
	l := &Listener{
		address: socket.Addr().String(),
		server:  grpc.NewServer(grpc.ForceServerCodecV2(frames{}), grpc.UnknownServiceHandler(p.handle)),
		ended:   make(chan error, 1),
	}
	go func() { l.ended <- l.server.Serve(socket) }()
	return l, nil
}

// Addr is the listener's address, with its real port.
func (l *Listener) Addr() string { return l.address }

// stopGrace is how long a listener that stops waits for calls to end. A zed that watches never
// ends by itself.
const stopGrace = 5 * time.Second

// Stop ends the listener, and what is still called stopGrace later.
func (l *Listener) Stop() error {
	cut := time.AfterFunc(stopGrace, l.server.Stop)
	defer cut.Stop()
	l.server.GracefulStop()
	return <-l.ended
}

// passage passes calls on.
type passage struct {
	key     [sha256.Size]byte
	spicedb grpc.ClientConnInterface
}

// both says that a call of any kind is passed on as one that streams both ways.
var both = &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}

// handle is for every method. Who has no valid key learns nothing of methods.
func (p passage) handle(_ any, from grpc.ServerStream) error {
	if !p.knows(from.Context()) {
		return status.Error(codes.Unauthenticated, "the key is missing or wrong")
	}
	method, _ := grpc.MethodFromServerStream(from)
	if !engine.Reads(method) {
		return engine.ErrReadOnly
	}
	ctx, cancel := context.WithCancel(from.Context())
	defer cancel()
	to, err := p.spicedb.NewStream(ctx, both, method, grpc.ForceCodecV2(frames{}))
	if err != nil {
		return err
	}
	go func() {
		if err := passOn(from, to); err != nil {
			cancel()
			return
		}
		_ = to.CloseSend() // its error is that of the answers, too
	}()
	return p.answer(from, to)
}

// answer passes the answers on, and at their end the outcome.
func (p passage) answer(from grpc.ServerStream, to grpc.ClientStream) error {
	header, err := to.Header()
	if err != nil {
		return err
	}
	if err := from.SendHeader(passable(header)); err != nil {
		return err
	}
	err = passOn(to, from)
	from.SetTrailer(to.Trailer())
	return err
}

// passable leaves out what the transport says itself.
func passable(header metadata.MD) metadata.MD {
	header = header.Copy()
	header.Delete("content-type")
	return header
}

// passOn passes messages on until there are no more.
func passOn(from interface{ RecvMsg(any) error }, to interface{ SendMsg(any) error }) error {
	for {
		message := &frame{}
		err := from.RecvMsg(message)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := to.SendMsg(message); err != nil {
			return err
		}
	}
}

// knows reports whether the caller has the key, in a time that tells nothing of it.
func (p passage) knows(ctx context.Context) bool {
	values := metadata.ValueFromIncomingContext(ctx, "authorization")
	if len(values) != 1 {
		return false
	}
	scheme, key, _ := strings.Cut(values[0], " ")
	given := sha256.Sum256([]byte(key))
	return strings.EqualFold(scheme, "bearer") && subtle.ConstantTimeCompare(given[:], p.key[:]) == 1
}
