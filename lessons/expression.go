package lessons

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"

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
		return nil, p.errorf("a predicate stands in %d others; at most %d are allowed", depth.deepest-1, maxDepth-1)
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
				return zero, p.errorf("gives %v, which is no %s", item, describe(made.Type().Elem()))
			}
			made = reflect.Append(made, v)
		}
		return made.Interface().(T), nil
	}
	return zero, p.errorf("gives %v, not %s", out, describe(reflect.TypeFor[T]()))
}

func describe(t reflect.Type) string {
	switch t {
	case reflect.TypeFor[Message]():
		return "a message"
	case reflect.TypeFor[[]Message]():
		return "a list of messages"
	case reflect.TypeFor[[]string]():
		return "a list of texts"
	}
	return map[reflect.Kind]string{reflect.Int: "a whole number", reflect.String: "a text", reflect.Bool: "true or false"}[t.Kind()]
}

// unknownName is how the library says so, in two ways.
var unknownName = regexp.MustCompile(`(?:unknown name|cannot fetch) (\w+)(?: from \S+)?`)

// expression puts the place of an expression before an error of its library,
// whose column counts within the expression.
func (p place) expression(err error) error {
	var at *file.Error
	if !errors.As(err, &at) { // a fault of the library, which adds where in itself it came about
		first, _, _ := strings.Cut(err.Error(), "\n")
		return p.errorf("%s; write the expression in another way", first)
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
	text = unknownName.ReplaceAllString(strings.TrimSpace(text), "there is no $1")
	return p.errorf("%s; lessons/README.md lists what expressions can say", strings.ReplaceAll(text, "lessons.", ""))
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

func (p *Problem) Error() string {
	switch {
	case p.Line == 0:
		return fmt.Sprintf("%s: %v", p.File, p.Err)
	case p.Column == 0:
		return fmt.Sprintf("%s:%d: %v", p.File, p.Line, p.Err)
	}
	return fmt.Sprintf("%s:%d:%d: %v", p.File, p.Line, p.Column, p.Err)
}

func (p *Problem) Unwrap() error { return p.Err }

func (p place) errorf(format string, args ...any) error {
	return &Problem{File: p.File, Line: p.Line, Column: p.Column, Err: fmt.Errorf(format, args...)}
}
