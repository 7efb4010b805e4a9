package tenancy_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// noEnd is when a key without an end ends.
var noEnd time.Time

// moment is an instant in the form of the API, or nil.
func moment(at time.Time) *string {
	if at.IsZero() {
		return nil
	}
	text := at.Format(time.RFC3339Nano)
	return &text
}

// keyAs gives a machine or agent a key, which is named by its id.
func keyAs(actor, organization, subject, id string, end time.Time) call {
	return func(w *world) error {
		_, _, err := w.service.CreateAccessKey(w.ctx, w.as(actor), w.id(organization), tenancy.NewAccessKey{
			Subject: w.object(subject), Name: id, ExpiresAt: moment(end), Credential: w.credential(id),
		})
		return err
	}
}

func rotateAs(actor, organization, id, overlap, next string) call {
	return func(w *world) error {
		_, _, err := w.service.RotateAccessKey(w.ctx, w.as(actor), w.id(organization), w.id(id), overlap, w.credential(next))
		return err
	}
}

func revokeKeyAs(actor, organization, id string) call {
	return func(w *world) error {
		_, err := w.service.RevokeAccessKey(w.ctx, w.as(actor), w.id(organization), w.id(id))
		return err
	}
}

func keysAs(actor, organization string) call {
	return func(w *world) error {
		_, err := w.service.AccessKeys(w.ctx, w.as(actor), w.id(organization), tenancy.PageAll)
		return err
	}
}

func (w *world) credential(id string) tenancy.Credential {
	return tenancy.Credential{ID: w.id(id), Hash: []byte(id)}
}

// key gives a machine or agent a key without an end.
func (w *world) key(organization, subject string) (id string) {
	w.t.Helper()
	id = "key-of-" + subject
	require.NoError(w.t, keyAs("platform", organization, subject, id, time.Time{})(w))
	return id
}

// held is a key as the record has it.
func (w *world) keyOf(id string) (tenancy.AccessKey, bool) {
	w.t.Helper()
	key, err := w.store.AccessKey(w.ctx, w.id(id))
	if err != nil {
		require.ErrorIs(w.t, err, tenancy.ErrNoRow)
	}
	return key, err == nil
}

// good reports whether the next call with a key is answered.
func (w *world) good(id string) bool {
	w.t.Helper()
	key, ok := w.keyOf(id)
	return ok && key.Good(clock.Now())
}

// withKeys is equipped, with a key for pc and one for bot in shop, one for barn in farm and
// one for far in the other tree.
func withKeys(t *testing.T) *world {
	t.Helper()
	w := equipped(t)
	for id, place := range map[string][2]string{
		"pc1": {"shop", "machine:pc"}, "bot1": {"shop", "agent:bot"}, "barn1": {"farm", "machine:barn"}, "far1": {"stall", "machine:far"},
	} {
		require.NoError(t, keyAs("platform", place[0], place[1], id, time.Time{})(w))
	}
	return w
}

// keyed is a change of keys: no relationship follows from one.
var keyed = done("acme")

func TestR70WhoGivesKeys(t *testing.T) {
	never := noEnd
	past, now, soon := clock.Now().Add(-time.Hour), clock.Now(), clock.Now().Add(time.Millisecond)
	run(t, equipped,
		trial{"who views", keyAs("vic", "shop", "agent:bot", "k", never), refused("forbidden", "acme")},
		trial{"who manages machines, to an agent", keyAs("ann", "shop", "agent:bot", "k", never), refused("forbidden", "acme")},
		trial{"an owner above", keyAs("olga", "shop", "machine:pc", "k", never), refused("forbidden", "acme")},
		trial{"an owner below", keyAs("kim", "shop", "machine:pc", "k", never), refused("not-found", "acme")},
		trial{"another tree's owner", keyAs("rita", "shop", "machine:pc", "k", never), refused("not-found", "acme")},
		trial{"a console for nobody", keyAs("console", "shop", "machine:pc", "k", never), refused("forbidden", "service")},
		trial{"to nobody", keyAs("sam", "shop", "machine:nobody", "k", never), refused("not-found", "acme")},
		trial{"to one elsewhere in the tree", keyAs("sam", "shop", "machine:barn", "k", never), refused("not-found", "acme")},
		trial{"to one of another tree", keyAs("platform", "shop", "machine:far", "k", never), refused("not-found", "acme")},
		trial{"to a machine by an agent's name", keyAs("sam", "shop", "machine:bot", "k", never), refused("not-found", "acme")},
		trial{"to a user", keyAs("sam", "shop", "user:sam", "k", never), refused("invalid", "acme")},
		trial{"to a gateway", keyAs("sam", "shop", "gateway:pc", "k", never), refused("invalid", "acme")},
		trial{"to a gateway, by a stranger", keyAs("rita", "shop", "gateway:pc", "k", never), refused("not-found", "acme")},
		trial{"that is past", keyAs("sam", "shop", "machine:pc", "k", past), refused("invalid", "acme")},
		trial{"that ends now", keyAs("sam", "shop", "machine:pc", "k", now), refused("invalid", "acme")},
		trial{"that ends soon", keyAs("sam", "shop", "machine:pc", "k", soon), keyed},
		trial{"who manages machines, to one", keyAs("ann", "shop", "machine:pc", "k", never), keyed},
		trial{"an owner", keyAs("sam", "shop", "agent:bot", "k", never), keyed},
		trial{"the platform", keyAs("platform", "shop", "agent:bot", "k", never), keyed},
	)
}

// TestR70WhoEndsKeys is the same for a rotation as for a revocation.
func TestR70WhoEndsKeys(t *testing.T) {
	for name, end := range map[string]func(actor, organization, id string) call{
		"revoke": revokeKeyAs,
		"rotate": func(actor, organization, id string) call { return rotateAs(actor, organization, id, "", "new") },
	} {
		t.Run(name, func(t *testing.T) {
			run(t, withKeys,
				trial{"who views", end("vic", "shop", "bot1"), refused("forbidden", "acme")},
				trial{"who views, what is not there", end("vic", "shop", "nobody"), refused("forbidden", "acme")},
				trial{"who manages machines, an agent's", end("ann", "shop", "bot1"), refused("forbidden", "acme")},
				trial{"an owner above", end("olga", "shop", "pc1"), refused("forbidden", "acme")},
				trial{"an owner below", end("kim", "shop", "pc1"), refused("not-found", "acme")},
				trial{"another tree's owner", end("rita", "shop", "pc1"), refused("not-found", "acme")},
				trial{"a console for nobody", end("console", "shop", "pc1"), refused("forbidden", "service")},
				trial{"what is not there", end("sam", "shop", "nobody"), refused("not-found", "acme")},
				trial{"what is elsewhere in the tree", end("sam", "shop", "barn1"), refused("not-found", "acme")},
				trial{"what is in another tree", end("platform", "shop", "far1"), refused("not-found", "acme")},
				trial{"who manages machines, one's", end("ann", "shop", "pc1"), keyed},
				trial{"an owner", end("sam", "shop", "bot1"), keyed},
				trial{"the platform", end("platform", "shop", "bot1"), keyed},
			)
			w := withKeys(t)
			require.NoError(t, revokeKeyAs("sam", "shop", "pc1")(w))
			w.expect(refused("not-found", "acme"), end("sam", "shop", "pc1"))
		})
	}
}

func TestD21WhoListsKeys(t *testing.T) {
	run(t, withKeys,
		trial{"who manages machines", keysAs("ann", "shop"), refused("forbidden", "acme")},
		trial{"an owner above", keysAs("olga", "shop"), refused("forbidden", "acme")},
		trial{"another tree's owner", keysAs("rita", "shop"), refused("not-found", "acme")},
		trial{"an owner", keysAs("sam", "shop"), unchanged},
	)
	w := withKeys(t)
	require.NoError(t, revokeKeyAs("sam", "shop", "bot1")(w))
	keys, err := w.service.AccessKeys(w.ctx, w.as("sam"), w.id("shop"), tenancy.PageAll)
	require.NoError(t, err)
	var names []string
	for _, key := range keys {
		names = append(names, key.Name)
	}
	require.Equal(t, []string{"bot1", "pc1"}, names, "also those that have ended, and no others")
}

// TestR70ARevokedKeyIsRefusedAtOnce also where it goes with its holder.
func TestR70ARevokedKeyIsRefusedAtOnce(t *testing.T) {
	w := withKeys(t)
	require.True(t, w.good("pc1"))
	require.NoError(t, revokeKeyAs("ann", "shop", "pc1")(w))
	require.False(t, w.good("pc1"))
	require.True(t, w.good("bot1"))
	require.NoError(t, unregisterAs("sam", "shop", "agent:bot")(w))
	require.False(t, w.good("bot1"))
	require.True(t, w.good("barn1"))
}

func TestR70Rotation(t *testing.T) {
	now := clock.Now()
	for name, c := range map[string]struct {
		overlap  string
		end      time.Time // of the old key, as it was made
		revoked  time.Time
		expires  time.Time // of the old key, after
		next     time.Time // end of the new one
		oldGood  bool
		wantCode tenancy.Code
	}{
		"at once":                     {"", time.Time{}, now, time.Time{}, time.Time{}, false, ""},
		"at once, said so":            {"0s", time.Time{}, now, time.Time{}, time.Time{}, false, ""},
		"less than the record tells":  {"1us", time.Time{}, now, time.Time{}, time.Time{}, false, ""},
		"an hour":                     {"1h", time.Time{}, time.Time{}, now.Add(time.Hour), time.Time{}, true, ""},
		"an hour, of a day":           {"1h", now.Add(24 * time.Hour), time.Time{}, now.Add(time.Hour), now.Add(24 * time.Hour), true, ""},
		"a week, of a day":            {"168h", now.Add(24 * time.Hour), time.Time{}, now.Add(24 * time.Hour), now.Add(24 * time.Hour), true, ""},
		"backwards":                   {"-1h", time.Time{}, time.Time{}, time.Time{}, time.Time{}, true, "invalid"},
		"no span of time":             {"soon", time.Time{}, time.Time{}, time.Time{}, time.Time{}, true, "invalid"},
		"more than there is, and far": {"2540400h", time.Time{}, time.Time{}, now.Add(2540400 * time.Hour), time.Time{}, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := equipped(t)
			require.NoError(t, keyAs("sam", "shop", "machine:pc", "old", c.end)(w))
			require.Equal(t, c.wantCode, codeOf(t, rotateAs("ann", "shop", "old", c.overlap, "new")(w)))
			old, _ := w.keyOf("old")
			require.Equal(t, c.revoked, old.RevokedAt)
			require.Equal(t, c.oldGood, w.good("old"))
			if c.wantCode != "" {
				require.Equal(t, c.end, old.ExpiresAt)
				return
			}
			require.Equal(t, c.expires, old.ExpiresAt)
			next, ok := w.keyOf("new")
			require.True(t, ok)
			want := tenancy.AccessKey{ID: w.id("new"), OrganizationID: w.id("shop"), RootID: w.id("acme"), Subject: w.object("machine:pc"),
				Name: "old", Hash: []byte("new"), CreatedAt: now, ExpiresAt: c.next}
			require.Equal(t, want, next)
		})
	}
}

// TestR13AKeysIDIsNeverUsedTwice also when the key is gone with its machine.
func TestR13AKeysIDIsNeverUsedTwice(t *testing.T) {
	w := withKeys(t)
	require.NoError(t, unregisterAs("sam", "shop", "machine:pc")(w))
	w.register("shop", "machine:pc")
	w.expect(refused("id-used", "acme"), keyAs("sam", "shop", "machine:pc", "pc1", time.Time{}))
	w.expect(refused("id-used", "acme"), rotateAs("sam", "shop", "bot1", "", "far1"))
	require.False(t, w.good("pc1"))
}

// TestNoSecretInTheTrail looks for what is kept of a key.
func TestNoSecretInTheTrail(t *testing.T) {
	w := withKeys(t)
	require.NoError(t, rotateAs("sam", "shop", "pc1", "", "a-hash-like-no-other")(w))
	e := w.last("acme")
	require.Equal(t, map[string]string{"subject": "machine:" + w.id("pc"), "next": w.id("a-hash-like-no-other")}, e.Detail)
	require.Equal(t, tenancy.Object{Type: "access_key", ID: w.id("pc1")}, e.Target)
}
