package tenancy

// Foresee has the operations of the service ask this along for what they foresee.
func (s *Service) Foresee(foresight func(Question) []Question) { s.foresight = foresight }
