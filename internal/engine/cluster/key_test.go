package cluster

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func TestTheFileOfTheKeyIsReadAgain(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key")
	require.NoError(t, os.WriteFile(file, []byte(" one\n"), 0o600))
	k, err := newKeys(Config{KeyFile: file})
	require.NoError(t, err)
	now := k.read
	k.now = func() time.Time { return now }
	bearer := func() string {
		header, err := k.GetRequestMetadata(t.Context())
		require.NoError(t, err)
		return header["authorization"]
	}
	require.Equal(t, "Bearer one", bearer())

	require.NoError(t, os.WriteFile(file, []byte("two"), 0o600))
	now = now.Add(keyAge - 1)
	require.Equal(t, "Bearer one", bearer())
	now = now.Add(1)
	require.Equal(t, "Bearer two", bearer())

	require.NoError(t, os.WriteFile(file, nil, 0o600))
	now = now.Add(keyAge)
	require.Equal(t, "Bearer two", bearer(), "somebody writes it just now")
	require.NoError(t, os.Remove(file))
	now = now.Add(keyAge)
	require.Equal(t, "Bearer two", bearer())

	refused := status.Error(codes.PermissionDenied, "")
	require.False(t, k.renewed("two", refused))
	require.NoError(t, os.WriteFile(file, []byte("three"), 0o600))
	require.False(t, k.renewed("two", status.Error(codes.Unavailable, "")))
	require.True(t, k.renewed("two", refused), "at once")
}
