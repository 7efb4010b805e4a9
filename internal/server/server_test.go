package server_test

import (
	"context"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/server"
)

func TestAnAddressInUseIsOneClearError(t *testing.T) {
	first, err := server.Listen(t.Context(), "127.0.0.1:0")
	require.NoError(t, err)
	defer first.Close()
	_, err = server.Listen(t.Context(), first.Addr().String())
	require.EqualError(t, err, "the address "+first.Addr().String()+" is in use by another process")
}

// TestStoppingFinishesWhatRuns stops the server while a call is under way.
func TestStoppingFinishesWhatRuns(t *testing.T) {
	begun, goOn := make(chan struct{}), make(chan struct{})
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(begun)
		<-goOn
		_, _ = io.WriteString(w, "finished")
	})
	ctx, stop := context.WithCancel(t.Context())
	listener, err := server.Listen(ctx, "127.0.0.1:0")
	require.NoError(t, err)
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, listener, handler, time.Minute) }()

	answer := make(chan string, 1)
	go func() { answer <- get("http://" + listener.Addr().String()) }()
	<-begun
	stop()
	close(goOn)
	require.Equal(t, "finished", <-answer)
	require.NoError(t, <-served)
}

// TestStoppingDoesNotWaitForEver gives a call that never ends no time.
func TestStoppingDoesNotWaitForEver(t *testing.T) {
	begun := make(chan struct{})
	handler := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(begun)
		<-r.Context().Done()
	})
	ctx, stop := context.WithCancel(t.Context())
	listener, err := server.Listen(ctx, "127.0.0.1:0")
	require.NoError(t, err)
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, listener, handler, time.Nanosecond) }()
	go get("http://" + listener.Addr().String())
	<-begun
	stop()
	require.ErrorContains(t, <-served, "still running")
}

// get returns the body of the answer, or the error.
func get(url string) string {
	response, err := http.Get(url)
	if err != nil {
		return err.Error()
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func TestTheGateAnswersByWhatWasSetLast(t *testing.T) {
	var gate server.Gate
	say := func(text string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) })
	}
	gate.Set(say("starting"))
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	listener, err := server.Listen(ctx, "127.0.0.1:0")
	require.NoError(t, err)
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, listener, &gate, time.Minute) }()
	require.Equal(t, "starting", get("http://"+listener.Addr().String()))
	gate.Set(say("ready"))
	require.Equal(t, "ready", get("http://"+listener.Addr().String()))
	stop()
	require.NoError(t, <-served)
}
