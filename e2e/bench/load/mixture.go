package load

// kind is one of those that requests are of.
type kind int

// The kinds. A change is followed by the check of what it was to do.
const (
	check kind = iota
	checkRepeated
	checkBatch
	lookupResources
	lookupSubjects
	rosterPage
	rosterSearch
	groupList
	memberList
	linkList
	selfCheck
	change
	checkChange
	kinds
)

// mixture is how many of a hundred requests are of a kind. README.md has the same table.
var mixture = [kinds]struct {
	name  string
	share int
}{
	check:           {"check", 50},
	checkRepeated:   {"check, repeated", 18},
	checkBatch:      {"batch of 20 checks", 5},
	lookupResources: {"lookup of resources", 4},
	lookupSubjects:  {"lookup of subjects", 2},
	rosterPage:      {"roster, page of 50", 3},
	rosterSearch:    {"roster, search", 1},
	groupList:       {"list of groups", 2},
	memberList:      {"list of members", 2},
	linkList:        {"list of links", 2},
	selfCheck:       {"self check", 10},
	change:          {"change", 1},
	checkChange:     {"check of the change", 0},
}

// asked is how a request of a kind is made.
var asked = [kinds]func(*worker, draw) error{
	check:           (*worker).check,
	checkRepeated:   (*worker).checkRepeated,
	checkBatch:      (*worker).checkBatch,
	lookupResources: (*worker).lookupResources,
	lookupSubjects:  (*worker).lookupSubjects,
	rosterPage:      (*worker).rosterPage,
	rosterSearch:    (*worker).rosterSearch,
	groupList:       (*worker).groupList,
	memberList:      (*worker).memberList,
	linkList:        (*worker).linkList,
	selfCheck:       (*worker).selfCheck,
	change:          (*worker).change,
}

// wholeShare is what all shares are together.
const wholeShare = 100

// kindAt is the kind that a number below wholeShare stands for.
func kindAt(n int) kind {
	for k := range kinds {
		if n -= mixture[k].share; n < 0 {
			return k
		}
	}
	return check
}
