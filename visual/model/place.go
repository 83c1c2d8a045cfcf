package model

// Place is a part of the program that the window can show.
type Place uint8

// The places.
const (
	PlaceLab     Place = iota // one run, and everything it depends on
	PlaceCompare              // two runs under one cursor
	PlaceCount
)

// PlaceNames are the names of the places in the catalogue.
var PlaceNames = [PlaceCount]string{"lab", "compare"}

// Shown is the place that is shown.
func (p *Player) Shown() Place {
	if p.Compare != nil {
		return PlaceCompare
	}
	return PlaceLab
}

// Go goes to a place.
func (p *Player) Go(to Place) error {
	switch {
	case to == p.Shown():
		return nil
	case to == PlaceCompare:
		return p.OpenCompare(p.modes())
	}
	p.CloseCompare()
	return nil
}
