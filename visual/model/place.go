package model

// Place is a part of the program that the window can show.
type Place uint8

// The places.
const (
	PlaceLearn   Place = iota // lessons
	PlaceLab                  // one run, and everything it depends on
	PlaceCompare              // two runs under one cursor
	PlaceCount
)

// PlaceNames are the names of the places in the catalogue.
var PlaceNames = [PlaceCount]string{"learn", "lab", "compare"}

// Shown is the place that is shown.
func (p *Player) Shown() Place {
	switch {
	case p.Compare != nil:
		return PlaceCompare
	case p.Learning():
		return PlaceLearn
	}
	return PlaceLab
}

// Go goes to a place. There is none for lessons where there are no lessons.
func (p *Player) Go(to Place) error {
	if to != PlaceCompare {
		p.dropKind(JobCompare)
	}
	if to == p.Shown() || to == PlaceLearn && p.Learn == nil {
		return nil
	}
	p.CloseCompare()
	if to == PlaceLearn {
		p.Learn.Enter()
		return nil
	}
	if p.Learn != nil {
		p.Learn.Leave()
	}
	if to == PlaceCompare {
		return p.OpenCompare(p.modes())
	}
	return nil
}
