package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os/exec"
	"syscall"

	"github.com/tenantry/tenantry/internal/estate"
	"github.com/tenantry/tenantry/internal/estate/measure"
	"github.com/tenantry/tenantry/internal/tenancy"
	"github.com/tenantry/tenantry/schema"
)

// writesAtOnce is how many tuples one write takes. It concerns the filling alone.
const writesAtOnce = "1000"

// startOpenFGA serves the estate by a stock OpenFGA.
func startOpenFGA(ctx context.Context, s *stand) ([]measure.Measure, error) {
	path, err := s.build(ctx, openfgaProgram)
	if err != nil {
		return nil, err
	}
	pg, err := s.startPostgres(ctx)
	if err != nil {
		return nil, err
	}
	database := []string{"--datastore-engine=postgres", "--datastore-uri=" + pg.uri}
	if err := command(ctx, path, append([]string{"migrate"}, database...)...); err != nil {
		return nil, err
	}
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	grpc, err := freeAddress()
	if err != nil {
		return nil, err
	}
	serve := exec.Command(path, append([]string{"run", "--http-addr=" + address, "--grpc-addr=" + grpc,
		"--playground-enabled=false", "--metrics-enabled=false", "--log-level=warn",
		"--max-tuples-per-write=" + writesAtOnce}, database...)...)
	if err := s.launch(ctx, address, syscall.SIGTERM, serve); err != nil {
		return nil, err
	}
	if err := ready(ctx, "http://"+address+"/healthz"); err != nil {
		return nil, err
	}
	tell("filling OpenFGA")
	store, err := fillOpenFGA(ctx, "http://"+address, s.questions.Shape)
	if err != nil {
		return nil, err
	}
	if err := analyze(ctx, pg.uri); err != nil {
		return nil, err
	}
	return []measure.Measure{measure.Load(fga, s.callers, func(int) (measure.Caller, error) {
		conn, err := measure.Dial(address)
		return &openfgaChecker{store: store, conn: conn, head: measure.Head("POST", "/stores/"+store.id+"/check"), next: s.questions.Next}, err
	})}, nil
}

// openfgaStore is a store and its model.
type openfgaStore struct{ url, id, model string }

func fillOpenFGA(ctx context.Context, url string, shape estate.Shape) (s openfgaStore, err error) {
	s.url = url
	if s.id, err = post(ctx, url+"/stores", map[string]string{"name": "estate"}, "id"); err != nil {
		return s, err
	}
	model, err := openfgaModel(schema.Text)
	if err != nil {
		return s, err
	}
	if s.model, err = post(ctx, url+"/stores/"+s.id+"/authorization-models", model, "authorization_model_id"); err != nil {
		return s, err
	}
	var tuples []openfgaTuple
	for r, err := range shape.All() {
		if err != nil {
			return s, err
		}
		if tuples = append(tuples, tupleOf(r)); len(tuples) == 1000 {
			if err := s.write(ctx, tuples); err != nil {
				return s, err
			}
			tuples = tuples[:0]
		}
	}
	return s, s.write(ctx, tuples)
}

type openfgaTuple struct {
	User     string `json:"user"`
	Relation string `json:"relation"`
	Object   string `json:"object"`
}

func tupleOf(r tenancy.Relationship) openfgaTuple {
	user := r.Subject.String()
	if r.SubjectRelation != "" {
		user += "#" + r.SubjectRelation
	}
	return openfgaTuple{User: user, Relation: r.Relation, Object: r.Resource.String()}
}

func (s openfgaStore) write(ctx context.Context, tuples []openfgaTuple) error {
	if len(tuples) == 0 {
		return nil
	}
	body := map[string]any{"authorization_model_id": s.model, "writes": map[string]any{"tuple_keys": tuples}}
	_, err := post(ctx, s.url+"/stores/"+s.id+"/write", body, "")
	return err
}

// post sends JSON and returns one field of the answer.
func post(ctx context.Context, url string, body any, field string) (string, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return "", err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(text))
	if err != nil {
		return "", err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	answer := map[string]any{}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return "", err
	}
	if response.StatusCode >= http.StatusMultipleChoices {
		return "", fmt.Errorf("%s was answered %s: %v", url, response.Status, answer)
	}
	value, _ := answer[field].(string)
	return value, nil
}

// openfgaChecker asks OpenFGA over a connection of its own.
type openfgaChecker struct {
	store openfgaStore
	conn  *measure.Conn
	head  string
	body  []byte
	next  func() estate.Case
}

// Close implements [measure.Caller].
func (c *openfgaChecker) Close() error { return c.conn.Close() }

var allowed = []byte(`"allowed":true`)

// Call implements [measure.Caller].
func (c *openfgaChecker) Call(context.Context) error {
	q := c.next()
	c.body = fmt.Appendf(c.body[:0], `{"tuple_key":{"user":"%s","relation":"%s","object":"%s"},"authorization_model_id":"%s"}`,
		q.Subject, q.Permission, q.Resource, c.store.model)
	status, answer, err := c.conn.Call(c.head, c.body)
	if err != nil {
		return err
	}
	if status != http.StatusOK || bytes.Contains(answer, allowed) != q.Allowed {
		return fmt.Errorf("%+v was answered %d %s", q, status, answer)
	}
	return nil
}
