package httpapi

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"sync"
)

// scan walks over a JSON text that is known to be valid: so it looks at the one byte that
// tells what comes, and never for what can't be there.
type scan struct {
	text []byte
	at   int
}

// peek is the next byte that is no white space.
func (s *scan) peek() byte {
	for {
		switch c := s.text[s.at]; c {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return c
		}
	}
}

// skip passes the next byte that is no white space, which is c.
func (s *scan) skip(c byte) {
	if s.peek() == c {
		s.at++
	}
}

// more reports whether an array or object has another element, and goes there. The first
// call opens it, the last one closes it.
func (s *scan) more(opened, closed byte) bool {
	switch s.peek() {
	case opened, ',':
		s.at++
	}
	if s.peek() != closed {
		return true
	}
	s.at++
	return false
}

// null passes null, if that comes next.
func (s *scan) null() bool {
	is := s.peek() == 'n'
	if is {
		s.at += len("null")
	}
	return is
}

func (s *scan) boolean() bool {
	is := s.text[s.at] == 't'
	s.at += len("true")
	if !is {
		s.at++
	}
	return is
}

// number is the next number, as it is written.
func (s *scan) number() string {
	begin := s.at
	for s.at < len(s.text) && strings.IndexByte("+-.0123456789Ee", s.text[s.at]) >= 0 {
		s.at++
	}
	return string(s.text[begin:s.at])
}

// quoted is the next text. One without escapes is taken as it stands: what of it is no
// UTF-8 is left for the caller to find.
func (s *scan) quoted() string {
	s.peek()
	begin := s.at
	s.at++
	end := bytes.IndexByte(s.text[s.at:], '"') + s.at
	if bytes.IndexByte(s.text[s.at:end], '\\') < 0 {
		text := string(s.text[s.at:end])
		s.at = end + 1
		return text
	}
	for s.at < len(s.text) && s.text[s.at] != '"' {
		if s.text[s.at] == '\\' {
			s.at++ // whatever is escaped does not end the text
		}
		s.at++
	}
	s.at++
	var text string
	if json.Unmarshal(s.text[begin:s.at], &text) != nil {
		return "\x00" // can't be: the whole text is valid
	}
	return text
}

// members holds, by type of struct, what membersOf found.
var members sync.Map

// membersOf tells the place of each field that has a JSON name, by exactly that name.
func membersOf(t reflect.Type) map[string]int {
	known, _ := members.Load(t)
	found, ok := known.(map[string]int)
	if ok {
		return found
	}
	found = map[string]int{}
	for i := range t.NumField() {
		if tag, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); tag != "" && tag != "-" {
			found[tag] = i
		}
	}
	members.Store(t, found)
	return found
}
