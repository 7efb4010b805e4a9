package measure_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/estate"
	"github.com/tenantry/tenantry/internal/estate/measure"
)

func TestInTurns(t *testing.T) {
	var order []string
	named := func(name string) measure.Measure {
		return measure.Measure{Name: name, Run: func(context.Context, time.Duration) (measure.Run, error) {
			order = append(order, name)
			return measure.Run{PerSecond: float64(len(order))}, nil
		}}
	}
	results, err := measure.InTurns(t.Context(), measure.Plan{Runs: 3}, []measure.Measure{named("a"), named("b")})
	require.NoError(t, err)
	require.Equal(t, []string{"a", "b", "b", "a", "a", "b", "b", "a"}, order)
	require.InDelta(t, 5, results[0].Summary.PerSecond, 0, "the median of 4, 5, 8")
	require.InDelta(t, 6, results[1].Summary.PerSecond, 0, "the median of 3, 6, 7")
	require.InDelta(t, 4.0/5, results[0].Spread, 1e-9)
	require.InDelta(t, 8.0/7, measure.Ratio(results[0], results[1], measure.Rate), 1e-9)
}

func TestWrongAnswerEnds(t *testing.T) {
	server := httptest.NewServer(measure.EmptyGin())
	defer server.Close()
	shape := &measure.Sequence{Shape: estate.Of(1)}
	open := func(next func() estate.Case) measure.Measure {
		return measure.Load("check", 2, func(int) (measure.Caller, error) {
			return measure.NewChecker(server.Listener.Addr().String(), "", next)
		})
	}
	run, err := open(measure.AllAllowed(shape.Next)).Run(t.Context(), 20*time.Millisecond)
	require.NoError(t, err)
	require.Positive(t, run.Calls)
	require.Equal(t, run.Calls, shape.Asked())

	_, err = open(shape.Next).Run(t.Context(), time.Minute)
	require.ErrorContains(t, err, "Allowed:false")
	require.NotErrorIs(t, err, context.Canceled)
}

func TestConn(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/none":
			w.WriteHeader(http.StatusNoContent)
		case "/chunks":
			w.WriteHeader(http.StatusOK)
			w.(http.Flusher).Flush()
		default:
			w.WriteHeader(http.StatusTeapot)
			_, _ = w.Write([]byte(r.Header.Get("X-Test")))
		}
	}))
	defer server.Close()
	conn, err := measure.Dial(server.Listener.Addr().String())
	require.NoError(t, err)
	defer conn.Close()

	status, answer, err := conn.Call(measure.Head("GET", "/", "X-Test: tea"), nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusTeapot, status)
	require.Equal(t, "tea", string(answer))

	status, answer, err = conn.Call(measure.Head("DELETE", "/none"), nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusNoContent, status)
	require.Empty(t, answer)

	_, _, err = conn.Call(measure.Head("GET", "/chunks"), nil)
	require.Error(t, err)
}
