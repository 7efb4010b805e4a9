package spicedbtest

import (
	"net"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/dns/dnsmessage"
)

// Names serves a name that has these IPv4 addresses, whichever it is, by DNS, and returns the
// server's address. By such a name the nodes of a SpiceDB find each other.
func Names(t testing.TB, addresses ...netip.Addr) string {
	t.Helper()
	conn, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	require.NoError(t, err)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		answerNames(conn, addresses)
	}()
	t.Cleanup(func() {
		_ = conn.Close()
		<-ended
	})
	return conn.LocalAddr().String()
}

func answerNames(conn net.PacketConn, addresses []netip.Addr) {
	buffer := make([]byte, 512)
	for {
		n, from, err := conn.ReadFrom(buffer)
		if err != nil {
			return
		}
		var question dnsmessage.Message
		if question.Unpack(buffer[:n]) != nil || len(question.Questions) != 1 {
			continue
		}
		if answer, err := answerTo(question, addresses); err == nil {
			_, _ = conn.WriteTo(answer, from)
		}
	}
}

func answerTo(question dnsmessage.Message, addresses []netip.Addr) ([]byte, error) {
	q := question.Questions[0]
	answer := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: question.ID, Response: true, Authoritative: true, RecursionAvailable: true},
		Questions: question.Questions,
	}
	if q.Type == dnsmessage.TypeA {
		for _, a := range addresses {
			answer.Answers = append(answer.Answers, dnsmessage.Resource{
				Header: dnsmessage.ResourceHeader{Name: q.Name, Class: dnsmessage.ClassINET, TTL: 1},
				Body:   &dnsmessage.AResource{A: a.As4()},
			})
		}
	}
	return answer.Pack()
}
