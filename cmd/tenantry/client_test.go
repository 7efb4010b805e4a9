package main

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAnInvalidInputSaysWhatIsWrong: who has mistyped a permission is told which there are.
func TestAnInvalidInputSaysWhatIsWrong(t *testing.T) {
	node := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnprocessableEntity)
		_, _ = w.Write([]byte(`{"code":"invalid","detail":"The input is invalid.","errors":[{"field":"permission","message":"must be one of [\"own\"]"}]}`))
	}))
	t.Cleanup(node.Close)
	cl := client{server: node.URL}
	err := cl.call(t.Context(), http.MethodPost, "/v1/check", struct{}{}, nil)
	require.EqualError(t, err, "invalid: The input is invalid.\n  permission must be one of [\"own\"]")
}
