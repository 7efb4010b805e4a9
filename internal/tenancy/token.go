package tenancy

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"time"
)

// TokenHash is the SHA-256 of the text of an invitation's token, which is all that is kept
// of it. The text has 256 random bits, so its hash needs neither salt nor slowness; and what
// is looked up is the hash, so how long that takes tells nothing about the text.
type TokenHash [sha256.Size]byte

// tokenPrefix lets people and scanners for leaked secrets know a token when they see one.
const tokenPrefix = "tit_"

// NewToken makes the token of an invitation.
func NewToken() (text string, hash TokenHash) {
	var secret [32]byte
	_, _ = rand.Read(secret[:]) // never fails, by its contract
	text = tokenPrefix + base64.RawURLEncoding.EncodeToString(secret[:])
	return text, HashToken(text)
}

// HashToken gives the hash by which a token is found.
func HashToken(text string) TokenHash { return sha256.Sum256([]byte(text)) }

// InvitationToken says how the invited person gets the token of an invitation. Either the
// token is made, and Hash takes the place of an earlier one; or MailAt is given: from then on
// a mail is due, the token is made when it is sent, and an earlier one is good until then.
type InvitationToken struct {
	InvitationID string
	Hash         TokenHash
	MailAt       time.Time
}
