package authzen

// The paths of the endpoints, below the address of the service.
const (
	PathConfiguration   = "/.well-known/authzen-configuration"
	PathEvaluation      = "/access/v1/evaluation"
	PathEvaluations     = "/access/v1/evaluations"
	PathSearchSubjects  = "/access/v1/search/subject"
	PathSearchResources = "/access/v1/search/resource"
	PathSearchActions   = "/access/v1/search/action"
)

// Configuration tells callers where the endpoints are.
type Configuration struct {
	PolicyDecisionPoint       string `json:"policy_decision_point"`
	AccessEvaluationEndpoint  string `json:"access_evaluation_endpoint"`
	AccessEvaluationsEndpoint string `json:"access_evaluations_endpoint"`
	SearchSubjectEndpoint     string `json:"search_subject_endpoint"`
	SearchResourceEndpoint    string `json:"search_resource_endpoint"`
	SearchActionEndpoint      string `json:"search_action_endpoint"`
}

// ConfigurationAt is that of the service at an address, which has no slash at its end.
func ConfigurationAt(address string) Configuration {
	return Configuration{
		PolicyDecisionPoint:       address,
		AccessEvaluationEndpoint:  address + PathEvaluation,
		AccessEvaluationsEndpoint: address + PathEvaluations,
		SearchSubjectEndpoint:     address + PathSearchSubjects,
		SearchResourceEndpoint:    address + PathSearchResources,
		SearchActionEndpoint:      address + PathSearchActions,
	}
}
