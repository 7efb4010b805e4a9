package tenancy_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// The forms of ids are those that the API promises, byte by byte.
func TestFormsOfIDs(t *testing.T) {
	id, userID := regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`), regexp.MustCompile(`^[A-Za-z0-9/_|=+-]{1,128}$`)
	texts := []string{"", "a\n", "é", strings.Repeat("x", 64), strings.Repeat("x", 65), strings.Repeat("x", 128), strings.Repeat("x", 129)}
	for c := range 256 {
		texts = append(texts, string([]byte{byte(c)}), string([]byte{'a', byte(c)}), string([]byte{byte(c), 'a'}))
	}
	for _, text := range texts {
		require.Equal(t, id.MatchString(text), tenancy.ValidID(text), "%q", text)
		require.Equal(t, userID.MatchString(text), tenancy.ValidUserID(text), "%q", text)
	}
}
