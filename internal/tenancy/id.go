package tenancy

import (
	"encoding/base32"
	"strings"

	"github.com/google/uuid"
)

// The forms of ids (API, "Who calls"). Neither lets a wildcard or the separators of
// relationship notation through.
const (
	maxIDLength     = 64
	maxUserIDLength = 128
	idMarks         = "_-"
	userIDMarks     = "/_|=+-"
)

// ValidID reports whether id has the form of an organization's, group's or resource's id:
// 1 to 64 of the characters A-Z a-z 0-9 _ -
func ValidID(id string) bool { return hasForm(id, maxIDLength, idMarks) }

// ValidUserID reports whether id has the form of a user's id: 1 to 128 of those of other
// ids and / | = +
func ValidUserID(id string) bool { return hasForm(id, maxUserIDLength, userIDMarks) }

// hasForm reports whether text has 1 to longest letters and digits of ASCII, and marks.
func hasForm(text string, longest int, marks string) bool {
	if text == "" || len(text) > longest {
		return false
	}
	for _, c := range []byte(text) {
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		if !letter && (c < '0' || c > '9') && strings.IndexByte(marks, c) < 0 {
			return false
		}
	}
	return true
}

var idEncoding = base32.HexEncoding.WithPadding(base32.NoPadding)

// NewID makes an id with the prefix of its kind ("org", "grp"). It is unique and sorts
// by the time of its making: a UUIDv7 in base32 with the extended hex alphabet.
func NewID(prefix string) string {
	id := uuid.Must(uuid.NewV7())
	return prefix + "_" + strings.ToLower(idEncoding.EncodeToString(id[:]))
}
