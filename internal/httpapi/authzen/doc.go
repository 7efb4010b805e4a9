// Package authzen speaks the OpenID AuthZEN Authorization API 1.0: it reads what its callers
// ask, in words that may be their own, has the domain decide as for every other caller, and
// says the answer in the same words.
//
// The specification has callers send more than we know: properties, context, fields of later
// versions. They are read over, because no decision of ours depends on them; what is here
// read has to be of its type. So the strictness of the rest of the API does not hold, but for
// one thing: a name that is given twice is refused, or two readers of one request could take
// it for two different ones.
//
// What the domain does not know, a type, an action or an id, is no error: it is denied, and
// found nowhere.
package authzen
