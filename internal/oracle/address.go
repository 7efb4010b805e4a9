package oracle

import "strings"

// The games write addresses in a few forms only: upper case, plus-tags, and full-width letters.

// wide are full-width letters that mean the same in another Unicode form.
var wide = strings.NewReplacer("ａ", "a", "ｂ", "b", "ｃ", "c", "ｄ", "d", "ｅ", "e")

// exact is an address without regard to case (D-16), "" for what is none.
func exact(email string) string {
	local, domain, ok := strings.Cut(email, "@")
	if !ok || local == "" || !strings.Contains(domain, ".") || strings.ContainsAny(email, " <>") {
		return ""
	}
	return strings.ToLower(email)
}

// mailbox is the address that all forms of one mailbox share.
func mailbox(email string) string {
	local, domain, _ := strings.Cut(strings.ToLower(email), "@")
	local, _, _ = strings.Cut(wide.Replace(local), "+")
	return local + "@" + domain
}
