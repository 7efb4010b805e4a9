package storetest

import "github.com/stretchr/testify/require"

var secretTests = map[string]func(world){
	"A secret is made once, and is another one for each name": secretsStay,
}

func secretsStay(w world) {
	secret := func(name string) []byte {
		value, err := w.Secret(w.ctx(), name)
		require.NoError(w.t, err)
		require.Len(w.t, value, 32)
		return value
	}
	first := secret("a")
	require.Equal(w.t, first, secret("a"))
	require.NotEqual(w.t, first, secret("b"))
}
