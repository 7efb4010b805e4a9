package store

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

// recordSecret is the name of the secret from which the id of a record is made.
const recordSecret = "record"

// idLength is how many bytes of a digest an id has.
const idLength = 16

// ID is the record's own id, which goes with it into every store that it is brought to. It is
// no secret.
func (k Keys) ID(ctx context.Context) (string, error) {
	secret, err := k.Secret(ctx, recordSecret)
	if err != nil {
		return "", err
	}
	digest := sha256.Sum256(secret)
	text := base32.HexEncoding.WithPadding(base32.NoPadding).EncodeToString(digest[:idLength])
	return "rec_" + strings.ToLower(text), nil
}
