package backup

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// raw stands in a line for bytes, and for a text that is none: JSON can hold neither.
type raw struct {
	Bytes *string `json:"bytes,omitempty"`
	Text  *string `json:"text,omitempty"`
}

// encodable is the form of a value in a line.
func encodable(v any) (any, error) {
	switch v := v.(type) {
	case nil, int64:
		return v, nil
	case string:
		if utf8.ValidString(v) {
			return v, nil
		}
		text := base64.StdEncoding.EncodeToString([]byte(v))
		return raw{Text: &text}, nil
	case []byte:
		text := base64.StdEncoding.EncodeToString(v)
		return raw{Bytes: &text}, nil
	}
	return nil, fmt.Errorf("a backup has no form for a %T", v)
}

// decoded is the value that encodable has put into a line.
func decoded(text json.RawMessage) (any, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if text[0] == '{' {
		decoder.DisallowUnknownFields()
		var r raw
		if err := decoder.Decode(&r); err != nil {
			return nil, err
		}
		return r.value()
	}
	var v any
	if err := decoder.Decode(&v); err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case json.Number:
		return v.Int64()
	case nil, string:
		return v, nil
	}
	return nil, fmt.Errorf("no value of a column: %s", text)
}

func (r raw) value() (any, error) {
	switch {
	case r.Bytes != nil && r.Text == nil:
		return base64.StdEncoding.DecodeString(*r.Bytes)
	case r.Text != nil && r.Bytes == nil:
		text, err := base64.StdEncoding.DecodeString(*r.Text)
		return string(text), err
	}
	return nil, fmt.Errorf("neither bytes nor text")
}
