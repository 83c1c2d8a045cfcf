package sim

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"reflect"
	"slices"
)

type fingerprint128 [16]byte

// fingerprint identifies a state: both machines to the last field, the
// dialogue, and everything under way.
func (w *wires) fingerprint() fingerprint128 {
	p := printer{seen: map[uintptr]bool{}}
	for i := range w.hosts {
		h := &w.hosts[i]
		p.value(reflect.ValueOf(h.machine))
		p.text(fmt.Sprint(h.said, h.listener, h.released, w.number(h.control), w.number(h.data)))
		for _, c := range h.backlog {
			p.word(uint64(w.number(c)))
		}
	}
	for _, c := range w.wires {
		p.text(fmt.Sprint(*c))
	}
	for _, a := range w.alarms {
		p.text(fmt.Sprint(a.of, a.name, a.at-w.now, w.number(a.giveUp)))
	}
	p.text(fmt.Sprint(w.left, w.aborted, len(w.finished)))
	sum := sha256.Sum256(p.out)
	return fingerprint128(sum[:16])
}

func (w *wires) number(c *wire) int { return slices.Index(w.wires, c) }

// printer writes a value out with all it points to.
type printer struct {
	out  []byte
	seen map[uintptr]bool
}

// constant are the fields that never change in a session, and the outputs of
// the last call.
var constant = []string{"cfg", "does", "texts", "table", "program", "out"}

func (p *printer) word(n uint64) { p.out = binary.AppendUvarint(p.out, n) }

func (p *printer) text(s string) {
	p.word(uint64(len(s)))
	p.out = append(p.out, s...)
}

// value writes one value. A function is known by its code; what it has
// captured follows from the dialogue, which is part of the fingerprint.
func (p *printer) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		p.word(map[bool]uint64{true: 1}[v.Bool()])
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		p.word(uint64(v.Int()))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		p.word(v.Uint())
	case reflect.String:
		p.text(v.String())
	case reflect.Func:
		p.word(uint64(v.Pointer()))
	case reflect.Slice, reflect.Array:
		p.word(uint64(v.Len()))
		for i := range v.Len() {
			p.value(v.Index(i))
		}
	case reflect.Map:
		p.entries(v)
	case reflect.Struct:
		for i := range v.NumField() {
			if !slices.Contains(constant, v.Type().Field(i).Name) {
				p.value(v.Field(i))
			}
		}
	case reflect.Interface, reflect.Pointer:
		p.pointed(v)
	default:
		panic("no fingerprint of a " + v.Kind().String())
	}
}

func (p *printer) pointed(v reflect.Value) {
	if v.IsNil() {
		p.word(0)
		return
	}
	p.word(1)
	if v.Kind() == reflect.Pointer {
		if p.seen[v.Pointer()] {
			return
		}
		p.seen[v.Pointer()] = true
	} else {
		p.text(v.Elem().Type().String())
	}
	p.value(v.Elem())
}

// entries writes a map in the order of its keys' own writing.
func (p *printer) entries(v reflect.Value) {
	var all []string
	for it := v.MapRange(); it.Next(); {
		e := printer{seen: p.seen}
		e.value(it.Key())
		e.value(it.Value())
		all = append(all, string(e.out))
	}
	slices.Sort(all)
	for _, e := range all {
		p.text(e)
	}
}
