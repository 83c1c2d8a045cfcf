package export

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"ftpscope/sim/trace"
)

// The columns of the ladder.
const (
	timeWidth  = 9
	portWidth  = 6 // ":65535"
	leftEdge   = timeWidth + 1 + portWidth + 1
	rightEdge  = 72 // the last column of an arrow
	tableWidth = rightEdge + 2 + portWidth
)

// columns are where the nodes stand between the edges.
var columns = map[trace.Role]int{
	trace.RoleClient:       leftEdge,
	trace.RoleClientRouter: leftEdge + 12,
	trace.RoleInternet:     (leftEdge + rightEdge) / 2,
	trace.RoleServerRouter: rightEdge - 12,
	trace.RoleServer:       rightEdge,
}

// row is one line of the ladder.
type row []rune

func newRow() row {
	return row(strings.Repeat(" ", tableWidth))
}

func (r row) String() string { return string(r) }

// put writes s from a column on; what does not fit any more makes the row longer.
func (r *row) put(at int, s string) {
	for _, c := range s {
		if at >= len(*r) {
			*r = append(*r, ' ')
		}
		(*r)[at] = c
		at++
	}
}

func (r *row) middle(s string) {
	r.put(leftEdge+max(0, (rightEdge-leftEdge+1-utf8.RuneCountInString(s))/2), s)
}

// port writes a port outside the edge it belongs to.
func (r *row) port(edge int, port uint16) {
	s := fmt.Sprintf(":%d", port)
	if edge == leftEdge {
		r.put(leftEdge-1-len(s), s)
		return
	}
	r.put(edge+2, s)
}

// arrow draws from one column to another, with the label in its middle or,
// where it is too short for that, beyond its end.
func (r *row) arrow(from, to int, c trace.Channel, died bool, label string) {
	line := '─'
	if c == trace.Data {
		line = '╌'
	}
	left, right := min(from, to), max(from, to)
	for i := left; i <= right; i++ {
		(*r)[i] = line
	}
	switch {
	case died:
		(*r)[to] = '✕'
	case to > from:
		(*r)[to] = '▶'
	default:
		(*r)[to] = '◀'
	}
	room := right - left - 5
	if n := utf8.RuneCountInString(label); n <= room || room > (rightEdge-leftEdge)/2 {
		label = " " + shorten(label, room) + " "
		r.put(left+(right-left+1-utf8.RuneCountInString(label))/2, label)
		return
	}
	if right < (leftEdge+rightEdge)/2 {
		r.put(right+2, shorten(label, rightEdge-right-2))
		return
	}
	label = shorten(label, left-leftEdge-2)
	r.put(left-1-utf8.RuneCountInString(label), label)
}

func shorten(s string, width int) string {
	if utf8.RuneCountInString(s) <= width {
		return s
	}
	return string([]rune(s)[:max(0, width-1)]) + "…"
}

func pad(s string, width int) string {
	return strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s))) + s
}

func trimRight(s string) string { return strings.TrimRight(s, " ") }

// printable makes protocol text safe for a terminal: a hostile server must not
// move its cursor.
func printable(s string) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsPrint(c) {
			return c
		}
		return '·'
	}, strings.TrimRight(s, "\r\n"))
}
