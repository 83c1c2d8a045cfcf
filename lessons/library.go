package lessons

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"

	"ftpscope/assets"
	"ftpscope/sim/trace"
)

//go:embed content
var content embed.FS

// Library is the lessons there are: those of the program, and those of folders.
// Opening one reads nothing of the others but what it requires. Several
// goroutines can use it until Close.
type Library struct {
	parts   []partDefinition
	shelves []*shelf // in the order of the course
}

// shelf is where one lesson stands.
type shelf struct {
	id    string
	part  int // index into Library.parts
	files fs.FS
	dir   string // within files; its base is the id
	name  string // of dir as errors show it
	root  *os.Root

	clash   error // its id is taken
	mu      sync.Mutex
	def     *definition // read once
	problem error
}

type partDefinition struct {
	ID      string            `toml:"id"`
	Title   map[string]string `toml:"title"` // by language
	Lessons []string          `toml:"lessons"`
}

// Info is what a map of the course shows of a lesson.
type Info struct {
	ID       string
	Part     string // title of the part of the course, in the language asked for
	Title    string
	Summary  Text
	Requires []string // ids of lessons that come before
	Own      bool     // it comes from a folder, not with the program
	Problem  error    // why it cannot be opened, or nil
}

// ErrUnknown says that there is no lesson of that name.
var ErrUnknown = errors.New("no such lesson")

// unknownError is ErrUnknown with the name, told by the sentence of a key.
type unknownError struct{ key, id string }

// Say is the sentence that tells the error.
func (e *unknownError) Say() (key string, args []any) {
	return e.key, []any{"id", strconv.Quote(e.id)}
}

func (e *unknownError) Error() string { return ErrUnknown.Error() + ": " + e.id }

// Unwrap makes it ErrUnknown to those who ask.
func (e *unknownError) Unwrap() error { return ErrUnknown }

// Open lists the lessons of the program and, behind them, of further folders,
// each of which holds lessons or is one. A folder that cannot be read is an
// error; a lesson that is broken shows it as [Info.Problem].
func Open(folders ...string) (*Library, error) {
	l := &Library{}
	data, err := content.ReadFile("content/course.toml")
	if err != nil {
		return nil, err
	}
	var course struct {
		Parts []partDefinition `toml:"part"`
	}
	if _, err := toml.Decode(string(data), &course); err != nil {
		return nil, fmt.Errorf("content/course.toml: %w", err)
	}
	l.parts = course.Parts
	for i, p := range l.parts {
		for _, id := range p.Lessons {
			l.shelves = append(l.shelves, &shelf{id: id, part: i, files: content, dir: "content/" + id})
		}
	}
	return l, l.addFolders(folders)
}

func (l *Library) addFolders(folders []string) error {
	for _, folder := range folders {
		if _, err := os.Stat(filepath.Join(folder, lessonFile)); err == nil {
			if err := l.addFolder(filepath.Dir(filepath.Clean(absolute(folder))), filepath.Base(absolute(folder))); err != nil {
				return err
			}
			continue
		}
		entries, err := os.ReadDir(folder)
		if err != nil {
			return trace.Err("error.lesson.folder", "why", err)
		}
		for _, e := range entries {
			if _, err := os.Stat(filepath.Join(folder, e.Name(), lessonFile)); err != nil {
				continue
			}
			if err := l.addFolder(folder, e.Name()); err != nil {
				return err
			}
		}
	}
	return nil
}

func absolute(folder string) string {
	if abs, err := filepath.Abs(folder); err == nil {
		return abs
	}
	return folder
}

// addFolder adds one lesson. Its files are reached through an [os.Root], which
// no path and no symbolic link leaves.
func (l *Library) addFolder(folder, name string) error {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return err
	}
	s := &shelf{id: name, part: -1, files: root.FS(), dir: name, name: folder, root: root}
	if l.shelf(name) != nil {
		s.clash = place{File: filepath.Join(folder, name, lessonFile)}.problem("error.lesson.id_taken", "id", strconv.Quote(name))
	}
	l.shelves = append(l.shelves, s)
	return nil
}

func (l *Library) shelf(id string) *shelf {
	for _, s := range l.shelves {
		if s.id == id {
			return s
		}
	}
	return nil
}

// definition reads lesson.toml, once.
func (s *shelf) definition() (*definition, error) {
	if s.clash != nil {
		return nil, s.clash
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.def == nil && s.problem == nil {
		s.def, s.problem = readDefinition(s.files, s.dir)
		s.problem = s.named(s.problem)
	}
	return s.def, s.problem
}

// named gives problems the path that the person knows.
func (s *shelf) named(err error) error {
	var p *Problem
	if s.root != nil && errors.As(err, &p) && !strings.HasPrefix(p.File, s.name) {
		p.File = filepath.Join(s.name, filepath.FromSlash(p.File))
	}
	return err
}

// document reads a lesson's text in a language.
func (s *shelf) document(lang string) (*document, error) {
	name := lang + ".md"
	data, err := read(s.files, s.dir, name)
	if err != nil {
		return nil, s.named(err)
	}
	doc, err := readDocument(path.Join(s.dir, name), data)
	return doc, s.named(err)
}

// IDs are the lessons in the order of the course, those of folders last.
func (l *Library) IDs() []string {
	var out []string
	for _, s := range l.shelves {
		out = append(out, s.id)
	}
	return out
}

// List describes all lessons in a language, in the order of the course.
func (l *Library) List(lang string) []Info {
	lang = assets.Match(lang)
	out := make([]Info, 0, len(l.shelves))
	for _, s := range l.shelves {
		info := Info{ID: s.id, Title: s.id, Own: s.root != nil}
		if s.part >= 0 {
			info.Part = l.parts[s.part].Title[lang]
		}
		d, err := s.definition()
		if err == nil {
			info.Requires = slices.Clone(d.Requires)
			var doc *document
			if doc, err = s.document(lang); err == nil {
				info.Title, info.Summary = doc.title, doc.summary
			}
		}
		if err == nil {
			err = l.order(s, d)
		}
		info.Problem = err
		out = append(out, info)
	}
	return out
}

// order says what is wrong with the lessons that one requires.
func (l *Library) order(s *shelf, d *definition) error {
	for i, id := range d.Requires {
		if l.shelf(id) == nil {
			return s.named(d.at("requires").problem("error.lesson.requires", "n", i, "id", strconv.Quote(id)))
		}
	}
	if circle := l.circle(s.id, s, map[string]bool{}); circle != nil {
		return s.named(d.at("requires").problem("error.lesson.circle", "ids", strings.Join(append([]string{s.id}, circle...), " → ")))
	}
	return nil
}

// circle follows what a lesson requires until it comes back to the first.
func (l *Library) circle(first string, s *shelf, seen map[string]bool) []string {
	d, err := s.definition()
	if err != nil {
		return nil
	}
	for _, id := range d.Requires {
		if id == first {
			return []string{id}
		}
		next := l.shelf(id)
		if next == nil || seen[id] {
			continue
		}
		seen[id] = true
		if rest := l.circle(first, next, seen); rest != nil {
			return append([]string{id}, rest...)
		}
	}
	return nil
}

// Glossary is every word that the course explains, in a language, in the order
// of the lessons.
func (l *Library) Glossary(lang string) []Term {
	var out []Term
	for _, s := range l.shelves {
		if doc, err := s.document(assets.Match(lang)); err == nil {
			out = append(out, doc.terms(s.id)...)
		}
	}
	return out
}

func (d *document) terms(lesson string) []Term {
	var out []Term
	for _, s := range d.sections {
		if s.id != sectionTerms {
			continue
		}
		for _, e := range s.entries {
			out = append(out, Term{ID: e.key, Lesson: lesson, Text: e.text})
		}
	}
	return out
}

// Folder is where a lesson's files lie, to be watched; "" for one of the
// program's own.
func (l *Library) Folder(id string) string {
	if s := l.shelf(id); s != nil && s.root != nil {
		return filepath.Join(s.name, s.dir)
	}
	return ""
}

// Reload forgets what was read of a lesson, for its files have changed.
func (l *Library) Reload(id string) {
	if s := l.shelf(id); s != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.def, s.problem = nil, nil
	}
}

// Close lets go of the folders.
func (l *Library) Close() error {
	var errs []error
	for _, s := range l.shelves {
		if s.root != nil {
			errs = append(errs, s.root.Close())
		}
	}
	return errors.Join(errs...)
}
