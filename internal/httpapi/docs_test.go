package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/httpapi"
)

// get asks a service that has nothing behind it, without a key.
func get(path string) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	httpapi.New(httpapi.Config{}).ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, path, nil))
	return recorder
}

// Everybody may read how the service is used, also before it is ready.
func TestDocumentIsPublic(t *testing.T) {
	r := get("/openapi.json")
	require.Equal(t, 200, r.Code)
	require.Equal(t, "application/json", r.Header().Get("Content-Type"))
	require.Equal(t, 200, get("/docs").Code)
}

// The page shows every operation and every schema, and each reference leads somewhere.
func TestDocsShowEverything(t *testing.T) {
	page := get("/docs").Body.String()
	ids := map[string]bool{}
	for _, found := range regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		require.False(t, ids[found[1]], "%s is there twice", found[1])
		ids[found[1]] = true
	}
	for _, found := range regexp.MustCompile(`href="#([^"]*)"`).FindAllStringSubmatch(page, -1) {
		require.True(t, ids[found[1]], "%s is nowhere", found[1])
	}
	for _, route := range httpapi.Routes() {
		require.Contains(t, page, "<code>"+route.Path+"</code>")
	}
	for name := range described().Components.Schemas {
		require.True(t, ids["schema-"+name], name)
	}
}

// The page loads nothing, and its browser lets it load nothing: it is readable without a
// network, and nothing that somebody wrote into it would run.
func TestDocsNeedNothingElse(t *testing.T) {
	r := get("/docs")
	require.Equal(t, "text/html; charset=utf-8", r.Header().Get("Content-Type"))
	policy := r.Header().Get("Content-Security-Policy")
	require.Regexp(t, `^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$`, policy)
	require.NotRegexp(t, `(?i)<script|<link|<img|<iframe| src=|@import|url\(|https?://| on[a-z]+=| style=`, r.Body.String())
}
