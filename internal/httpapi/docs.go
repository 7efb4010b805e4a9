package httpapi

import (
	"context"
	"net/http"
	"sync"

	"github.com/tenantry/tenantry/internal/httpapi/openapi"
)

const mediaHTML = "text/html; charset=utf-8"

// documentation is the description of the API in its two forms. Both are public, as the
// program is: they hold nothing of any tenant.
type documentation struct {
	text func() string
	page func() openapi.Page
}

// documented is made when it is first asked for.
var documented = documentation{
	text: sync.OnceValue(func() string { return string(encode(describe())) }),
	page: sync.OnceValue(func() openapi.Page { return openapi.Render(describe()) }),
}

func getDocument(_ context.Context, c *call) (answer, error) {
	return answer{status: http.StatusOK, text: c.documents.text(), media: mediaJSON}, nil
}

// getDocs answers with one page that needs nothing else, and lets browsers load nothing else.
func getDocs(_ context.Context, c *call) (answer, error) {
	page := c.documents.page()
	c.writer.Header().Set("Content-Security-Policy", page.Policy)
	return answer{status: http.StatusOK, text: page.HTML, media: mediaHTML}, nil
}
