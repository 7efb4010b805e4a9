package auditors

import (
	"fmt"

	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
)

// frame is a message that is passed on as it came.
type frame struct{ data mem.BufferSlice }

// frames reads and writes frames. Its name is that of what is in them.
type frames struct{}

var _ encoding.CodecV2 = frames{}

// Marshal gives the buffers away: who sends them frees them.
func (frames) Marshal(v any) (mem.BufferSlice, error) {
	f, ok := v.(*frame)
	if !ok {
		return nil, fmt.Errorf("a %T is passed on", v)
	}
	return f.data, nil
}

// Unmarshal keeps the buffers, which their owner frees after it.
func (frames) Unmarshal(data mem.BufferSlice, v any) error {
	f, ok := v.(*frame)
	if !ok {
		return fmt.Errorf("a %T is passed on", v)
	}
	data.Ref()
	f.data = data
	return nil
}

// Name implements [encoding.CodecV2].
func (frames) Name() string { return proto.Name }
