// Package lessons holds the course and whatever makes lessons work, without
// any screen.
//
// A lesson is data: a folder with lesson.toml and one Markdown file for each
// language; README.md describes both. [Open] lists the lessons of the program
// and of further folders, [Library.Lesson] opens one of them: its runs happen,
// its steps are bound to places in them by expressions, its questions get their
// answers computed. [Question.Check] judges an answer, [Task.Judge] a scenario
// that a person made in the Lab. [Library.Check] holds lessons to everything
// that the format promises, and [Progress] remembers how far a person has come.
//
// A lesson can neither read nor write files nor run programs, and its runs are
// bounded in events, time and bytes.
package lessons
