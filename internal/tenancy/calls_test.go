package tenancy_test

import (
	"github.com/tenantry/tenantry/internal/tenancy"
)

// call is an operation of an actor, by the names of a world; see [world.as].
type call func(*world) error

func createAs(actor, parent, id string) call {
	return func(w *world) error {
		in := tenancy.NewOrganization{ID: w.id(id), Name: id}
		if parent != "" {
			in.ParentID = w.id(parent)
		}
		_, _, err := w.service.CreateOrganization(w.ctx, w.as(actor), in)
		return err
	}
}

func detachedAs(actor, id string) call {
	return func(w *world) error {
		_, _, err := w.service.CreateOrganization(w.ctx, w.as(actor), tenancy.NewOrganization{ID: w.id(id), Name: id, Detached: true})
		return err
	}
}

func renameAs(actor, organization string) call {
	return func(w *world) error {
		name := "New name"
		_, _, err := w.service.PatchOrganization(w.ctx, w.as(actor), w.id(organization), tenancy.OrganizationPatch{Name: &name})
		return err
	}
}

func subscribeAs(actor, organization string, plan tenancy.Plan, status tenancy.SubscriptionStatus) call {
	return func(w *world) error {
		_, _, err := w.service.SetSubscription(w.ctx, w.as(actor), w.id(organization), plan, status)
		return err
	}
}

func ownAs(actor, organization, user string) call {
	return func(w *world) error {
		_, _, err := w.service.PutOwner(w.ctx, w.as(actor), w.id(organization), w.id(user))
		return err
	}
}

func disownAs(actor, organization, user string) call {
	return func(w *world) error {
		_, err := w.service.RemoveOwner(w.ctx, w.as(actor), w.id(organization), w.id(user))
		return err
	}
}

func groupAs(actor, home, id string, claims ...tenancy.Claim) call {
	return func(w *world) error {
		_, _, err := w.service.CreateGroup(w.ctx, w.as(actor), w.id(home), tenancy.NewGroup{ID: w.id(id), Name: id, Claims: claims})
		return err
	}
}

func claimsAs(actor, group string, claims ...tenancy.Claim) call {
	return func(w *world) error {
		_, _, err := w.service.SetClaims(w.ctx, w.as(actor), w.id(group), claims)
		return err
	}
}

func renameGroupAs(actor, group string) call {
	return func(w *world) error {
		name := "New name"
		_, _, err := w.service.PatchGroup(w.ctx, w.as(actor), w.id(group), tenancy.GroupPatch{Name: &name})
		return err
	}
}

func deleteGroupAs(actor, group string) call {
	return func(w *world) error {
		_, err := w.service.DeleteGroup(w.ctx, w.as(actor), w.id(group))
		return err
	}
}

func giveAs(actor, group string, role tenancy.GroupRole, user string) call {
	return func(w *world) error {
		_, _, err := w.service.PutMembership(w.ctx, w.as(actor), w.id(group), role, w.id(user), tenancy.MembershipInput{})
		return err
	}
}

func giveUntilAs(actor, group string, role tenancy.GroupRole, user, end string) call {
	return func(w *world) error {
		_, _, err := w.service.PutMembership(w.ctx, w.as(actor), w.id(group), role, w.id(user), tenancy.MembershipInput{ExpiresAt: &end})
		return err
	}
}

func takeAs(actor, group string, role tenancy.GroupRole, user string) call {
	return func(w *world) error {
		_, err := w.service.RemoveMembership(w.ctx, w.as(actor), w.id(group), role, w.id(user))
		return err
	}
}

func linkAs(actor, target, group string) call {
	return func(w *world) error {
		_, _, err := w.service.PutLink(w.ctx, w.as(actor), w.id(target), w.id(group), tenancy.LinkInput{})
		return err
	}
}

func linkOnAs(actor, target, group string, in tenancy.LinkInput) call {
	return func(w *world) error {
		_, _, err := w.service.PutLink(w.ctx, w.as(actor), w.id(target), w.id(group), in)
		return err
	}
}

// batchAs names the organizations to link a group to.
func batchAs(actor, group string, targets ...string) call {
	return func(w *world) error {
		in := tenancy.LinkBatch{OrganizationIDs: []string{}}
		for _, target := range targets {
			in.OrganizationIDs = append(in.OrganizationIDs, w.id(target))
		}
		_, _, err := w.service.PutLinks(w.ctx, w.as(actor), w.id(group), in)
		return err
	}
}

func batchBelowAs(actor, group, top string) call {
	return func(w *world) error {
		_, _, err := w.service.PutLinks(w.ctx, w.as(actor), w.id(group), tenancy.LinkBatch{DescendantsOf: ptr(w.id(top))})
		return err
	}
}

func unlinkAs(actor, target, group string) call {
	return func(w *world) error {
		_, err := w.service.RemoveLink(w.ctx, w.as(actor), w.id(target), w.id(group))
		return err
	}
}

func putUserAs(actor, user string, state tenancy.UserState) call {
	return func(w *world) error {
		_, _, _, err := w.service.PutUser(w.ctx, w.as(actor), w.id(user), tenancy.UserInput{State: state})
		return err
	}
}

// Those that only look.

func seeAs(actor, organization string) call {
	return func(w *world) error {
		_, err := w.service.Organization(w.ctx, w.as(actor), w.id(organization))
		return err
	}
}

func treeAs(actor, organization string) call {
	return func(w *world) error {
		_, err := w.service.OrganizationTree(w.ctx, w.as(actor), w.id(organization))
		return err
	}
}

func ownersAs(actor, organization string) call {
	return func(w *world) error {
		_, err := w.service.Owners(w.ctx, w.as(actor), w.id(organization), tenancy.PageAll)
		return err
	}
}

func groupsAs(actor, organization string) call {
	return func(w *world) error {
		_, err := w.service.Groups(w.ctx, w.as(actor), w.id(organization), tenancy.PageAll)
		return err
	}
}

func auditAs(actor, organization string) call {
	return func(w *world) error {
		_, err := w.service.Audit(w.ctx, w.as(actor), w.id(organization), tenancy.AuditQuery{}, 1000)
		return err
	}
}

func verifyAs(actor, organization string) call {
	return func(w *world) error {
		_, err := w.service.VerifyAudit(w.ctx, w.as(actor), w.id(organization))
		return err
	}
}

func rosterAs(actor, organization string) call {
	return func(w *world) error {
		_, err := w.service.Roster(w.ctx, w.as(actor), w.id(organization), tenancy.RosterQuery{}, tenancy.PageAll)
		return err
	}
}

func linksIntoAs(actor, organization string) call {
	return func(w *world) error {
		_, err := w.service.LinksInto(w.ctx, w.as(actor), w.id(organization), tenancy.PageAll)
		return err
	}
}

func linksOfAs(actor, group string) call {
	return func(w *world) error {
		_, err := w.service.LinksOf(w.ctx, w.as(actor), w.id(group), tenancy.PageAll)
		return err
	}
}

func seeGroupAs(actor, group string) call {
	return func(w *world) error {
		_, err := w.service.Group(w.ctx, w.as(actor), w.id(group))
		return err
	}
}

func membersAs(actor, group string) call {
	return func(w *world) error {
		_, err := w.service.Memberships(w.ctx, w.as(actor), w.id(group), tenancy.GroupMember, tenancy.PageAll)
		return err
	}
}

func seeUserAs(actor, user string) call {
	return func(w *world) error {
		_, err := w.service.User(w.ctx, w.as(actor), w.id(user))
		return err
	}
}

// Those that change trees.

func deleteAs(actor, organization string) call {
	return func(w *world) error {
		_, err := w.service.DeleteOrganization(w.ctx, w.as(actor), w.id(organization))
		return err
	}
}

func attachAs(actor, organization, parent string) call {
	return func(w *world) error {
		_, _, err := w.service.AttachOrganization(w.ctx, w.as(actor), w.id(organization), w.id(parent))
		return err
	}
}

func detachAs(actor, organization string) call {
	return func(w *world) error {
		_, _, err := w.service.DetachOrganization(w.ctx, w.as(actor), w.id(organization))
		return err
	}
}

func stateAs(actor, organization string, state tenancy.OrganizationState) call {
	return func(w *world) error {
		_, _, err := w.service.PatchOrganization(w.ctx, w.as(actor), w.id(organization), tenancy.OrganizationPatch{State: &state})
		return err
	}
}

func blockersAs(actor, organization string) call {
	return func(w *world) error {
		_, err := w.service.DeletionBlockers(w.ctx, w.as(actor), w.id(organization))
		return err
	}
}

func isolationAs(actor, organization string, isolation tenancy.Isolation) call {
	return func(w *world) error {
		_, _, err := w.service.PatchOrganization(w.ctx, w.as(actor), w.id(organization), tenancy.OrganizationPatch{Isolation: &isolation})
		return err
	}
}

func (w *world) inputOf(user string, a admin) tenancy.AdministratorInput {
	in := tenancy.AdministratorInput{UserID: w.id(user), Role: a.role, SubaccountRole: a.below}
	if a.reach != "" {
		in.Subaccounts = &tenancy.Subaccounts{Reach: a.reach}
		for _, name := range a.named {
			in.Subaccounts.Organizations = append(in.Subaccounts.Organizations, w.id(name))
		}
	}
	return in
}

func administrateAs(actor, root, user string, a admin) call {
	return func(w *world) error {
		_, _, err := w.service.PutAdministrator(w.ctx, w.as(actor), w.id(root), w.id(user), w.inputOf(user, a))
		return err
	}
}

func administrateAllAs(actor, root string, admins map[string]admin) call {
	return func(w *world) error {
		inputs := []tenancy.AdministratorInput{}
		for user, a := range admins {
			inputs = append(inputs, w.inputOf(user, a))
		}
		_, _, err := w.service.PutAdministrators(w.ctx, w.as(actor), w.id(root), inputs)
		return err
	}
}

func dismissAs(actor, root, user string) call {
	return func(w *world) error {
		_, err := w.service.RemoveAdministrator(w.ctx, w.as(actor), w.id(root), w.id(user))
		return err
	}
}

func administratorsAs(actor, root string) call {
	return func(w *world) error {
		_, err := w.service.Administrators(w.ctx, w.as(actor), w.id(root), tenancy.AdministratorQuery{}, tenancy.PageAll)
		return err
	}
}
