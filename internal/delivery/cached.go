package delivery

// Cached is a Deliverer that keeps the answers to questions and lookups.
type Cached struct{ *Deliverer }

// NewCached has d, which nobody has asked yet, keep answers in about so many bytes of
// memory, at least one.
func NewCached(d *Deliverer, bytes uint64) (*Cached, error) {
	kept, err := newMemory(bytes)
	if err != nil {
		return nil, err
	}
	d.memory = kept
	return &Cached{d}, nil
}

// Hits tells how many questions were answered from memory, and how many were not.
func (c *Cached) Hits() (hits, misses uint64) {
	s := c.memory.counter.Snapshot()
	return s.Hits, s.Misses
}

// Bytes is about how much memory the answers take.
func (c *Cached) Bytes() uint64 {
	c.memory.answers.CleanUp()
	return c.memory.answers.WeightedSize()
}
