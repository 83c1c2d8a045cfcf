package assets

import _ "embed"

// Weight is the thickness of a typeface, as OpenType's OS/2 table counts it.
type Weight int

// The weights the program is set in.
const (
	Regular  Weight = 400
	Medium   Weight = 500
	SemiBold Weight = 600
	Bold     Weight = 700
)

// The fonts are the static instances of Debian's fonts-inter and
// fonts-jetbrains-mono, unchanged; their licences lie beside them.
var (
	//go:embed font/Inter-Regular.otf
	interRegular []byte
	//go:embed font/Inter-Medium.otf
	interMedium []byte
	//go:embed font/Inter-SemiBold.otf
	interSemiBold []byte
	//go:embed font/Inter-Bold.otf
	interBold []byte
	//go:embed font/JetBrainsMono-Regular.ttf
	monoRegular []byte
	//go:embed font/JetBrainsMono-SemiBold.ttf
	monoSemiBold []byte
)

// Inter returns the OpenType file of Inter, the face for words, in the nearest
// weight there is. The bytes are shared and must not be changed.
func Inter(w Weight) []byte {
	switch {
	case w < Medium:
		return interRegular
	case w < SemiBold:
		return interMedium
	case w < Bold:
		return interSemiBold
	}
	return interBold
}

// Mono returns the TrueType file of JetBrains Mono, the face for protocol
// text, which comes in Regular and SemiBold. The bytes are shared and must not
// be changed.
func Mono(w Weight) []byte {
	if w < SemiBold {
		return monoRegular
	}
	return monoSemiBold
}
