package assets

import (
	"time"

	"golang.org/x/text/number"
)

// Decimal writes a number as the language does ("0.284", "0,284"), with so
// many digits after the mark; with -1, as many as it needs, at most three.
func (t *Texts) Decimal(v float64, digits int) string {
	if digits < 0 {
		return t.printer.Sprint(number.Decimal(v, number.MaxFractionDigits(3)))
	}
	return t.printer.Sprint(number.Decimal(v, number.Scale(digits)))
}

// Integer writes a whole number with its thousands grouped ("12,288",
// "12.288"). Ports are not written this way.
func (t *Texts) Integer(n int64) string {
	return t.printer.Sprint(number.Decimal(n))
}

// Duration writes a span of time in seconds, with the milliseconds that
// virtual time is told in: "0.284 s". Whole seconds stand alone: "60 s".
func (t *Texts) Duration(d time.Duration) string {
	return t.Decimal(d.Round(time.Millisecond).Seconds(), -1) + "\u00a0s"
}
