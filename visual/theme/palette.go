package theme

import (
	"image/color"

	"ftpscope/visual/scene"
)

// Palette is the colour of every paint.
type Palette [scene.PaintCount]color.NRGBA

// Light reports whether the palette is dark letters on light ground.
func (p *Palette) Light() bool { return p[scene.Surface].G > p[scene.Ink].G }

// Color is the colour of a paint with some of it let through.
func (p *Palette) Color(paint scene.Paint, alpha float32) color.NRGBA {
	c := p[paint]
	if alpha < 1 {
		c.A = uint8(float32(c.A)*max(alpha, 0) + 0.5)
	}
	return c
}

func rgb(hex uint32) color.NRGBA {
	return color.NRGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: 0xff}
}

// Palettes by model.Theme: dark, light, high contrast.
var Palettes = [...]Palette{
	{
		scene.Ink: rgb(0xE8EDF3), scene.Muted: rgb(0x95A3B5), scene.Faint: rgb(0x566476), scene.Line: rgb(0x2C3746),
		scene.Surface: rgb(0x121923), scene.Panel: rgb(0x161D27), scene.Raised: rgb(0x1E2733),
		scene.CommandPaint: rgb(0x5AB0F2), scene.OnCommand: rgb(0x0B1620), scene.CommandTint: rgb(0x1B3146),
		scene.DataPaint: rgb(0xF0A830), scene.OnData: rgb(0x1A1204), scene.DataTint: rgb(0x382D1C),
		scene.BlockedPaint: rgb(0xF2705C), scene.OnBlocked: rgb(0x1F0805), scene.BlockedTint: rgb(0x3A2629),
		scene.AllowedPaint: rgb(0x3CC8A0), scene.OnAllowed: rgb(0x041A13), scene.AllowedTint: rgb(0x17362F),
		scene.RewrittenPaint: rgb(0xC79BF2), scene.OnRewritten: rgb(0x170A24), scene.RewrittenTint: rgb(0x2E2840),
		scene.WallPaint: rgb(0x3A4656), scene.CursorTint: rgb(0x203146), scene.FocusPaint: rgb(0x8CC8F7),
	},
	{
		scene.Ink: rgb(0x17202B), scene.Muted: rgb(0x566372), scene.Faint: rgb(0x9AA7B6), scene.Line: rgb(0xD7DEE7),
		scene.Surface: rgb(0xFBFCFE), scene.Panel: rgb(0xFFFFFF), scene.Raised: rgb(0xF0F3F7),
		scene.CommandPaint: rgb(0x0B6BB8), scene.OnCommand: rgb(0xFFFFFF), scene.CommandTint: rgb(0xE1EEF9),
		scene.DataPaint: rgb(0x9E5B00), scene.OnData: rgb(0xFFFFFF), scene.DataTint: rgb(0xFBF0DF),
		scene.BlockedPaint: rgb(0xB92C30), scene.OnBlocked: rgb(0xFFFFFF), scene.BlockedTint: rgb(0xFBEAE7),
		scene.AllowedPaint: rgb(0x0A755C), scene.OnAllowed: rgb(0xFFFFFF), scene.AllowedTint: rgb(0xE0F4EE),
		scene.RewrittenPaint: rgb(0x7B46B8), scene.OnRewritten: rgb(0xFFFFFF), scene.RewrittenTint: rgb(0xF2EAFA),
		scene.WallPaint: rgb(0xC3CDD9), scene.CursorTint: rgb(0xE6F1FB), scene.FocusPaint: rgb(0x0B6BB8),
	},
	{
		scene.Ink: rgb(0xFFFFFF), scene.Muted: rgb(0xD5DDE6), scene.Faint: rgb(0x9AA7B6), scene.Line: rgb(0x8A97A6),
		scene.Surface: rgb(0x000000), scene.Panel: rgb(0x000000), scene.Raised: rgb(0x10161D),
		scene.CommandPaint: rgb(0x7FC8FF), scene.OnCommand: rgb(0x000000), scene.CommandTint: rgb(0x0C2236),
		scene.DataPaint: rgb(0xFFC24D), scene.OnData: rgb(0x000000), scene.DataTint: rgb(0x2B1F06),
		scene.BlockedPaint: rgb(0xFF9A8A), scene.OnBlocked: rgb(0x000000), scene.BlockedTint: rgb(0x33100B),
		scene.AllowedPaint: rgb(0x5CF0C4), scene.OnAllowed: rgb(0x000000), scene.AllowedTint: rgb(0x06291F),
		scene.RewrittenPaint: rgb(0xDDBDFF), scene.OnRewritten: rgb(0x000000), scene.RewrittenTint: rgb(0x231338),
		scene.WallPaint: rgb(0x6B7889), scene.CursorTint: rgb(0x102A42), scene.FocusPaint: rgb(0xFFFF66),
	},
}
