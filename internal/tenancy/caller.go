package tenancy

import "time"

// KeyKind is the kind of a service key, which is also the kind of the caller.
type KeyKind string

// The kinds of service keys (API, "Who calls").
const (
	PlatformKey KeyKind = "platform"
	ConsoleKey  KeyKind = "console"
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
// console key has no rights (API, "Who calls").
type Caller struct {
	Kind                KeyKind
	KeyID               string
	UserID              string
	CurrentOrganization string
	From                string
	RequestID           string

	// undertaking is what the call is part of, nil if it stands for itself.
	undertaking *undertaking
}

// isPlatform reports whether the platform itself acts.
func (c Caller) isPlatform() bool { return c.Kind == PlatformKey && c.UserID == "" }
