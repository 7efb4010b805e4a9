package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/config"
)

// client asks a running node over its HTTP API.
type client struct {
	server, key, actAs string
	asJSON             bool
}

// clientTimeout bounds one call.
const clientTimeout = 30 * time.Second

// bind declares the flags of a command that asks a node. The key comes from the
// environment alone.
func (cl *client) bind(c *cobra.Command) {
	c.Flags().StringVar(&cl.server, "server", "http://127.0.0.1:8080", "address of the node's HTTP API")
	c.Flags().StringVar(&cl.actAs, "act-as", "", "user to act for; without it a platform key acts as the platform")
	c.Flags().BoolVar(&cl.asJSON, "json", false, "print JSON, as the API answers it")
	c.Long = strings.TrimSpace(c.Long + "\n\nIt asks a running node with the platform or console key in TENANTRY_KEY.")
}

func (cl *client) resolve(c *cobra.Command, getenv func(string) string) error {
	for _, f := range []string{"server", "act-as"} {
		if v := getenv(config.Variable(f)); v != "" && !c.Flags().Changed(f) {
			if err := c.Flags().Set(f, v); err != nil {
				return &invalidError{err}
			}
		}
	}
	cl.key = getenv("TENANTRY_KEY")
	if cl.key == "" {
		return &invalidError{errors.New("TENANTRY_KEY must hold a platform or console key; 'tenantry key create' makes one")}
	}
	return nil
}

// problem is an error answer of the API (RFC 9457).
type problem struct {
	Code   string `json:"code"`
	Detail string `json:"detail"`
	Errors []struct {
		Field   string `json:"field"`
		Message string `json:"message"`
	} `json:"errors"`
}

// Error tells of input that is invalid what is wrong with it: people have typed it.
func (p problem) Error() string {
	text := p.Code + ": " + p.Detail
	for _, e := range p.Errors {
		text += "\n  " + e.Field + " " + e.Message
	}
	return text
}

// call sends a body, or nothing if it is nil, and reads the answer.
func (cl *client) call(ctx context.Context, method, path string, body, answer any) error {
	var text bytes.Buffer
	if err := cl.send(ctx, method, path, body, &text); err != nil {
		return err
	}
	return json.Unmarshal(text.Bytes(), answer)
}

// send copies the answer as it comes. One that breaks off is an error.
func (cl *client) send(ctx context.Context, method, path string, body any, to io.Writer) error {
	ctx, cancel := context.WithTimeout(ctx, clientTimeout)
	defer cancel()
	request, err := cl.request(ctx, method, path, body)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("no node answers at %s: %w", cl.server, err)
	}
	defer response.Body.Close()
	if response.StatusCode >= http.StatusBadRequest {
		return cl.refusal(response)
	}
	if _, err := io.Copy(to, response.Body); err != nil {
		return fmt.Errorf("the answer of %s broke off: %w", cl.server, err)
	}
	return nil
}

func (cl *client) refusal(response *http.Response) error {
	var p problem
	if json.NewDecoder(response.Body).Decode(&p) != nil || p.Code == "" {
		return fmt.Errorf("%s answered %s", cl.server, response.Status)
	}
	return p
}

func (cl *client) request(ctx context.Context, method, path string, body any) (*http.Request, error) {
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(cl.server, "/")+path, content)
	if err != nil {
		return nil, &invalidError{fmt.Errorf("--server: %w", err)}
	}
	request.Header.Set("Authorization", "Bearer "+cl.key)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if cl.actAs != "" {
		request.Header.Set("Act-As-User", cl.actAs)
	}
	return request, nil
}
