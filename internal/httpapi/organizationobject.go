package httpapi

import "github.com/tenantry/tenantry/internal/tenancy"

// organizationObject is an organization as those with access see it.
type organizationObject struct {
	ID               string                    `json:"id"`
	Name             string                    `json:"name"`
	ParentID         *string                   `json:"parent_id"` // null for a root
	RootID           string                    `json:"root_id"`
	Depth            int                       `json:"depth"`
	Isolation        tenancy.Isolation         `json:"isolation"`
	EmailDomain      string                    `json:"email_domain"`
	DefaultDashboard string                    `json:"default_dashboard"`
	DoNotDisturb     *tenancy.DoNotDisturb     `json:"do_not_disturb"`
	Plan             tenancy.Plan              `json:"plan"`
	Subscription     *subscriptionObject       `json:"subscription"`
	State            tenancy.OrganizationState `json:"state"`
	Recommendations  []string                  `json:"recommendations"`
	CreatedAt        string                    `json:"created_at"`
}

// existenceObject is all that an owner of an organization above sees.
type existenceObject struct {
	ID       string                    `json:"id"`
	Name     string                    `json:"name"`
	ParentID *string                   `json:"parent_id"`
	RootID   string                    `json:"root_id"`
	Depth    int                       `json:"depth"`
	State    tenancy.OrganizationState `json:"state"`
}

type subscriptionObject struct {
	Plan   tenancy.Plan               `json:"plan"`
	Status tenancy.SubscriptionStatus `json:"status"`
}

// organizationView is an organizationObject, or an existenceObject.
type organizationView any

func showOrganization(view tenancy.OrganizationView) organizationView {
	if view.ExistenceOnly {
		return existenceObject{
			ID: view.ID, Name: view.Name, ParentID: orNull(view.ParentID), RootID: view.RootID, Depth: view.Depth, State: view.State,
		}
	}
	return organizationObject{
		ID:               view.ID,
		Name:             view.Name,
		ParentID:         orNull(view.ParentID),
		RootID:           view.RootID,
		Depth:            view.Depth,
		Isolation:        view.Isolation,
		EmailDomain:      view.EmailDomain,
		DefaultDashboard: view.DefaultDashboard,
		DoNotDisturb:     showDoNotDisturb(view.DoNotDisturb),
		Plan:             view.Plan,
		Subscription:     showSubscription(view.Subscription),
		State:            view.State,
		Recommendations:  orEmpty(view.Recommendations),
		CreatedAt:        formatTime(view.CreatedAt),
	}
}

func showDoNotDisturb(d tenancy.DoNotDisturb) *tenancy.DoNotDisturb {
	if d == (tenancy.DoNotDisturb{}) {
		return nil
	}
	return &d
}

func showSubscription(s *tenancy.Subscription) *subscriptionObject {
	if s == nil {
		return nil
	}
	return &subscriptionObject{Plan: s.Plan, Status: s.Status}
}

// nodeObject is an organization in its tree.
type nodeObject struct {
	ID        string                    `json:"id"`
	Name      string                    `json:"name"`
	Depth     int                       `json:"depth"`
	State     tenancy.OrganizationState `json:"state"`
	Isolation tenancy.Isolation         `json:"isolation"`
	Children  []nodeObject              `json:"children"`
}

func showNode(node *tenancy.OrganizationNode) nodeObject {
	object := nodeObject{
		ID: node.ID, Name: node.Name, Depth: node.Depth, State: node.State, Isolation: node.Isolation,
		Children: make([]nodeObject, 0, len(node.Children)),
	}
	for _, child := range node.Children {
		object.Children = append(object.Children, showNode(child))
	}
	return object
}

// orNull is null for an id that is none.
func orNull(id string) *string {
	if id == "" {
		return nil
	}
	return &id
}

// orEmpty keeps an empty list from being null.
func orEmpty[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}
