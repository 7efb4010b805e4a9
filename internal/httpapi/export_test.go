package httpapi

// WithoutSecrets gives the tests the form in which a body is kept.
func WithoutSecrets(body string) string { return withoutSecrets(body) }
