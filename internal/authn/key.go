package authn

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// keyPrefixes begin the ids, and so the keys, of each kind (API, "Who calls").
var keyPrefixes = map[tenancy.KeyKind]string{
	tenancy.PlatformKey: "tpk",
	tenancy.ConsoleKey:  "tck",
}

// accessKeyPrefix begins the ids of the keys of machines and agents.
const accessKeyPrefix = "tak"

// secretLength is the length of the secret part of a key: base32, so 260 bits.
const secretLength = 52

// NewServiceKey makes a key of a kind. text is the whole key as its holder sends it; it
// can't be had again from what is kept.
func NewServiceKey(kind tenancy.KeyKind, name string, now time.Time) (key tenancy.ServiceKey, text string, err error) {
	prefix, ok := keyPrefixes[kind]
	if !ok {
		return tenancy.ServiceKey{}, "", fmt.Errorf("%q is no kind of key", kind)
	}
	id, text := newKey(prefix)
	return tenancy.ServiceKey{ID: id, Kind: kind, Name: name, Hash: hash(text), CreatedAt: now}, text, nil
}

// NewAccessKey makes the key of a machine or agent: text is the whole key as its holder
// sends it, and the credential what may be kept of it.
func NewAccessKey() (credential tenancy.Credential, text string) {
	id, text := newKey(accessKeyPrefix)
	return tenancy.Credential{ID: id, Hash: hash(text)}, text
}

func newKey(prefix string) (id, text string) {
	id = tenancy.NewID(prefix)
	return id, id + "_" + newSecret()
}

// newSecret is two texts of rand.Text, each of which has 130 random bits.
func newSecret() string { return rand.Text() + rand.Text() }

// parseKeyID finds the id in the text of a key: all before the last underscore. The rest
// has to have the form of a secret, so that no other text costs a question to the record.
func parseKeyID(text string) (id string, ok bool) {
	i := strings.LastIndexByte(text, '_')
	if i < 0 || len(text)-i-1 != secretLength {
		return "", false
	}
	id = text[:i]
	return id, (isAccessKey(id) || isServiceKey(id)) && tenancy.ValidID(id)
}

func isAccessKey(text string) bool { return strings.HasPrefix(text, accessKeyPrefix+"_") }

func isServiceKey(text string) bool {
	for _, prefix := range keyPrefixes {
		if strings.HasPrefix(text, prefix+"_") {
			return true
		}
	}
	return false
}

// hash needs no salt and no slowness: what it hides has 256 random bits.
func hash(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}
