package httpapi

import (
	"encoding/csv"
	"net/http"
	"regexp"
	"strings"
)

// sheet answers a call with a table as CSV (RFC 4180), while it is being read. Its head is
// sent with the first row: until then the call can still be refused.
type sheet struct {
	call    *call
	name    string
	columns []string
	csv     *csv.Writer // nil before the first row
}

// newSheet names the file that browsers save. The name must need no quoting; one that
// holds anything else belongs to nothing that is found.
func (c *call) newSheet(name string, columns []string) *sheet {
	return &sheet{call: c, name: name, columns: columns}
}

func (s *sheet) begin() error {
	if s.csv != nil {
		return nil
	}
	header := s.call.writer.Header()
	header.Set("Content-Type", "text/csv; charset=utf-8")
	header.Set("Content-Disposition", `attachment; filename="`+s.name+`"`)
	s.call.writer.WriteHeader(http.StatusOK)
	s.call.writer.WriteHeaderNow()
	s.csv = csv.NewWriter(s.call.writer)
	s.csv.UseCRLF = true
	return s.csv.Write(s.columns)
}

func (s *sheet) row(cells []string) error {
	if err := s.begin(); err != nil {
		return err
	}
	for i, cell := range cells {
		cells[i] = asText(cell)
	}
	return s.csv.Write(cells)
}

// end sends what is left; a table without rows has its headings.
func (s *sheet) end() error {
	if err := s.begin(); err != nil {
		return err
	}
	s.csv.Flush()
	return s.csv.Error()
}

// formulaSigns begin what spreadsheets take for a formula, or skip to find one. The last
// four are the wide forms of the first.
const formulaSigns = "=+-@\t\r\n＝＋－＠"

// formulaInside finds a formula that begins a cell for those spreadsheets which end cells at
// semicolons or tabs: many do where the comma stands in numbers.
var formulaInside = regexp.MustCompile(`([;\t] *)([-=+@＝＋－＠])`)

// asText keeps a spreadsheet from computing what people wrote: an apostrophe says that a
// cell is text.
func asText(cell string) string {
	cell = formulaInside.ReplaceAllString(cell, "$1'$2")
	if cell != "" && strings.ContainsRune(formulaSigns, []rune(cell)[0]) {
		return "'" + cell
	}
	return cell
}
