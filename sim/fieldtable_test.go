package sim_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/sim"
)

func TestFieldsNameEveryFieldThatSetTakes(t *testing.T) {
	s := sim.Default()
	seen := map[string]bool{}
	for _, f := range sim.Fields() {
		assert.False(t, seen[f.Path], f.Path)
		seen[f.Path] = true
		for _, c := range f.Choices {
			next := s.Clone()
			if err := next.Set(f.Path, c); err != nil {
				var field *sim.FieldError
				assert.ErrorAs(t, err, &field, "%s = %s", f.Path, c)
			}
		}
		if f.Kind == sim.FieldNumber && f.Max > f.Min {
			next := s.Clone()
			assert.ErrorContains(t, next.Put(map[string]any{f.Path: f.Max + 1}), f.Path)
		}
	}
	for _, path := range []string{"client.mode", "server_router.firewall", "link.delay", "seed", "user"} {
		assert.True(t, seen[path], path)
	}
	assert.False(t, seen["client"], "a group is no field")
}

func TestWhatGetReturnsPutTakes(t *testing.T) {
	for _, name := range sim.Presets() {
		s, err := sim.Preset(name)
		require.NoError(t, err)
		for _, f := range sim.Fields() {
			next := s.Clone()
			require.NoError(t, next.Put(map[string]any{f.Path: asRead(s.Get(f.Path))}), f.Path)
			assert.Equal(t, s.Table(), next.Table(), f.Path)
		}
	}
}

// asRead is a value with lists as the decoders make them.
func asRead(v any) any {
	switch x := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, v := range x {
			out[k] = asRead(v)
		}
		return out
	case map[string]string:
		out := map[string]any{}
		for k, v := range x {
			out[k] = v
		}
		return out
	case []string:
		out := make([]any, len(x))
		for i, v := range x {
			out[i] = v
		}
		return out
	case uint64:
		return int(x)
	}
	return v
}

func TestPutChangesAllOrNothing(t *testing.T) {
	s := sim.Default()
	before := s.Table()
	err := s.Put(map[string]any{"client.mode": "port", "server.control_port": 70000})
	var field *sim.FieldError
	require.ErrorAs(t, err, &field)
	assert.Equal(t, "server.control_port", field.Field)
	assert.Equal(t, before, s.Table())
	require.NoError(t, s.Put(map[string]any{"server_router.dnat": "control", "server.address": "private"}), "fields that need each other")
}

func TestASavedScenarioReadsBackTheSame(t *testing.T) {
	for _, name := range sim.Presets() {
		s, err := sim.Preset(name)
		require.NoError(t, err)
		require.NoError(t, s.Put(map[string]any{"client_router.nat": true, "link.loss": 0.01, "client.ports": nil}))
		data, err := sim.Marshal(s)
		require.NoError(t, err)
		back, err := sim.Parse(data, s.ID+".toml")
		require.NoError(t, err, string(data))
		assert.Equal(t, s.Table(), back.Table(), string(data))
		assert.NotContains(t, string(data), "accept_timeout_s", "what has its default is left out")
	}
	s := sim.Default()
	data, err := sim.Marshal(s)
	require.NoError(t, err)
	assert.NotContains(t, strings.ReplaceAll(string(data), "#", ""), "=")
}
