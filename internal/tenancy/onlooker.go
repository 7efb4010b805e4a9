package tenancy

import (
	"context"
	"errors"
	"strings"
)

// onlooker says what of a forecast its caller may see. A dry run must not be a way to look
// into organizations: what a change does to people and things there is shown to those who
// see the roster there, and what it does to a group to those who see the group. A rest that
// is left out makes the forecast a truncated one.
type onlooker struct {
	op     *operation // reads what was there before the change
	change *operation
	made   map[Object]string // what the change creates, and in which organization
	open   map[Object]bool   // organizations and groups into which the caller sees
	people map[Object]bool   // whom he sees in what else he is shown
}

// shown leaves of a forecast what the caller may see of the state on which was decided. The
// platform sees all, and a console that acts for nobody may ask about everybody.
func (u *undertaking) shown(ctx context.Context, f Forecast) (shown Forecast, err error) {
	if u.caller.UserID == "" {
		return f, nil
	}
	err = u.look(ctx, u.op.attempt, func(ctx context.Context, op *operation) error {
		l := &onlooker{op: op, change: u.op, made: map[Object]string{}, open: map[Object]bool{}, people: map[Object]bool{}}
		l.readMade()
		shown, err = l.leave(ctx, f)
		return err
	})
	return shown, err
}

// readMade opens what is created: its creator owns it.
func (l *onlooker) readMade() {
	for _, rc := range l.change.rows {
		if rc.Before != nil {
			continue
		}
		switch row := rc.After.(type) {
		case Organization:
			l.open[Object{"organization", row.ID}] = true
		case Group:
			l.open[Object{"group", row.ID}] = true
		case TenantGroup:
			l.open[Object{"tenant_group", row.ID}] = true
		case Resource:
			l.made[row.Object()] = row.OrganizationID
		}
	}
}

// leave looks at who sees a group last: whether he is known to the caller depends on all
// else that is shown.
func (l *onlooker) leave(ctx context.Context, f Forecast) (Forecast, error) {
	if err := l.meetOwners(ctx); err != nil {
		return Forecast{}, err
	}
	whole := len(f.Gained) + len(f.Lost)
	for _, may := range []func(context.Context, Question) (bool, error){l.seesPlace, l.knowsPerson} {
		for _, questions := range []*[]Question{&f.Gained, &f.Lost} {
			some, err := those(ctx, *questions, may)
			if err != nil {
				return Forecast{}, err
			}
			*questions = some
		}
	}
	f.Truncated = f.Truncated || len(f.Gained)+len(f.Lost) < whole
	return f, nil
}

func those(ctx context.Context, questions []Question, may func(context.Context, Question) (bool, error)) (some []Question, err error) {
	for _, q := range questions {
		ok, err := may(ctx, q)
		if err != nil {
			return nil, err
		}
		if ok {
			some = append(some, q)
		}
	}
	return some, nil
}

// meetOwners knows the owners of what the change is about, where the roster tells them.
func (l *onlooker) meetOwners(ctx context.Context) error {
	for _, organizations := range l.change.about {
		for _, id := range organizations {
			sees, err := l.sees(ctx, Object{"organization", id})
			if err != nil {
				return err
			}
			if !sees {
				continue
			}
			owners, err := l.op.snap.Owners(ctx, id, PageAll)
			if err != nil {
				return err
			}
			for _, owner := range owners {
				l.people[Object{"user", owner.UserID}] = true
			}
		}
	}
	return nil
}

// seesPlace reports whether the caller sees into where something is given or taken.
func (l *onlooker) seesPlace(ctx context.Context, q Question) (bool, error) {
	place, err := l.placeOf(ctx, q.Resource)
	if err != nil {
		return false, err
	}
	sees, err := l.sees(ctx, place)
	if sees && !isOfGroup(q) {
		l.people[q.Subject] = true
	}
	return sees, err
}

// placeOf is the organization in which a resource is; organizations and groups are places
// themselves.
func (l *onlooker) placeOf(ctx context.Context, resource Object) (Object, error) {
	switch resource.Type {
	case "organization", "group", "tenant_group":
		return resource, nil
	}
	if id, ok := l.made[resource]; ok {
		return Object{"organization", id}, nil
	}
	if id, _, ok := strings.Cut(resource.ID, "/"); ok && resource.Type == "module" {
		return Object{"organization", id}, nil
	}
	r, err := l.op.snap.Resource(ctx, resource)
	if errors.Is(err, ErrNoRow) {
		err = nil
	}
	return Object{"organization", r.OrganizationID}, err
}

func (l *onlooker) sees(ctx context.Context, place Object) (sees bool, err error) {
	if sees, known := l.open[place]; known {
		return sees, nil
	}
	switch place.Type {
	case "group":
		sees, err = l.seesGroup(ctx, place.ID)
	case "tenant_group":
		sees, err = l.seesTenantGroup(ctx, place.ID)
	default:
		sees, err = l.seesRoster(ctx, place.ID)
	}
	if errors.Is(err, ErrNoRow) {
		sees, err = false, nil
	}
	l.open[place] = sees
	return sees, err
}

func (l *onlooker) seesGroup(ctx context.Context, id string) (bool, error) {
	g, err := l.op.group(ctx, id)
	if err != nil {
		return false, err
	}
	return l.op.allowedOnGroup(ctx, g, "view")
}

func (l *onlooker) seesTenantGroup(ctx context.Context, id string) (bool, error) {
	g, err := l.op.tenantGroup(ctx, id)
	if err != nil {
		return false, err
	}
	return l.op.seesTenantGroup(ctx, g)
}

func (l *onlooker) seesRoster(ctx context.Context, id string) (bool, error) {
	o, err := l.op.organization(ctx, id)
	if err != nil {
		return false, err
	}
	return l.op.allowedOn(ctx, o, "view_roster")
}

// isOfGroup tells of who sees a group, or stands in a tenant group. The one may be of any
// organization in which the group is active (D-17), the other of a tenant group above: of
// places of which the caller sees nothing.
func isOfGroup(q Question) bool {
	return q.Resource.Type == "group" && q.Permission == "view" || q.Resource.Type == "tenant_group"
}

// knowsPerson reports whether the caller may know of somebody in a group: he sees him in it,
// or elsewhere.
func (l *onlooker) knowsPerson(ctx context.Context, q Question) (bool, error) {
	if !isOfGroup(q) || l.people[q.Subject] || q.Subject == (Object{"user", l.op.caller.UserID}) {
		return true, nil
	}
	if q.Resource.Type == "tenant_group" {
		return l.standsInTenantGroup(ctx, q)
	}
	for _, role := range []GroupRole{GroupOwner, GroupMember} {
		_, err := l.op.snap.Membership(ctx, q.Resource.ID, role, q.Subject.ID)
		if !errors.Is(err, ErrNoRow) {
			return err == nil, err
		}
	}
	return false, nil
}

// standsInTenantGroup reports whether somebody has a place in the tenant group, or gets one by
// the change.
func (l *onlooker) standsInTenantGroup(ctx context.Context, q Question) (bool, error) {
	for _, rc := range l.change.rows {
		if u, ok := rc.After.(TenantGroupUser); ok && u.UserID == q.Subject.ID {
			return true, nil
		}
	}
	_, err := l.op.snap.TenantGroupUser(ctx, q.Resource.ID, q.Subject.ID)
	if errors.Is(err, ErrNoRow) {
		return false, nil
	}
	return err == nil, err
}
