package httpapi

import (
	"maps"
	"slices"
)

// WithoutSecrets gives the tests the form in which a body is kept.
func WithoutSecrets(body string) string { return withoutSecrets(body) }

// Described gives the tests the operations that have a description.
func Described() []string { return slices.Collect(maps.Keys(descriptions)) }
