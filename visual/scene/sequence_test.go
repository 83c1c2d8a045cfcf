package scene

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/sim/trace"
)

// words are the texts of a scene.
func words(s *Scene) (out []string) {
	for _, sh := range s.Shapes {
		if sh.Kind == Text {
			out = append(out, sh.Text)
		}
	}
	return out
}

func TestSequenceTellsEveryMessageAndWait(t *testing.T) {
	o := stories()["active dropped"]
	f := NewFilm(o)
	var out Scene
	Sequence(newView(o, f, 366, 1200, 1, "en").seek(f.Length()), trace.ByMessage, 0, &out)
	got := words(&out)
	for _, want := range []string{
		"Client", "Firewall", "Server", "TCP connection opened", "220 Service ready", "PASS ••••••", "PORT 192,168,1,2,7,209",
		"SYN", "… 1 s", "SYN retry 1", "… 2 s", "SYN retry 2", "… 4 s", "SYN retry 3", "… 53 s", "425 Can't open data connection",
	} {
		assert.Contains(t, got, want)
	}
}

func TestSequenceMarksWhatDied(t *testing.T) {
	o := stories()["active dropped"]
	f := NewFilm(o)
	var out Scene
	Sequence(newView(o, f, 366, 1200, 1, "en").seek(f.Length()), trace.ByMessage, 0, &out)
	strokes := 0
	for _, s := range out.Shapes {
		if s.Kind == Polyline && s.Round {
			strokes++
			assert.Equal(t, BlockedPaint, s.Paint)
		}
	}
	assert.Equal(t, 4*2, strokes, "a cross of two strokes for each of the four SYNs")
}

func TestSequencePalesTheFuture(t *testing.T) {
	o := stories()["passive, nothing between"]
	f := NewFilm(o)
	v := newView(o, f, 366, 1200, 1, "en")
	var out Scene
	Sequence(v.seek(f.Pos(o.Messages[4].Stop)), trace.ByMessage, 0, &out)
	for _, s := range out.Shapes {
		for i, m := range o.Messages {
			if s.Kind == Text && m.Line != "" && s.Text == m.Line {
				assert.Equal(t, i <= 4, s.Alpha == 1, s.Text)
			}
		}
	}
}

func TestSequenceHidesTheFutureFromAQuestion(t *testing.T) {
	o := stories()["active dropped"]
	f := NewFilm(o)
	v := newView(o, f, 366, 1200, 1, "en")
	whole := Sequence(v.seek(0), trace.ByMessage, 0, &Scene{})
	v.HideAfter, v.Asking = o.Messages[8].Stop, true
	var out Scene
	assert.Less(t, Sequence(v, trace.ByMessage, 0, &out), whole, "not even the length tells")
	got := words(&out)
	assert.Contains(t, got, "RETR notes.txt")
	assert.Contains(t, got, "Hidden until you answer")
	assert.NotContains(t, got, "SYN")
	assert.NotContains(t, got, "425 Can't open data connection")

	v.Asking = false
	Sequence(v, trace.ByMessage, 0, &out)
	assert.Contains(t, words(&out), "Goes on with the lesson", "there is nothing to answer")
}

func TestSequenceLaysOutVisibleRowsOnly(t *testing.T) {
	s := newStory()
	s.login()
	for i := range 20_000 {
		s.say(client, fmt.Sprintf("NOOP %d", i))
		if i%100 == 0 {
			s.wait(time.Second)
		}
	}
	o := s.outline()
	f := NewFilm(o)
	v := newView(o, f, 366, 900, 1, "en").seek(f.Length())
	var out Scene
	height := Sequence(v, trace.ByMessage, 0, &out)
	Sequence(v, trace.ByMessage, height-v.H, &out)
	assert.Less(t, len(out.Hits), 40)
	assert.Contains(t, words(&out), "NOOP 19999", "the end can be scrolled to")
	y, h := RowAt(v, trace.ByMessage)
	assert.InDelta(t, height, y+h, 1, "and is where the cursor is")
}

func TestRowsAreHitsThatJump(t *testing.T) {
	o := stories()["passive, nothing between"]
	f := NewFilm(o)
	var out Scene
	Sequence(newView(o, f, 366, 2000, 1, "en"), trace.ByMessage, 0, &out)
	require.Len(t, out.Hits, len(o.Messages))
	for i, h := range out.Hits {
		assert.EqualValues(t, o.Messages[i].Stop, h.ID.N)
	}
	Sequence(newView(o, f, 366, 8000, 1, "en"), trace.ByPacket, 0, &out)
	stops := o.Stops(trace.ByPacket)
	for _, h := range out.Hits {
		assert.True(t, slices.Contains(stops, trace.ID(h.ID.N)), "%s jumps to %d", h.Name, h.ID.N)
	}
}

func TestHitsHaveNamesOfTheirOwn(t *testing.T) {
	eachStory(t, func(t *testing.T, o *trace.Outline, f *Film) {
		v := newView(o, f, 860, 520, 1, "en")
		var out Scene
		check := func() {
			seen := map[HitID]bool{}
			for _, h := range out.Hits {
				require.NotEmpty(t, h.Name)
				require.False(t, seen[h.ID], "two hits called %+v", h.ID)
				seen[h.ID] = true
				require.True(t, inside(h.Rect, Rect{0, 0, out.W, out.H}), h.Name)
			}
		}
		for _, pos := range moments(f, o.Trace.Len()) {
			Stage(v.seek(pos), &out)
			check()
			Sequence(v, trace.ByPacket, 0, &out)
			check()
			Sequence(v, trace.ByMessage, 0, &out)
			check()
		}
	})
}

func TestFocusHasARing(t *testing.T) {
	o := stories()["active dropped"]
	f := NewFilm(o)
	v := newView(o, f, 860, 520, 1, "en").seek(f.Length())
	var out Scene
	Stage(v, &out)
	for _, h := range slices.Clone(out.Hits) {
		v.Focus = h.ID
		Stage(v, &out)
		assert.True(t, slices.ContainsFunc(out.Shapes, func(s Shape) bool { return s.Paint == FocusPaint }), h.Name)
	}
}

func TestAReplyWithoutRoomKeepsItsNumbers(t *testing.T) {
	v := &View{Measure: interWide}
	p := painter{View: v}
	for line, want := range map[string]string{
		"227 Entering Passive Mode (203,0,113,10,4,210)":   "227 (203,0,113,10,4,210)",
		"229 Entering Extended Passive Mode (|||32501|)":   "229 (|||32501|)",
		"150 Opening data connection":                      "150 Opening data connection",
		"PORT 192,168,1,2,7,209":                           "PORT 192,168,1,2,7,209",
		"(":                                                "(",
		"MKD holiday pictures (1)":                         "MKD holiday pictures (1)",
		"150 Opening data connection for a.txt (26 bytes)": "150 Opening data connection for a.txt (26 bytes)",
	} {
		assert.Equal(t, want, p.brief(line, MonoSmall, 20), line)
		assert.Equal(t, line, p.brief(line, MonoSmall, 2000), line)
	}
}
