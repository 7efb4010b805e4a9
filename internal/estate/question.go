package estate

import "github.com/tenantry/tenantry/internal/tenancy"

// Case is a question with the answer that it has to have.
type Case struct {
	tenancy.Question
	Allowed bool
}

// athomeShare is one in how many of the allowed questions is about the root, where the
// groups are homed. There are fewer of these than of those about links.
const athomeShare = 8

// Question is the n-th of a sequence that goes all over the estate. Every second one is to
// be allowed. None of the first [Shape.Questions] comes twice.
func (s Shape) Question(n int) Case {
	i := n / 2
	if n%2 == 1 {
		denied := s.denied()
		return denied[i%len(denied)](s, i)
	}
	if i%athomeShare == 0 {
		return s.athome(i / athomeShare)
	}
	return s.member(i)
}

// Questions is how many questions are asked before one may come again.
func (s Shape) Questions() int {
	members := s.Trees * s.Organizations * s.Links * s.People * permissions
	athome := s.Trees * s.Groups * s.People * permissions
	return 2 * min(members, athomeShare*athome)
}

// denied are the ways to be denied in this estate: where all groups are linked nobody is
// an outsider, and in one tree nobody a stranger.
func (s Shape) denied() []func(Shape, int) Case {
	ways := []func(Shape, int) Case{Shape.overreach}
	if s.Links < s.Groups {
		ways = append(ways, Shape.outsider)
	}
	if s.Trees > 1 {
		ways = append(ways, Shape.stranger)
	}
	return ways
}

// member asks for what a member of a linked group holds.
func (s Shape) member(i int) Case {
	d := s.digits(i, s.Links)
	group := s.linked(d.organization, d.link)
	return Case{s.ask(s.Person(d.tree, group, d.person), held(group)[d.permission], d), true}
}

// overreach asks for what the group of a member does not give.
func (s Shape) overreach(i int) Case {
	d := s.digits(i, s.Links)
	group := s.linked(d.organization, d.link)
	return Case{s.ask(s.Person(d.tree, group, d.person), notHeld(group)[d.permission], d), false}
}

// outsider asks for a member of a group that is linked elsewhere in the tree.
func (s Shape) outsider(i int) Case {
	d := s.digits(i, s.Groups-s.Links)
	group := s.unlinked(d.organization, d.link)
	return Case{s.ask(s.Person(d.tree, group, d.person), held(group)[d.permission], d), false}
}

// stranger asks for somebody of another tree.
func (s Shape) stranger(i int) Case {
	d := s.digits(i, s.Links)
	group := s.linked(d.organization, d.link)
	return Case{s.ask(s.Person((d.tree+1)%s.Trees, group, d.person), held(group)[d.permission], d), false}
}

// athome asks for a member of a group in the organization that the group is homed in.
func (s Shape) athome(i int) Case {
	home := s
	home.Organizations = 1
	d := home.digits(i, s.Groups)
	return Case{question(s.Person(d.tree, d.link, d.person), held(d.link)[d.permission], s.Root(d.tree)), true}
}

func (s Shape) ask(user, permission string, d digits) tenancy.Question {
	return question(user, permission, s.Organization(d.tree, d.organization))
}

func question(user, permission, organization string) tenancy.Question {
	return tenancy.Question{
		Subject:    tenancy.Object{Type: "user", ID: user},
		Permission: permission,
		Resource:   tenancy.Object{Type: "organization", ID: organization},
	}
}

// digits say what a question is about. link counts the groups of the organization.
type digits struct{ tree, organization, link, person, permission int }

// spreadStep is a prime above the number of questions of any kind, so its multiples reach
// each of them once before they begin again, in an order without a pattern.
const spreadStep = 2_654_435_761

// digits takes apart the i-th of all questions of a kind.
func (s Shape) digits(i, links int) (d digits) {
	n := s.Trees * s.Organizations * links * s.People * permissions
	rest := int(int64(i%n) * spreadStep % int64(n))
	for _, digit := range []struct {
		of  *int
		max int
	}{
		{&d.tree, s.Trees}, {&d.organization, s.Organizations}, {&d.link, links},
		{&d.person, s.People}, {&d.permission, permissions},
	} {
		*digit.of, rest = rest%digit.max, rest/digit.max
	}
	return d
}
