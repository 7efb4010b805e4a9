package measure

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"
)

// Conn is one keep-alive connection of HTTP/1.1 over which one caller asks. It costs the
// caller as little as it can, so that the time goes to who is asked: it knows the few
// things of HTTP that the servers here answer with, and fails on any other.
type Conn struct {
	conn    net.Conn
	reader  *bufio.Reader
	request []byte
	answer  []byte
}

// callTimeout bounds one call, so that a server that hangs ends the measure.
const callTimeout = 30 * time.Second

// Dial connects to a server.
func Dial(address string) (*Conn, error) {
	conn, err := (&net.Dialer{Timeout: callTimeout}).DialContext(context.Background(), "tcp", address)
	if err != nil {
		return nil, err
	}
	return &Conn{conn: conn, reader: bufio.NewReader(conn)}, nil
}

// Close ends the connection.
func (c *Conn) Close() error { return c.conn.Close() }

// Head is the first line and the headers of a request with a JSON body, as [Conn.Call]
// takes them.
func Head(method, path string, headers ...string) string {
	var head strings.Builder
	fmt.Fprintf(&head, "%s %s HTTP/1.1\r\nHost: localhost\r\n", method, path)
	for _, header := range headers {
		head.WriteString(header + "\r\n")
	}
	return head.String()
}

// Call sends a request and reads the answer, which holds until the next call.
func (c *Conn) Call(head string, body []byte) (status int, answer []byte, err error) {
	c.request = append(c.request[:0], head...)
	if body != nil {
		c.request = append(c.request, "Content-Type: application/json\r\nContent-Length: "...)
		c.request = strconv.AppendInt(c.request, int64(len(body)), 10)
		c.request = append(c.request, "\r\n"...)
	}
	c.request = append(append(c.request, "\r\n"...), body...)
	if err := c.conn.SetDeadline(time.Now().Add(callTimeout)); err != nil {
		return 0, nil, err
	}
	if _, err := c.conn.Write(c.request); err != nil {
		return 0, nil, err
	}
	return c.read()
}

const noContent = 204

func (c *Conn) read() (status int, answer []byte, err error) {
	line, err := c.reader.ReadSlice('\n')
	if err != nil {
		return 0, nil, err
	}
	if len(line) < len("HTTP/1.1 200") || !bytes.HasPrefix(line, []byte("HTTP/1.1 ")) {
		return 0, nil, fmt.Errorf("no answer of HTTP/1.1: %.100q", line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, nil, err
	}
	length, err := c.readHeaders()
	if status == noContent {
		return status, nil, err
	}
	if err != nil || length < 0 {
		return status, nil, fmt.Errorf("an answer of %d without a length: %w", status, err)
	}
	if cap(c.answer) < length {
		c.answer = make([]byte, length)
	}
	c.answer = c.answer[:length]
	_, err = io.ReadFull(c.reader, c.answer)
	return status, c.answer, err
}

// readHeaders reads up to the body and returns its length, -1 if no header tells it.
func (c *Conn) readHeaders() (length int, err error) {
	length = -1
	for {
		line, err := c.reader.ReadSlice('\n')
		if err != nil {
			return length, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			return length, nil
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		if len(name) == len("Content-Length") && bytes.EqualFold(name, []byte("Content-Length")) {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return length, err
			}
		}
	}
}
