// Package assets holds what the program carries inside itself: fonts as raw
// bytes and every sentence it can say, in each of its languages.
//
// Sentences live in text/LANGUAGE/AREA.toml as key = "text with {{.name}}";
// one file per area, so that each room keeps its own. The package knows no
// screen: it hands out bytes and strings.
package assets
