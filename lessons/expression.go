package lessons

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"ftpscope/sim"
	"ftpscope/sim/trace"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm"
)

// The bounds of an expression: its size, and how deep predicates may stand in
// predicates, each of which can go through all messages.
const (
	maxNodes = 500
	maxDepth = 2
)

// builtins are the functions that expressions have besides the vocabulary:
// those about lists and texts, none that knows a clock.
var builtins = []string{"all", "any", "none", "one", "count", "filter", "find", "findLast", "map", "len", "lower", "join", "indexOf", "max", "min", "sum", "int", "string"}

// answered is the vocabulary of an expression that judges an answer.
type answered[T any] struct {
	vocabulary
	Answer T `expr:"answer"`
}

// compile reads an expression that gives a value of the type of want.
func compile(p place, source string, env any, want reflect.Type) (*vm.Program, error) {
	depth := &nesting{}
	options := []expr.Option{expr.Env(env), expr.DisableAllBuiltins(), expr.MaxNodes(maxNodes), expr.Patch(depth), expr.Optimize(false)}
	for _, name := range builtins {
		options = append(options, expr.EnableBuiltin(name))
	}
	switch want.Kind() {
	case reflect.Bool:
		options = append(options, expr.AsBool())
	case reflect.Int:
		options = append(options, expr.AsInt())
	case reflect.String:
		options = append(options, expr.AsKind(reflect.String))
	}
	program, err := expr.Compile(source, options...)
	if err != nil {
		return nil, p.expression(err)
	}
	if depth.deepest > maxDepth {
		return nil, p.problem("error.lesson.predicates", "n", depth.deepest-1, "most", maxDepth-1)
	}
	return program, nil
}

// nesting measures how deep predicates stand in predicates.
type nesting struct{ deepest int }

// Visit implements ast.Visitor, which comes to a node after the ones below it.
func (n *nesting) Visit(node *ast.Node) {
	if p, ok := (*node).(*ast.PredicateNode); ok {
		n.deepest = max(n.deepest, 1+predicates(p.Node))
	}
}

func predicates(node ast.Node) int {
	inner := &nesting{}
	ast.Walk(&node, inner)
	return inner.deepest
}

// evaluate gives the value of a compiled expression.
func evaluate[T any](p place, program *vm.Program, env any) (T, error) {
	var zero T
	out, err := expr.Run(program, env)
	if err != nil {
		return zero, p.expression(err)
	}
	if value, ok := out.(T); ok {
		return value, nil
	}
	if list, ok := out.([]any); ok { // map gives a list of anything
		made := reflect.MakeSlice(reflect.TypeFor[T](), 0, len(list))
		for _, item := range list {
			v := reflect.ValueOf(item)
			if !v.IsValid() || v.Type() != made.Type().Elem() {
				return zero, p.problem("error.lesson.gives_no", "value", fmt.Sprint(item), "want", describe(made.Type().Elem()))
			}
			made = reflect.Append(made, v)
		}
		return made.Interface().(T), nil
	}
	return zero, p.problem("error.lesson.gives", "value", fmt.Sprint(out), "want", describe(reflect.TypeFor[T]()))
}

// describe is what a value of a type is called.
func describe(t reflect.Type) error {
	switch t {
	case reflect.TypeFor[Message]():
		return trace.Err("error.lesson.type.message")
	case reflect.TypeFor[[]Message]():
		return trace.Err("error.lesson.type.messages")
	case reflect.TypeFor[[]string]():
		return trace.Err("error.lesson.type.texts")
	}
	switch t.Kind() {
	case reflect.Int:
		return trace.Err("error.lesson.type.number")
	case reflect.Bool:
		return trace.Err("error.lesson.type.bool")
	}
	return trace.Err("error.lesson.type.text")
}

// unknownName is how the library says so, in two ways.
var unknownName = regexp.MustCompile(`(?:unknown name|cannot fetch) (\w+)(?: from \S+)?`)

// expression puts the place of an expression before an error of its library,
// whose column counts within the expression.
func (p place) expression(err error) error {
	var at *file.Error
	if !errors.As(err, &at) { // a fault of the library, which adds where in itself it came about
		first, _, _ := strings.Cut(err.Error(), "\n")
		return p.problem("error.lesson.expression_other", "why", first)
	}
	if at.Line <= 1 {
		p.Column += at.Column
	} else {
		p.Line, p.Column = p.Line+at.Line-1, at.Column+1
	}
	text := at.Message
	if at.Prev != nil {
		text = at.Prev.Error()
	}
	var own *trace.Fault
	var field *sim.FieldError
	switch name := unknownName.FindStringSubmatch(text); {
	case name != nil:
		return p.problem("error.lesson.name_unknown", "name", name[1])
	case errors.As(at.Prev, &field):
		return p.problem("error.lesson.expression", "why", field)
	case errors.As(at.Prev, &own):
		return p.problem("error.lesson.expression", "why", own)
	}
	return p.problem("error.lesson.expression", "why", strings.ReplaceAll(strings.TrimSpace(text), "lessons.", ""))
}

// place is where something stands in a lesson's files.
type place struct {
	File         string
	Line, Column int // from 1; 0: not known
}

// Problem says what is wrong in a lesson, where, and how to mend it.
type Problem struct {
	File         string
	Line, Column int // from 1; 0: not known
	Err          error
}

// Say is the sentence that tells the problem.
func (p *Problem) Say() (key string, args []any) {
	switch {
	case p.Line == 0:
		return "error.place.file", []any{"file", p.File, "why", p.Err}
	case p.Column == 0:
		return "error.place.line", []any{"file", p.File, "line", p.Line, "why", p.Err}
	}
	return "error.place.column", []any{"file", p.File, "line", p.Line, "column", p.Column, "why", p.Err}
}

func (p *Problem) Error() string {
	return fmt.Sprintf("%s:%d:%d: %v", p.File, p.Line, p.Column, p.Err)
}

func (p *Problem) Unwrap() error { return p.Err }

// problem is what is wrong at a place, told by a sentence of the catalogue.
func (p place) problem(key string, args ...any) error { return p.wrap(trace.Err(key, args...)) }

// wrap names the place of an error.
func (p place) wrap(err error) error {
	return &Problem{File: p.File, Line: p.Line, Column: p.Column, Err: err}
}
