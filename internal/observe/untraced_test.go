package observe

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNothingIsTraced(t *testing.T) {
	tracer := Untraced{}.Tracer("any")
	ctx, span := tracer.Start(t.Context(), "step")
	require.Equal(t, t.Context(), ctx)
	require.False(t, span.IsRecording())
	require.False(t, span.SpanContext().IsValid())
	require.Zero(t, testing.AllocsPerRun(100, func() { tracer.Start(ctx, "step") }))
}
