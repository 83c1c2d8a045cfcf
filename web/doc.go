// Package web holds the page that the program runs in, and its disk there: the
// files beside this one, which make web puts together with the program. In Go
// are only their tests.
package web
