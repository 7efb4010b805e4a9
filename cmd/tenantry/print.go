package main

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
)

// oneLine makes joined errors one sentence.
func oneLine(err error) error {
	return errors.New(strings.ReplaceAll(err.Error(), "\n", "; "))
}

// printJSON writes a value for programs.
func printJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
