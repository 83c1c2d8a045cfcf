package assets

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/image/font/sfnt"
)

func TestFontsAreWhatTheySay(t *testing.T) {
	for _, test := range []struct {
		name string
		data []byte
		want string
	}{
		{"Inter Regular", Inter(Regular), "Inter Regular"},
		{"Inter Medium", Inter(Medium), "Inter Medium"},
		{"Inter SemiBold", Inter(SemiBold), "Inter Semi Bold"},
		{"Inter Bold", Inter(Bold), "Inter Bold"},
		{"a weight between takes the lighter", Inter(550), "Inter Medium"},
		{"Mono Regular", Mono(Regular), "JetBrains Mono Regular"},
		{"Mono Medium is Regular", Mono(Medium), "JetBrains Mono Regular"},
		{"Mono SemiBold", Mono(SemiBold), "JetBrains Mono SemiBold"},
		{"Mono Bold is SemiBold", Mono(Bold), "JetBrains Mono SemiBold"},
	} {
		t.Run(test.name, func(t *testing.T) {
			font, err := sfnt.Parse(test.data)
			require.NoError(t, err)
			name, err := font.Name(nil, sfnt.NameIDFull)
			require.NoError(t, err)
			assert.Equal(t, test.want, name)
		})
	}
}
