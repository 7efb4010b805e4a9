package tenancy

import "time"

// KeyKind is the kind of a key, which is also the kind of the caller.
type KeyKind string

// The kinds of credentials (API, "Who calls"). Platforms and consoles have service keys; a
// machine or agent has an [AccessKey].
const (
	PlatformKey KeyKind = "platform"
	ConsoleKey  KeyKind = "console"
	MachineKey  KeyKind = "access"
	// UserToken is a user's own token, of his identity provider: no key, and of nobody else.
	UserToken KeyKind = "user"
)

// ServiceKey is a credential of a platform or a console. The secret itself is not kept:
// Hash is the SHA-256 of the whole key, whose secret part has 256 random bits.
type ServiceKey struct {
	ID        string
	Kind      KeyKind
	Name      string
	Hash      []byte
	CreatedAt time.Time
	RevokedAt time.Time // zero while the key is good
}

// Caller is who calls, as the credential and headers of a request say. With UserID the
// rights are that user's alone; without it a platform key acts as the platform, and a
// console key has no rights (API, "Who calls"). Subject and its tree, RootID, are those of
// an access key alone.
type Caller struct {
	Kind                KeyKind
	KeyID               string
	Subject             Object
	RootID              string
	UserID              string
	CurrentOrganization string
	From                string
	RequestID           string

	// undertaking is what the call is part of, nil if it stands for itself.
	undertaking *undertaking
}

// actor is the credential that calls, as the trail names it: a user's own token is the user.
func (c Caller) actor() Object {
	if c.Kind == UserToken {
		return Object{"user", c.UserID}
	}
	return Object{Type: string(c.Kind) + "_key", ID: c.KeyID}
}

// isPlatform reports whether the platform itself acts.
func (c Caller) isPlatform() bool { return c.Kind == PlatformKey && c.UserID == "" }
