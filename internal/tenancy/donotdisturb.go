package tenancy

import (
	"fmt"
	"regexp"
	"time"
	_ "time/tzdata" // the program knows time zones also where the machine has none
)

// DoNotDisturb are the times at which an organization does not want to be notified:
// every day from one time of day to another, over midnight if To is the earlier of the two.
// The zero value is none.
//
// What decides is the time that a clock on the wall shows in the time zone. So where clocks
// are set back, a time that comes twice counts both times; one that is skipped where they are
// set forward never comes, and what begins within it begins after it.
type DoNotDisturb struct {
	From     string `json:"from"`      // hours and minutes as 22:00; it begins at From
	To       string `json:"to"`        // and is over at To
	TimeZone string `json:"time_zone"` // by its name in the IANA database
}

// timeOfDay has two digits for each part, so that such texts compare as times do.
const timeOfDay = "15:04"

var timeOfDayForm = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)

// holdsAt fails if the time zone is not known any more: then nobody can tell.
func (d DoNotDisturb) holdsAt(at time.Time) (bool, error) {
	if d == (DoNotDisturb{}) {
		return false, nil
	}
	zone, err := time.LoadLocation(d.TimeZone)
	if err != nil {
		return false, fmt.Errorf("do-not-disturb times: %w", err)
	}
	now := at.In(zone).Format(timeOfDay)
	if d.From < d.To {
		return d.From <= now && now < d.To, nil
	}
	return d.From <= now || now < d.To, nil
}

// doNotDisturb takes nil for no such times. From and To must differ: whether they would mean
// the whole day or nothing, readers would not agree.
func (v *validation) doNotDisturb(d *DoNotDisturb) DoNotDisturb {
	if d == nil {
		return DoNotDisturb{}
	}
	v.timeOfDay("do_not_disturb.from", d.From)
	v.timeOfDay("do_not_disturb.to", d.To)
	v.timeZone("do_not_disturb.time_zone", d.TimeZone)
	if d.From == d.To {
		v.fail("do_not_disturb.to", "must be another time than from")
	}
	return *d
}

func (v *validation) timeOfDay(field, text string) {
	if !timeOfDayForm.MatchString(text) {
		v.fail(field, "must be a time of day from 00:00 to 23:59")
	}
}

// timeZoneForm is that of names in the IANA database. Other names may mean something on this
// machine alone, as "localtime" does.
var timeZoneForm = regexp.MustCompile(`^[A-Z][A-Za-z0-9_+/-]{0,63}$`)

func (v *validation) timeZone(field, name string) {
	_, err := time.LoadLocation(name)
	if err != nil || name == "Local" || !timeZoneForm.MatchString(name) {
		v.fail(field, "must be the name of a time zone as Europe/Berlin")
	}
}
