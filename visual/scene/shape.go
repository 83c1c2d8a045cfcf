package scene

import "net/netip"

// Paint is a colour by its meaning; the theme says which colour that is.
type Paint uint8

// The paints. An On… paint is for text on a surface filled with the paint it
// is named after; a …Tint is that paint's quiet background.
const (
	Ink     Paint = iota // text
	Muted                // secondary text
	Faint                // dots and lines that are only just there; never text
	Line                 // edges of cards and panels
	Surface              // the ground of the stage
	Panel                // cards, and the ground of the sequence diagram
	Raised               // chips and highlights on a panel

	CommandPaint
	OnCommand
	CommandTint
	DataPaint
	OnData
	DataTint
	BlockedPaint
	OnBlocked
	BlockedTint
	AllowedPaint
	OnAllowed
	AllowedTint
	RewrittenPaint
	OnRewritten
	RewrittenTint

	WallPaint  // the bricks of a firewall
	CursorTint // the row of the sequence diagram that the cursor is on
	FocusPaint // the ring around what has the keyboard's focus

	PaintCount int = iota
)

// Style is a text style.
type Style uint8

// The text styles.
const (
	Small       Style = iota // 12, regular
	SmallStrong              // 12, semibold
	Body                     // 13, regular
	BodyStrong               // 13, semibold
	Lead                     // 14, semibold
	Title                    // 16, bold
	Display                  // 21, bold
	Reading                  // 14, regular
	MonoSmall                // 12, monospaced
	Mono                     // 13, monospaced
	MonoStrong               // 13, monospaced, semibold

	StyleCount int = iota
)

var styleSizes = [StyleCount]float32{12, 12, 13, 13, 14, 16, 21, 14, 12, 13, 13}

// Size is the size of the style's letters in sp at text scale 1.
func (s Style) Size() float32 { return styleSizes[s] }

// Mono reports whether all its letters are equally wide.
func (s Style) Mono() bool { return s >= MonoSmall }

// Kind is what a shape is.
type Kind uint8

// The kinds of shapes and the fields each reads beside Paint and Alpha.
const (
	FillRect   Kind = iota // Rect, Radius
	StrokeRect             // Rect, Radius, Width; the stroke runs along the inside of the edge
	Polyline               // P[:N], Width, Dash; round caps where Round is set, else butt caps
	Polygon                // P[:N], filled
	Circle                 // P[0] the centre, Radius; filled, or stroked where Width is set
	Text                   // P[0], Text, Style, Anchor, MaxWidth, Strike
)

// Point is a place in a scene.
type Point struct{ X, Y float32 }

// Rect is an upright rectangle.
type Rect struct{ X, Y, W, H float32 }

// Anchor says which point of a text stands at P[0]. Vertically it is always
// the middle of the line, half way between the top of the ascenders and the
// bottom of the descenders.
type Anchor uint8

// The anchors.
const (
	Left Anchor = iota
	Centre
	Right
)

// Shape is one thing to draw. It is one flat struct, so that a frame needs no
// allocation of its own once its scene has grown.
type Shape struct {
	Kind     Kind
	Paint    Paint
	Style    Style
	Anchor   Anchor
	N        uint8 // of P in use
	Round    bool
	Strike   bool    // a line through the text
	Alpha    float32 // 0..1
	Rect     Rect
	P        [4]Point
	Radius   float32
	Width    float32    // of a stroke
	Dash     [2]float32 // drawn and left out, in dp; zero: solid
	Text     string
	MaxWidth float32 // beyond which the text ends in an ellipsis; 0: no limit
}

// HitKind is what a hit region stands for.
type HitKind uint8

// The kinds of hit regions.
const (
	HitNone   HitKind = iota
	HitHost           // a card; Node
	HitPort           // a chip; Node, Channel
	HitLane           // a channel; Channel
	HitPacket         // a packet under way or one that died; N is the event of its sending
	HitRouter         // a router's column; Node
	HitWall           // a firewall; Node
	HitRow            // a row of the sequence diagram; N is the count of events to jump to
	HitState          // a state of a chart; N is its number
	HitArrow          // an arrow of a chart; N is the event in which it was last taken, 0: never, Row its number
	HitCause          // a row of the chain of causes; N is the count of events to jump to
	HitField          // a field of a packet; N is its number
)

// HitID names a hit region; it stays the same from frame to frame.
type HitID struct {
	Kind    HitKind
	Node    uint8
	Channel uint8
	N       uint32
	Row     uint32 // tells rows apart that jump to the same moment
}

// Hit is a region that can be pointed at and focused.
type Hit struct {
	Address     netip.Addr // that a packet's field or line names, or not valid
	ID          HitID
	Rect        Rect
	Name        string // what it is, for a screen reader and the tooltip
	Description string // what state it is in
}

// Scene is a picture. Shapes are drawn in their order; of the hits that hold
// a point the last one is meant, and Tab visits them in their order.
type Scene struct {
	W, H   float32
	Shapes []Shape
	Hits   []Hit
}

// Reset empties the scene and keeps its storage.
func (s *Scene) Reset(w, h float32) {
	clear(s.Shapes) // let go of the strings
	clear(s.Hits)
	s.W, s.H, s.Shapes, s.Hits = w, h, s.Shapes[:0], s.Hits[:0]
}
