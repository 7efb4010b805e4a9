package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// table prints rows under headings of fixed widths, each row as soon as it is known.
type table struct {
	w      io.Writer
	widths []int
}

// newTable prints the headings. The last column is as wide as it needs to be.
func newTable(w io.Writer, widths []int, headings ...string) *table {
	t := &table{w: w, widths: widths}
	t.row(headings...)
	line := make([]string, len(headings))
	for i, heading := range headings {
		width := utf8.RuneCountInString(heading)
		if i < len(widths) {
			width = widths[i]
		}
		line[i] = strings.Repeat("─", width)
	}
	t.row(line...)
	return t
}

func (t *table) row(cells ...string) {
	var line strings.Builder
	for i, cell := range cells {
		cell = printable(cell)
		line.WriteString(cell)
		if i < len(t.widths) && i < len(cells)-1 {
			line.WriteString(strings.Repeat(" ", max(1, t.widths[i]-utf8.RuneCountInString(cell)+2)))
		}
	}
	fmt.Fprintln(t.w, "  "+strings.TrimRight(line.String(), " "))
}

// printable keeps what people wrote from steering a terminal.
func printable(text string) string {
	if strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return strconv.Quote(text)
	}
	return text
}
