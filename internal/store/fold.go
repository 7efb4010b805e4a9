// Package store holds what the stores of the record have in common. Each store is a package
// below it, and package storetest says how all of them behave.
package store

import (
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold gives the form in which texts are compared when case and the way of typing do not
// matter: Unicode case folding between two compatibility normalizations (NFKC). "ＳＴＲＡSSE"
// and "straße" fold to one text; accents stay, so "Zoe" does not find "Zoë".
func Fold(text string) string {
	return norm.NFKC.String(cases.Fold().String(norm.NFKC.String(text)))
}
