package tenancy

import (
	"context"
	"slices"
)

// MaxSelfChecks is how many questions a machine or agent may ask in one call.
const MaxSelfChecks = 1000

// selfPermissions are what a machine or agent may ask about itself, by type of resource
// . What people hold is not theirs to ask for.
var selfPermissions = map[string][]string{
	string(BackupConfig):     {"read"},
	string(ConnectionString): {"use"},
	string(EncryptionKey):    {"use"},
	string(BackupReport):     {"submit"},
}

// SelfCheck answers whether the machine or agent whose key it is has a permission on a
// resource. It learns nothing about others: what is in another tree is as what does not
// exist, and no state of a tree is told.
func (s *Service) SelfCheck(ctx context.Context, caller Caller, permission string, resource Object) (bool, error) {
	if err := s.mayAskAboutItself(ctx, caller); err != nil {
		return false, err
	}
	if err := validSelfQuestion(permission, resource); err != nil {
		return false, err
	}
	return s.decisions.CheckWithin(ctx, caller.RootID, Question{caller.Subject, permission, resource})
}

// mayAskAboutItself refuses everybody but machines and agents, the unknown ones first.
func (s *Service) mayAskAboutItself(ctx context.Context, caller Caller) error {
	if caller.Kind == MachineKey {
		return nil
	}
	if err := s.known(ctx, caller); err != nil {
		return err
	}
	return errForbidden("Questions about itself are for a machine or agent, with its access key.")
}

func validSelfQuestion(permission string, resource Object) error {
	var v validation
	known := selfPermissions[resource.Type]
	switch {
	case known == nil:
		oneOf(&v, "resource.type", ResourceType(resource.Type), BackupConfig, ConnectionString, EncryptionKey, BackupReport)
	case !slices.Contains(known, permission):
		v.fail("permission", "must be one of %q", known)
	}
	if !ValidID(resource.ID) {
		v.fail("resource.id", "is no id")
	}
	return v.err()
}

// SelfAnswer is the answer to one of several questions, or what kept it from one.
type SelfAnswer struct {
	Allowed bool
	Err     error
}

// SelfQuestion is one of several questions of a machine or agent about itself.
type SelfQuestion struct {
	Permission string
	Resource   Object
}

// SelfCheckEach answers each question as [Service.SelfCheck] does, in order, at most
// [MaxSelfChecks] of them. A question that can't be answered does not keep the others from
// their answers.
func (s *Service) SelfCheckEach(ctx context.Context, caller Caller, questions []SelfQuestion) ([]SelfAnswer, error) {
	if err := s.mayAskAboutItself(ctx, caller); err != nil {
		return nil, err
	}
	if len(questions) > MaxSelfChecks {
		var v validation
		v.fail("checks", "must have at most %d questions", MaxSelfChecks)
		return nil, v.err()
	}
	answers := make([]SelfAnswer, len(questions))
	for i, q := range questions {
		answers[i].Allowed, answers[i].Err = s.SelfCheck(ctx, caller, q.Permission, q.Resource)
	}
	return answers, nil
}
