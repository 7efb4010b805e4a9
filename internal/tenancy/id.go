package tenancy

import (
	"encoding/base32"
	"regexp"
	"strings"

	"github.com/google/uuid"
)

// The forms of ids (API, "Who calls"). Neither lets a wildcard or the separators of
// relationship notation through.
var (
	idForm     = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
	userIDForm = regexp.MustCompile(`^[A-Za-z0-9/_|=+-]{1,128}$`)
)

// ValidID reports whether id has the form of an organization's, group's or resource's id.
func ValidID(id string) bool { return idForm.MatchString(id) }

// ValidUserID reports whether id has the form of a user's id.
func ValidUserID(id string) bool { return userIDForm.MatchString(id) }

var idEncoding = base32.HexEncoding.WithPadding(base32.NoPadding)

// NewID makes an id with the prefix of its kind ("org", "grp"). It is unique and sorts
// by the time of its making: a UUIDv7 in base32 with the extended hex alphabet.
func NewID(prefix string) string {
	id := uuid.Must(uuid.NewV7())
	return prefix + "_" + strings.ToLower(idEncoding.EncodeToString(id[:]))
}
