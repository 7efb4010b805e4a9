package httpapi

import (
	"net/url"
	"strconv"
)

// readQuery takes the query if every parameter is one of the route's, and given once.
func (c *call) readQuery() (err error) {
	if c.request.URL.RawQuery == "" {
		return nil
	}
	c.query, err = url.ParseQuery(c.request.URL.RawQuery)
	if err != nil {
		return malformed("The query is not readable.")
	}
	for name, values := range c.query {
		switch {
		case !c.route.understands(name):
			return malformed("The query parameter %.100q is not known here.", name)
		case len(values) > 1:
			return malformed("The query parameter %q is given more than once.", name)
		case name != "cursor" && !readable(values[0]):
			return malformed("The query parameter %q is not readable.", name)
		}
	}
	return nil
}

// The length of a page of a list.
const (
	defaultLimit = 50
	maxLimit     = 500
)

func (c *call) limit() (int, error) {
	if !c.query.Has("limit") {
		return defaultLimit, nil
	}
	limit, err := strconv.Atoi(c.query.Get("limit"))
	if err != nil || limit < 1 || limit > maxLimit {
		return 0, malformed("\"limit\" is a number from 1 to %d.", maxLimit)
	}
	return limit, nil
}
