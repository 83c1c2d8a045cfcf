package ftp

// toNetwork converts text as stored (lines ending in LF) to TYPE A's CR LF
// (RFC 959 §3.1.1.1). CR LF in the file is left alone unless doubleCR. last is
// the byte before text, 0 at the start.
func toNetwork(text []byte, last byte, doubleCR bool) []byte {
	out := make([]byte, 0, len(text)+len(text)/32+1)
	for _, b := range text {
		if b == '\n' && (last != '\r' || doubleCR) {
			out = append(out, '\r')
		}
		out = append(out, b)
		last = b
	}
	return out
}

// fromNetwork converts TYPE A's CR LF back to LF, however the stream was cut.
// A CR without LF is kept, unless drops says otherwise.
type fromNetwork struct{ cr, drops bool }

func (f *fromNetwork) convert(data []byte) []byte {
	out := make([]byte, 0, len(data)+1)
	for _, b := range data {
		if f.cr && b != '\n' && !f.drops {
			out = append(out, '\r')
		}
		if f.cr = b == '\r'; !f.cr {
			out = append(out, b)
		}
	}
	return out
}

// flush gives a CR that the stream ended with.
func (f *fromNetwork) flush() []byte {
	if !f.cr {
		return nil
	}
	if f.cr = false; f.drops {
		return nil
	}
	return []byte{'\r'}
}
