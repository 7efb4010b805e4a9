package tenancy

import "context"

// OrganizationNode is the place of an organization, with all below it. Of what is in an
// organization it holds nothing but whether it is open to the account's administrators.
type OrganizationNode struct {
	Organization
	Children []*OrganizationNode // by id
}

// OrganizationTree returns an organization and all below it, to those with access (D-21).
func (s *Service) OrganizationTree(ctx context.Context, caller Caller, id string) (top *OrganizationNode, err error) {
	a := attempt{caller, "organization.tree", Object{"organization", id}}
	err = s.read(ctx, a, func(ctx context.Context, op *operation) error {
		if _, err := op.targetOrganization(ctx, id, "access"); err != nil {
			return err
		}
		organizations, err := op.snap.Subtree(ctx, id)
		if err != nil {
			return err
		}
		top = buildTree(organizations)
		return nil
	})
	return top, err
}

func placeOf(o Organization) Organization {
	place := existenceOf(o).Organization
	place.Isolation = o.Isolation
	return place
}

// buildTree takes the organizations by depth, so every parent comes before its children.
func buildTree(organizations []Organization) *OrganizationNode {
	nodes := make(map[string]*OrganizationNode, len(organizations))
	var top *OrganizationNode
	for _, o := range organizations {
		node := &OrganizationNode{Organization: placeOf(o)}
		nodes[o.ID] = node
		if parent := nodes[o.ParentID]; parent != nil {
			parent.Children = append(parent.Children, node)
		} else {
			top = node
		}
	}
	return top
}
