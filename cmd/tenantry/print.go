package main

import (
	"bytes"
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

// jsonList prints a list as the API answers it, item by item: it may be longer than memory.
type jsonList struct {
	w     io.Writer
	begun bool
}

func (l *jsonList) item(item json.RawMessage) error {
	separator := ",\n    "
	if !l.begun {
		separator, l.begun = "{\n  \"items\": [\n    ", true
	}
	var text bytes.Buffer
	text.WriteString(separator)
	if err := json.Indent(&text, item, "    ", "  "); err != nil {
		return err
	}
	_, err := l.w.Write(text.Bytes())
	return err
}

func (l *jsonList) end() error {
	text := "\n  ],\n  \"next_cursor\": \"\"\n}\n"
	if !l.begun {
		text = "{\n  \"items\": [],\n  \"next_cursor\": \"\"\n}\n"
	}
	_, err := io.WriteString(l.w, text)
	return err
}
