package authzen

// What callers send, for the description of the API. It is read by name, in read.go: more may
// stand in each of these.

// EntityInput is a subject or a resource.
type EntityInput struct {
	Type       string          `json:"type"`
	ID         string          `json:"id"`
	Properties PropertiesInput `json:"properties"`
}

// ActionInput is what is to be done.
type ActionInput struct {
	Name       string          `json:"name"`
	Properties PropertiesInput `json:"properties"`
}

// PropertiesInput may be anything, and decides nothing.
type PropertiesInput struct{}

// EvaluationInput is one question.
type EvaluationInput struct {
	Subject  EntityInput     `json:"subject"`
	Action   ActionInput     `json:"action"`
	Resource EntityInput     `json:"resource"`
	Context  PropertiesInput `json:"context"`
}

// EvaluationsInput is many, with what they have in common beside them.
type EvaluationsInput struct {
	EvaluationInput
	Evaluations []EvaluationInput `json:"evaluations"`
	Options     OptionsInput      `json:"options"`
}

// OptionsInput say when the evaluations end.
type OptionsInput struct {
	Semantic string `json:"evaluations_semantic"`
}

// SearchInput is a question for all that fit.
type SearchInput struct {
	EvaluationInput
	Page PageInput `json:"page"`
}

// PageInput asks for a part of what is found.
type PageInput struct {
	Token string `json:"token"`
	Limit int    `json:"limit"`
}
