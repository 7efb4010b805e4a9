package proof

var (
	authenticator = place{"internal/authn/authenticator.go", "internal/authn"}
	keyForm       = place{"internal/authn/key.go", "internal/authn"}
	userToken     = place{"internal/authn/token.go", "internal/authn"}
	tokenClaims   = place{"internal/authn/claims.go", "internal/authn"}
	signed        = place{"internal/authn/signature.go", "internal/authn"}
	issuerKeys    = place{"internal/authn/issuerkeys.go", "internal/authn"}
	rows          = place{"internal/tenancy/row.go", "internal/authn"}

	configured = place{"internal/config/config.go", "internal/config"}
	clustered  = place{"internal/config/cluster.go", "internal/config"}
	mailed     = place{"internal/config/mail.go", "internal/config"}
	oidc       = place{"internal/config/oidc.go", "internal/config"}
	rates      = place{"internal/config/ratelimit.go", "internal/config"}

	callers  = place{"internal/httpapi/caller.go", "internal/httpapi"}
	headers  = place{"internal/httpapi/header.go", "internal/httpapi"}
	calls    = place{"internal/httpapi/call.go", "internal/httpapi"}
	bodies   = place{"internal/httpapi/body.go", "internal/httpapi"}
	decoding = place{"internal/httpapi/decode.go", "internal/httpapi"}
	cursors  = place{"internal/httpapi/cursor.go", "internal/httpapi"}
	repeats  = place{"internal/httpapi/repeat.go", "internal/httpapi"}
	limits   = place{"internal/httpapi/limits.go", "internal/httpapi"}
	buckets  = place{"internal/httpapi/ratelimit/buckets.go", "internal/httpapi/ratelimit"}
)

// inCallers are the refusals of credentials.
var inCallers = []Mutant{
	authenticator.mutant("bootstrap-key", "attack 24", "Authenticate", "subtle.ConstantTimeCompare(presented, a.bootstrap) == 1", always, "TestBootstrapKey", "TestAlteredKeys"),
	authenticator.mutant("bootstrap-key-short", "attack 24", "New", "n < MinBootstrapKeyLength || n > maxKeyLength", never, "TestBootstrapKeyLength"),
	authenticator.mutant("key-secret", "attack 24", "Authenticate", "!same || !key.RevokedAt.IsZero()", "!key.RevokedAt.IsZero() || same && false", "TestAlteredKeys"),
	authenticator.mutant("key-revoked", "attack 25", "Authenticate", "!same || !key.RevokedAt.IsZero()", "!same", "TestRevokedKey"),
	authenticator.mutant("key-in-constant-time", "attack 24", "Authenticate", "same := subtle.ConstantTimeCompare(presented, key.Hash) == 1", "same := string(presented) == string(key.Hash)", "TestSecretsAreComparedInConstantTime").
		equivalent("it answers the same, in a time that tells; TestSecretsAreComparedInConstantTime reads the source, which here stays as it is"),
	authenticator.mutant("access-key-secret", "attack 24", "machine", "!same || !key.Good(now)", "!key.Good(now) || same && false", "TestAlteredAccessKeys"),
	authenticator.mutant("access-key-good", "attack 25, R-70", "machine", "!same || !key.Good(now)", "!same || !key.Good(now) && false", "TestR70AccessKeysEnd"),
	authenticator.mutant("key-none", "attack 24", "orNone", "errors.Is(err, tenancy.ErrNoRow)", never, "TestAlteredKeys", "TestAlteredAccessKeys"),
	authenticator.mutant("key-record-fails", "attack 31, R-81", "orNone", "return none, tenancy.Unavailable(tenancy.CodeStoreUnavailable, err)", "return none, nil", "TestRecordFails", "TestRecordOfAccessKeysFails"),
	authenticator.mutant("key-hashed", "attack 34", "Authenticate", `text == "" || len(text) > maxKeyLength`, never, "TestAlteredKeys", "TestBootstrapKeyLength").
		equivalent("no such text is a key; this spares hashing what somebody unknown has sent, which the limit of headers bounds too"),
	keyForm.mutant("key-form", "attack 24", "parseKeyID", "i < 0 || len(text)-i-1 != secretLength", "i < 0", "TestOnlyKeysAreLookedUp"),
	rows.mutant("access-key-suspended", "attack 25, D-7", "Good", "!k.Suspended && ", "", "TestR70AccessKeysEnd"),
	rows.mutant("access-key-revoked", "attack 25, R-70", "ended", "!k.RevokedAt.IsZero() || ", "", "TestR70AccessKeysEnd"),
	rows.mutant("access-key-expired", "attack 25, R-70", "ended", " || !k.ExpiresAt.IsZero() && !at.Before(k.ExpiresAt)", "", "TestR70AccessKeysEnd"),
	rows.mutant("access-key-instant", "attack 19, R-70", "ended", "!at.Before(k.ExpiresAt)", "at.After(k.ExpiresAt)", "TestR70AccessKeysEnd"),
	userToken.mutant("token-claims", "attack 28", "Tokens.Authenticate", "!t.accepts(claims)", never, "TestBrokenTokens"),
	userToken.mutant("token-user", "attack 28, attack 7", "Tokens.Authenticate", " || !tenancy.ValidUserID(user)", "", "TestBrokenTokens", "TestTheUsersClaim"),
	userToken.mutant("token-long", "attack 34", "Tokens.Authenticate", "len(text) > maxTokenLength", never, "TestBrokenTokens"),
	userToken.mutant("token-expired", "attack 28", "accepts", "!given || !now.Before(expires.Add(t.issuer.Skew))", "!given || expires.IsZero() && now.IsZero()", "TestBrokenTokens"),
	userToken.mutant("token-endless", "attack 28", "accepts", "!given || ", "given && ", "TestBrokenTokens"),
	userToken.mutant("token-early", "attack 28", "accepts", "!readable || at.After(now.Add(t.issuer.Skew))", "!readable || at.After(now.Add(t.issuer.Skew)) && false", "TestBrokenTokens"),
	userToken.mutant("token-issuer", "attack 28", "accepts", `c.text("iss") == t.issuer.URL && `, "", "TestBrokenTokens"),
	userToken.mutant("token-audience", "attack 28", "accepts", ` && c.isFor(t.issuer.Audience)`, "", "TestBrokenTokens"),
	userToken.mutant("token-issuer-unreachable", "attack 31, R-81", "verify", "signature.failed != nil", never, "TestTheIssuerIsDown"),
	tokenClaims.mutant("token-claim-twice", "attack 28", "readClaims", "twice || ", "twice && false || ", "TestBrokenTokens"),
	signed.mutant("token-canonical", "attack 28", "VerifySignature", "canonical != text || ", "canonical != text && false || ", "TestBrokenTokens"),
	signed.mutant("token-type", "attack 28", "VerifySignature", " || !isTypeOfToken(header)", "", "TestBrokenTokens"),
	signed.mutant("token-signature", "attack 28", "VerifySignature", "if payload, err := token.Verify(key.Key); err == nil {\n\t\t\treturn payload, nil", "if payload := token.UnsafePayloadWithoutVerification(); true {\n\t\t\treturn payload, nil", "TestBrokenTokens"),
	signed.mutant("token-key-algorithm", "attack 28", "VerifySignature", `key.Algorithm != "" && key.Algorithm != header.Algorithm`, never, "TestBrokenTokens", "TestKeysComeFromTheIssuer"),
	issuerKeys.mutant("issuer-key-named", "attack 28", "look", "key.KeyID == id || ", "key.KeyID == id || len(id) > 0 || ", "TestBrokenTokens", "TestKeysChange"),
	issuerKeys.mutant("issuer-asked-often", "attack 34", "due", "!k.asked.IsZero() && now.Sub(k.asked) < askPause", never, "TestTheIssuerIsDown", "TestKeysChange"),
	place{"internal/authn/token.go", "internal/authn"}.mutant("token-algorithms", "attack 28", "", "jose.SignatureAlgorithm{jose.RS256, jose.ES256}", "jose.SignatureAlgorithm{jose.RS256, jose.ES256, jose.HS256}", "TestBrokenTokens").
		equivalent("the verifier has a list of its own, and the issuer's keys are public ones, with which no HMAC is verified: three guards in a row"),
}

// inEdge are the refusals of configuration, and of requests before they reach the domain.
var inEdge = []Mutant{
	configured.mutant("config-key", "attack 24", "Validate", `k.key != "" && (len(k.key) < minKeyLength || len(k.key) > maxKeyLength)`, never, "TestAllThatIsWrongIsSaidAtOnce"),
	configured.mutant("config-auditor", "attack 24", "Validate", `c.ZedKey != "" && c.ZedKey == c.AuditorKey`, never, "TestAllThatIsWrongIsSaidAtOnce"),
	configured.mutant("config-address", "config", "Validate", "!validAddress(l.address)", never, "TestAllThatIsWrongIsSaidAtOnce"),
	configured.mutant("config-timeout", "attack 34", "Validate", "c.RequestTimeout <= 0 || c.DrainTimeout <= 0", never, "TestAllThatIsWrongIsSaidAtOnce"),
	configured.mutant("config-body", "attack 34", "Validate", "c.MaxBody < 1 || c.DecisionCache < 1", never, "TestAllThatIsWrongIsSaidAtOnce"),
	configured.mutant("config-idempotency", "config", "Validate", "c.IdempotencyTTL <= 0", never, "TestAllThatIsWrongIsSaidAtOnce"),
	configured.mutant("config-public-url", "attack 33", "Validate", `c.PublicURL != "" && (!validEndpoint(c.PublicURL) || strings.ContainsAny(c.PublicURL, "?#"))`, never, "TestPublicURL"),
	configured.mutant("config-endpoint-password", "attack 33", "validEndpoint", "u.User == nil && ", "", "TestTracesGoToAURL", "TestPublicURL"),
	configured.mutant("config-log-level", "config", "Validate", "if _, err := c.Level(); err != nil {", "if _, err := c.Level(); err != nil && false {", "TestAllThatIsWrongIsSaidAtOnce"),
	configured.mutant("config-data", "config", "validateData", `c.Data == ""`, never, "TestAllThatIsWrongIsSaidAtOnce"),
	clustered.mutant("config-database", "config", "Database.validate", `err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" || strings.Trim(u.Path, "/") == ""`, never, "TestCluster"),
	clustered.mutant("config-database-twice", "config", "read", `d.URL != ""`, never, "TestURLFile"),
	clustered.mutant("config-half-a-cluster", "config", "validateMode", "c.Database.InCluster() != c.SpiceDB.InCluster()", never, "TestCluster"),
	oidc.mutant("config-issuer-https", "attack 28", "validIssuer", `u.Scheme == "https" || u.Scheme == "http" && isThisMachine(u.Hostname())`, always, "TestOIDC"),
	oidc.mutant("config-audience", "attack 28", "validate", `(o.Issuer == "") != (o.Audience == "")`, never, "TestOIDC"),
	oidc.mutant("config-user-claim", "attack 28", "validate", `o.UserClaim == ""`, never, "TestOIDC"),
	oidc.mutant("config-skew", "attack 28", "validate", "o.ClockSkew < 0 || o.ClockSkew > maxClockSkew", never, "TestOIDC"),
	mailed.mutant("config-mail-plain", "attack 33", "validate", `m.SMTPUser != "" {`, `m.SMTPUser != "" && false {`, "TestMail"),
	mailed.mutant("config-mail-cooldown", "attack 22", "validate", "m.InvitationCooldown <= 0 || m.InvitationTTL <= 0", never, "TestMail"),
	rates.mutant("config-rate", "attack 34", "Set", "!ratePerSecond.MatchString(rate)", never, "TestRateLimit"),
	rates.mutant("config-rate-burst", "attack 34", "Set", "!rateBurst.MatchString(burst)", never, "TestRateLimit"),
	rates.mutant("config-rate-of-none", "attack 34", "Set", "if given {\n\t\t\treturn", "if given && false {\n\t\t\treturn", "TestRateLimit"),
	mailed.mutant("config-mail-link", "attack 17", "validLink", `strings.HasPrefix(before, u.Scheme+"://"+u.Host+"/")`, always, "TestMail"),

	callers.mutant("bearer-twice", "attack 27", "bearer", "len(values) != 1", "len(values) < 1", "TestCredentialsThatDoNotFit"),
	callers.mutant("bearer-scheme", "attack 24", "bearer", `ok && strings.EqualFold(scheme, "Bearer")`, "ok && len(scheme) > 0", "TestCredentialsThatDoNotFit"),
	callers.mutant("act-as-twice", "attack 27", "actAs", "len(values) > 1 || ", "", "TestCredentialsThatDoNotFit"),
	callers.mutant("act-as-form", "attack 27, attack 7", "actAs", "!tenancy.ValidUserID(values[0])", never, "TestCredentialsThatDoNotFit"),
	callers.mutant("act-as-machine", "attack 27", "actAs", " || !mayActForUsers(c.caller)", "", "TestAMachineActsForNobody", "TestAUsersTokenActsForNobody"),
	callers.mutant("act-as-token", "attack 27", "mayActForUsers", "caller.Kind == tenancy.PlatformKey || caller.Kind == tenancy.ConsoleKey", "caller.Kind != tenancy.MachineKey", "TestAUsersTokenActsForNobody"),
	callers.mutant("act-as-ignored", "attack 27", "actAs", "c.caller.UserID = values[0]", "", "TestPlatformKeyActsForUser"),
	headers.mutant("current-organization-twice", "attack 2", "readHeaders", `len(values) > 1 || values[0] == "" || !readable(values[0])`, never, "TestNothingIsIgnored"),
	headers.mutant("request-id-form", "attack 33", "requestID", "requestIDForm.MatchString(values[0])", "len(values[0]) > 0", "TestRequestID"),
	calls.mutant("path-readable", "attack 6", "readPath", "err != nil || !readable(value)", "err != nil", "TestStrangeIDs", "TestStrangeNewIDs", "TestNothingIsIgnored"),
	calls.mutant("body-where-none", "attack 34", "refuseBody", "c.request.ContentLength != 0 && !c.route.takesBody()", never, "TestBodiesThatDoNotFit"),
	bodies.mutant("body-length", "attack 34", "receiveBody", "c.request.ContentLength > c.MaxBodyBytes", never, "TestBodyLimit").
		equivalent("what is too long is refused when it is read, too; this spares receiving it"),
	bodies.mutant("body-stream", "attack 34", "receiveBody", "http.MaxBytesReader(c.writer, c.request.Body, c.MaxBodyBytes)", "http.MaxBytesReader(c.writer, c.request.Body, 16*c.MaxBodyBytes)", "TestBodyLimitWhileStreaming"),
	bodies.mutant("body-type", "attack 12", "receiveBody", "len(text) > 0 && !isJSON(c.request.Header)", never, "TestBodiesThatDoNotFit", "TestContentTypesThatFit"),
	decoding.mutant("body-json", "attack 12", "decode", "!json.Valid(text)", never, "TestDecodeRefuses", "TestBodiesThatDoNotFit"),
	decoding.mutant("body-unknown-field", "attack 12, attack 17", "object", "!known", "!known && i > 1000", "TestDecodeRefuses", "TestNothingIsIgnored"),
	decoding.mutant("body-field-twice", "attack 12", "object", "if given[i] {", "if given[i] && false {", "TestDecodeRefuses"),
	decoding.mutant("body-text", "attack 6", "string", "!isText(text)", never, "TestDecodeRefuses"),
	cursors.mutant("cursor-bond", "attack 5", "after", "!hmac.Equal(bond, c.cursorBond(after))", never, "TestCursorForged", "TestCursorOfAnother"),
	cursors.mutant("cursor-short", "attack 5", "after", " || len(raw) <= cursorBondLength", "", "TestCursorForged"),
	cursors.mutant("cursor-strict", "attack 5", "after", "base64.RawURLEncoding.Strict()", "base64.RawURLEncoding", "TestCursorForged"),
	cursors.mutant("cursor-lines", "attack 5", "after", `strings.ContainsAny(text, "\r\n")`, never, "TestCursorForged"),
	cursors.mutant("cursor-caller", "attack 5", "cursorBond", "string(c.caller.Kind), c.caller.KeyID, c.caller.UserID, c.caller.CurrentOrganization,", "", "TestCursorOfAnother"),
	cursors.mutant("cursor-list", "attack 5", "cursorBond", "c.route.Operation, c.request.URL.EscapedPath(), question.Encode(),", "", "TestCursorOfAnother"),
	repeats.mutant("repeat-secret", "attack 33", "withoutSecrets", `secretMember.ReplaceAllString(body, "")`, "body", "TestSecretsAreNotKept"),
	repeats.mutant("repeat-digest", "R-82", "requestDigest", "_, _ = digest.Write(body) // never fails", "_ = body", "TestRepeatsGetTheFirstAnswer", "TestRepeatsOfOthersAreNone", "TestKeysThatAreNone"),
	buckets.mutant("rate-taken", "attack 34", "Take", "bucket.AllowN(now, 1)", always, "TestBurstAndRate", "TestNobodyTakesMoreThanTheLimit"),
	buckets.mutant("rate-asked", "attack 24", "Wait", "return max(b.lacking(bucket, b.now()), 0)", "return min(b.lacking(bucket, b.now()), 0)", "TestBurstAndRate"),
	buckets.mutant("rate-shared", "attack 34", "of", "bucket, _ := b.buckets.SetIfAbsent(key, rate.NewLimiter(rate.Limit(b.limit.PerSecond), b.limit.Burst))", "bucket := rate.NewLimiter(rate.Limit(b.limit.PerSecond), b.limit.Burst)\n\tb.buckets.Set(key, bucket)", "TestWhoComesAtOnceSharesABucket"),
	buckets.mutant("rate-memory", "attack 34", "New", "MaximumSize: most", "MaximumSize: 1000 * most", "TestMemoryIsBounded"),
	limits.mutant("rate-off", "attack 34", "newLimits", "limit == (ratelimit.Limit{})", always, "TestCallersAreCountedEachForHimself", "TestGuessesAreLimitedByAddress"),
	limits.mutant("rate-guesses", "attack 24", "admit", "limited(l.strangers.Wait(placeOf(address)))", unrefused, "TestGuessesAreLimitedByAddress"),
	limits.mutant("rate-known", "attack 24", "admit", "_, good := l.good.GetIfPresent(sha256.Sum256([]byte(credential))); good", "_, good := l.good.GetIfPresent(sha256.Sum256([]byte(credential))); good && false", "TestGuessesKeepNobodyOutWhoIsKnown"),
	limits.mutant("rate-tokens", "attack 24", "admit", "authn.IsToken(credential)", never, "TestGuessesKeepNobodyOutWhoIsKnown"),
	limits.mutant("rate-bad", "attack 24", "judged", "refused && e.Code == tenancy.CodeUnauthenticated", never, "TestGuessesAreLimitedByAddress", "TestStrangersAreLimitedByAddress"),
	limits.mutant("rate-failing", "attack 31", "judged", "e.Code == tenancy.CodeUnauthenticated", always, "TestOnlyGuessesCountForTheAddress"),
	limits.mutant("rate-revoked", "attack 25", "judged", "l.good.Invalidate(sum)", "", "TestGuessesKeepNobodyOutWhoIsKnown"),
	limits.mutant("rate-strangers", "attack 24", "judged", "often != nil", never, "TestStrangersAreLimitedByAddress"),
	limits.mutant("rate-of-user", "attack 34", "count", "caller.UserID}", `""}`, "TestCallersAreCountedEachForHimself"),
	limits.mutant("rate-of-key", "attack 34", "count", "caller.KeyID, ", `"", `, "TestCallersAreCountedEachForHimself"),
	limits.mutant("rate-place", "attack 24", "placeOf", "bits = 64", "bits = 128", "TestPlaceOf"),
	calls.mutant("rate-limited", "attack 34", "refuseOneTooMany", "c.limited", unrefused, "TestWhoCallsTooOftenIsRefusedEverywhere", "TestCallersAreCountedEachForHimself", "TestTooManyCallsAreNoAnswerToARepeat"),
	callers.mutant("rate-no-credential", "attack 24", "authenticate", `c.limits.judged(from(c.request), "", tenancy.Unauthenticated())`, "tenancy.Unauthenticated()", "TestStrangersAreLimitedByAddress"),
	calls.mutant("rate-address", "attack 24, attack 22", "from", "net.SplitHostPort(r.RemoteAddr)", `net.SplitHostPort(net.JoinHostPort(r.Header.Get("X-Forwarded-For")+r.RemoteAddr, "0"))`, "TestGuessesAreLimitedByAddress"),
	place{"internal/httpapi/serve.go", "internal/httpapi"}.mutant("rate-log", "attack 34", "log", "code == tenancy.CodeRateLimited && !c.limits.tells()", never, "TestRefusedCallsDoNotFillTheLog"),
	place{"internal/httpapi/serve.go", "internal/httpapi"}.mutant("rate-log-user", "attack 33", "log", " || code == tenancy.CodeRateLimited {", " {", "TestRefusedCallsDoNotFillTheLog"),
	place{"internal/tenancy/undertaking.go", "internal/httpapi"}.mutant("if-match", "R-82", "conclude", "u.require(ctx)", unrefused, "TestIfMatchOfAnother", "TestRequiredIfMatch"),
	place{"internal/tenancy/authorize.go", "internal/httpapi"}.mutant("seen-organization (routes)", "attack 1, I-7", "knownOrganization", "err == nil && !visible", never, "TestForeignIDs"),
	place{"internal/tenancy/authorize.go", "internal/httpapi"}.mutant("seen-group (routes)", "attack 1, I-7", "visibleGroup", "err == nil && !visible", never, "TestForeignIDs"),
	place{"internal/tenancy/tenantgroupaccess.go", "internal/httpapi"}.mutant("seen-tenant-group (routes)", "attack 1, I-7", "visibleTenantGroup", "err == nil && !visible", never, "TestForeignIDs"),
	place{"internal/tenancy/invitationchange.go", "internal/httpapi"}.mutant("seen-invitation (routes)", "attack 21, I-7", "visibleInvitation", "err == nil && !visible", never, "TestForeignIDs"),
	place{"internal/tenancy/authorize.go", "internal/httpapi"}.mutant("current-tree (routes)", "attack 2, D-9", "sameTreeAsCurrent", "named && current.RootID != rootID", never, "TestCurrentOrganizationOfAnotherTree"),
	place{"internal/tenancy/linkbatch.go", "internal/httpapi"}.mutant("batch-seen (routes)", "attack 3, I-7", "namedTargets", "op.visibleOrganization(ctx, id)", "op.organization(ctx, id)", "TestForeignIDsInEveryBody"),
	place{"internal/httpapi/serve.go", "internal/httpapi"}.mutant("unknown-caller-named", "attack 33", "log", "status == http.StatusBadRequest || status == http.StatusUnauthorized", never, "TestUnknownCallerIsNotNamedInTheLog", "TestNothingOfCallersIsWatched", "TestLogLine"),
	place{"internal/httpapi/problem.go", "internal/httpapi"}.mutant("private-errors", "attack 33", "problemOf", "e.Detail,", "e.Error(),", "TestPrivateErrorsStayInside"),
	place{"internal/tenancy/checkeach.go", "internal/httpapi"}.mutant("ask-long", "attack 34", "CheckEach", "len(checks) > MaxChecks", never, "TestCheckBatchIsBounded"),
}

var served = place{"internal/server/server.go", "internal/server"}

// inServer are the limits of a connection. A server without a limit on slow callers waits for
// ever, so these are noticed by the time limit.
var inServer = []Mutant{
	served.mutant("headers-bounded", "attack 34", "serve", "MaxHeaderBytes:    l.headerBytes", "MaxHeaderBytes:    100 * l.headerBytes", "TestHeadersAreBounded"),
	served.mutant("slow-headers", "attack 34", "serve", "ReadHeaderTimeout: l.readHeader,\n\t\tReadTimeout:       l.read,", "", "TestSlowCallersAreLeft/nothing"),
	served.mutant("slow-bodies", "attack 34", "serve", "ReadTimeout:       l.read,", "", "TestSlowCallersAreLeft/body"),
}
