package ftp

import (
	"fmt"
	"slices"
	"strings"
)

var months = [...]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}

// listLine is an entry as LIST shows it: like ls -l, always with the year, as
// there is no clock to tell what is recent.
func listLine(i Info) string {
	kind, links := "-rw-r--r--", 1
	switch {
	case i.Dir && i.ReadOnly:
		kind, links = "dr-xr-xr-x", 2
	case i.Dir:
		kind, links = "drwxr-xr-x", 2
	case i.ReadOnly:
		kind = "-r--r--r--"
	}
	month := months[(max(i.Modified.Month, 1)-1)%12]
	return fmt.Sprintf("%s %4d %-8s %-8s %8d %s %02d  %04d %s",
		kind, links, "ftp", "ftp", i.Size, month, i.Modified.Day, i.Modified.Year, i.Name)
}

// The facts this server knows (RFC 3659 §7.5).
var (
	mlstFacts   = []string{"type", "size", "modify", "perm"}
	mlstDefault = mlstFacts
)

// factsOf writes an entry's facts, each ended by a semicolon.
func factsOf(i Info, selected []string) string {
	var b strings.Builder
	for _, fact := range selected {
		switch fact {
		case "type":
			kind := "file"
			if i.Dir {
				kind = "dir"
			}
			b.WriteString("type=" + kind + ";")
		case "size":
			if !i.Dir {
				fmt.Fprintf(&b, "size=%d;", i.Size)
			}
		case "modify":
			fmt.Fprintf(&b, "modify=%s;", i.Modified)
		case "perm":
			b.WriteString("perm=" + permissions(i) + ";")
		}
	}
	return b.String()
}

// permissions are the letters of RFC 3659 §7.5.5.
func permissions(i Info) string {
	switch {
	case i.Dir && i.ReadOnly:
		return "el"
	case i.Dir:
		return "cdeflmp"
	case i.ReadOnly:
		return "r"
	}
	return "adfrw"
}

// selectFacts picks the known ones of an OPTS MLST argument, in our order.
func selectFacts(arg string) []string {
	wanted := strings.Split(strings.ToLower(arg), ";")
	var facts []string
	for _, fact := range mlstFacts {
		if slices.Contains(wanted, fact) {
			facts = append(facts, fact)
		}
	}
	return facts
}

// listPath takes the options of ls off a LIST argument, which servers in use
// ignore or obey, but which name no file.
func listPath(arg string) string {
	for strings.HasPrefix(arg, "-") {
		_, rest, _ := strings.Cut(arg, " ")
		arg = strings.TrimLeft(rest, " ")
	}
	return arg
}

// entries gives what a listing of dir shows: its entries, or the file itself.
func entries(store Store, name string) (infos []Info, dir bool, err error) {
	info, err := store.Stat(name)
	switch {
	case err != nil:
		return nil, false, err
	case !info.Dir:
		return []Info{info}, false, nil
	}
	infos, err = store.List(name)
	return infos, true, err
}
