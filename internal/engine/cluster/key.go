package cluster

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// keyAge is how old what was read of the file of the key may be.
const keyAge = time.Second

// keys hands out the preshared key, as credentials of each call.
type keys struct {
	file   string // "" for a key that was given
	secure bool
	now    func() time.Time

	mu   sync.Mutex
	key  string
	read time.Time
}

func newKeys(config Config) (*keys, error) {
	k := &keys{file: config.KeyFile, secure: !config.Insecure, now: time.Now, key: config.Key}
	if k.file == "" {
		return k, nil
	}
	key, err := readKey(k.file)
	k.key, k.read = key, k.now()
	return k, err
}

func readKey(file string) (string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("read the key of SpiceDB: %w", err)
	}
	key := strings.TrimSpace(string(text))
	if key == "" {
		return "", fmt.Errorf("there is no key of SpiceDB in %s", file)
	}
	return key, nil
}

// current is the key, not older than age. A file that can't be read now, or is empty while
// somebody writes it, leaves the key that was there.
func (k *keys) current(age time.Duration) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	if now := k.now(); k.file != "" && now.Sub(k.read) >= age {
		k.read = now
		if key, err := readKey(k.file); err == nil {
			k.key = key
		}
	}
	return k.key
}

// GetRequestMetadata implements [google.golang.org/grpc/credentials.PerRPCCredentials].
func (k *keys) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Bearer " + k.current(keyAge)}, nil
}

// RequireTransportSecurity implements [google.golang.org/grpc/credentials.PerRPCCredentials]:
// the key goes over TLS, or where somebody has said that it may go without.
func (k *keys) RequireTransportSecurity() bool { return k.secure }

// renewed reports whether a call that has failed was refused for its key, and there is
// another key now. A call that was refused has done nothing, so it may be made again, also
// one that writes.
func (k *keys) renewed(used string, err error) bool {
	code := status.Code(err)
	refused := code == codes.Unauthenticated || code == codes.PermissionDenied
	return refused && k.current(0) != used
}

func (k *keys) unary(ctx context.Context, method string, request, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, options ...grpc.CallOption) error {
	used := k.current(keyAge)
	err := invoke(ctx, method, request, reply, conn, options...)
	if k.renewed(used, err) {
		return invoke(ctx, method, request, reply, conn, options...)
	}
	return err
}

// stream opens a stream that is made again if its first answer is that the key is refused. One
// that sends more than a question is not: what was sent is gone.
func (k *keys) stream(ctx context.Context, desc *grpc.StreamDesc, conn *grpc.ClientConn, method string, open grpc.Streamer, options ...grpc.CallOption) (grpc.ClientStream, error) {
	used := k.current(keyAge)
	again := func() (grpc.ClientStream, error) { return open(ctx, desc, conn, method, options...) }
	stream, err := again()
	if err != nil || desc.ClientStreams {
		return stream, err
	}
	return &keyedStream{ClientStream: stream, refused: func(err error) bool { return k.renewed(used, err) }, again: again}, nil
}

// keyedStream asks one question.
type keyedStream struct {
	grpc.ClientStream
	refused  func(error) bool
	again    func() (grpc.ClientStream, error)
	question any
	answered bool
}

func (s *keyedStream) SendMsg(m any) error {
	s.question = m
	return s.ClientStream.SendMsg(m)
}

func (s *keyedStream) RecvMsg(m any) error {
	err := s.ClientStream.RecvMsg(m)
	first := !s.answered
	s.answered = true
	if !first || err == nil || !s.refused(err) {
		return err
	}
	stream, err := s.again()
	if err != nil {
		return err
	}
	s.ClientStream = stream
	if err := stream.SendMsg(s.question); err != nil {
		return err
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	return stream.RecvMsg(m)
}
