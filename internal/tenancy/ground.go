package tenancy

// ground is what rows of organizations stand on: what each row has to carry from elsewhere,
// so that it says by itself whether it has force. Who changes one of these facts puts every
// row that belongs to the organizations on the new ground; who makes a row puts it on the
// ground of its organization.
type ground struct {
	rootID string
	// licensed tells whether the tree has an Enterprise licence.
	licensed bool
	// suspended holds the organizations that have no force, because they or one above were
	// suspended (D-7).
	suspended map[string]bool
	// homes are the organizations in which groups are homed, by group.
	homes map[string]string
}

// The rows of people and things that belong to no organization stand by themselves.
func (t Tree) on(ground) Row      { return t }
func (t EndedTree) on(ground) Row { return t }
func (u User) on(ground) Row      { return u }

func (o Organization) on(at ground) Row { return o.placedOn(at) }

func (o Organization) placedOn(at ground) Organization {
	o.RootID, o.Suspended = at.rootID, at.suspended[o.ID]
	return o
}

func (o Owner) on(at ground) Row {
	o.RootID, o.Suspended = at.rootID, at.suspended[o.OrganizationID]
	return o
}

func (s Subscription) on(at ground) Row {
	s.RootID = at.rootID
	return s
}

func (g Group) on(at ground) Row {
	g.RootID, g.Suspended = at.rootID, at.suspended[g.OrganizationID]
	return g
}

func (m Membership) on(at ground) Row {
	m.RootID, m.Suspended = at.rootID, at.suspended[at.homes[m.GroupID]]
	return m
}

// on asks the target alone for suspension: a link goes down, and what is suspended above
// is suspended there too. A tenant group has organizations of its own, which say so themselves;
// then the link asks the group's home.
func (l Link) on(at ground) Row {
	l.RootID, l.Unlicensed, l.Suspended = at.rootID, !at.licensed, at.suspended[l.OrganizationID]
	if l.TenantGroupID != "" {
		l.Suspended = at.suspended[at.homes[l.GroupID]]
	}
	return l
}

// on has no more than the tree: an invitation gives nothing, and whether it may be accepted
// is asked when it is.
func (i Invitation) on(at ground) Row {
	i.RootID = at.rootID
	return i
}

func (r Resource) on(at ground) Row {
	r.RootID, r.Suspended = at.rootID, at.suspended[r.OrganizationID]
	return r
}

func (k AccessKey) on(at ground) Row {
	k.RootID, k.Suspended = at.rootID, at.suspended[k.OrganizationID]
	return k
}

// on asks the root alone for suspension: it holds for all of the tree. A tenant group stays in
// its tree (D-34).
func (g TenantGroup) on(at ground) Row {
	g.RootID, g.Suspended = at.rootID, at.suspended[at.rootID]
	return g
}

func (p TenantGroupPlace) on(at ground) Row {
	p.RootID, p.Suspended = at.rootID, at.suspended[p.OrganizationID]
	return p
}

func (u TenantGroupUser) on(at ground) Row {
	u.RootID, u.Suspended = at.rootID, at.suspended[at.rootID]
	return u
}

// on leaves an administrator alone where the ground tells nothing of his account: what belongs
// to one of the subaccounts that he names changes nothing of himself.
func (a Administrator) on(at ground) Row {
	if suspended, known := at.suspended[a.RootID]; known {
		a.Suspended = suspended
	}
	return a
}
