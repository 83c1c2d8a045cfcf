package netmodel

import "ftpscope/assets"

// english is what an error says in English.
func english(err error) string { return assets.Catalog("en").Error(err) }
