package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// listed is a package as go list tells of it, without its tests.
type listed struct {
	ImportPath string
	Doc        string
	GoFiles    []string
	Imports    []string // direct
	Deps       []string // all
}

func packages(t *testing.T) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Doc,GoFiles,Imports,Deps", "./...")
	var complaint strings.Builder
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	require.NoError(t, err, complaint.String())
	var all []listed
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else {
			require.NoError(t, err)
		}
		all = append(all, p)
	}
	require.Greater(t, len(all), 5)
	return all
}

// within reports whether a package is the room or stands in it.
func within(pkg, room string) bool {
	return pkg == room || strings.HasPrefix(pkg, room+"/")
}

// order is the one in which rooms may be built on each other, the lowest
// first; the first match counts. Rooms of one rank do not know each other,
// except those beside sim/trace, which all speak its words.
var order = []struct {
	room string
	rank int
}{
	{"ftpscope/assets", 0},
	{"ftpscope/netmodel", 0},
	{"ftpscope/sim/ftp", 0},
	{"ftpscope/sim/", 1},
	{"ftpscope/sim", 2},
	{"ftpscope/lessons", 3},
	{"ftpscope/visual", 4},
	{"ftpscope/web", 5},
	{"ftpscope", 5},
}

func place(pkg string) (room string, rank int) {
	for _, o := range order {
		if within(pkg, strings.TrimSuffix(o.room, "/")) && (!strings.HasSuffix(o.room, "/") || strings.HasPrefix(pkg, o.room)) {
			return o.room, o.rank
		}
	}
	return "", -1
}

func TestImportsPointDownTheOrderOfRooms(t *testing.T) {
	for _, p := range packages(t) {
		room, rank := place(p.ImportPath)
		for _, imported := range p.Imports {
			if !within(imported, "ftpscope") {
				continue
			}
			other, below := place(imported)
			assert.True(t, room == other || below < rank, "%s imports %s, which does not stand below it", p.ImportPath, imported)
		}
	}
}

func TestRoomsDoNotKnowWhatTheyMustNot(t *testing.T) {
	all := packages(t)
	for _, rule := range []struct {
		room      string
		forbidden []string // themselves and all below them
		why       string
		deep      bool // not even through others
	}{
		{"ftpscope/sim/ftp", []string{"ftpscope/netmodel", "net", "time", "os"}, "the protocol has no I/O and no clock; net/netip is not net", false},
		{"ftpscope/netmodel", []string{"net", "os", "sync", "math/rand"}, "the network is virtual, and its chance comes from the seed", false},
		{"ftpscope/sim/trace", []string{"ftpscope/netmodel", "ftpscope/sim/ftp"}, "a trace does not know where events came from", true},
		{"ftpscope/sim/export", []string{"ftpscope/netmodel", "ftpscope/assets"}, "it reads traces, and gets its words given", true},
		{"ftpscope/sim/live", []string{"ftpscope/netmodel"}, "it stands on real sockets", true},
		{"ftpscope/sim", []string{"gioui.org", "ftpscope/assets"}, "a simulation knows no screen", true},
		{"ftpscope/lessons", []string{"gioui.org"}, "a lesson knows no screen", true},
		{"ftpscope/assets", []string{"gioui.org"}, "assets are bytes and strings", true},
		{"ftpscope/visual", []string{"ftpscope/netmodel"}, "the window reads the trace", false},
		{"ftpscope/visual/scene", []string{"gioui.org", "ftpscope/netmodel"}, "a scene is data", true},
		{"ftpscope/visual/model", []string{"gioui.org"}, "the model is apart from drawing", true},
	} {
		for _, p := range all {
			if !within(p.ImportPath, rule.room) {
				continue
			}
			known := p.Imports
			if rule.deep {
				known = p.Deps
			}
			for _, f := range rule.forbidden {
				bad := slices.IndexFunc(known, func(k string) bool { return k != "net/netip" && within(k, f) })
				assert.Negative(t, bad, "%s knows %s: %s", p.ImportPath, f, rule.why)
			}
		}
	}
}

func TestTheNetworkModelNeedsOnlyTheStandardLibrary(t *testing.T) {
	for _, p := range packages(t) {
		if !within(p.ImportPath, "ftpscope/netmodel") {
			continue
		}
		for _, imported := range p.Imports {
			first, _, _ := strings.Cut(imported, "/")
			assert.True(t, within(imported, "ftpscope/netmodel") || !strings.Contains(first, ".") && first != "ftpscope",
				"%s imports %s", p.ImportPath, imported)
		}
	}
}

func TestEachRoomSaysWhatItIsFor(t *testing.T) {
	for _, p := range packages(t) {
		assert.NotEmpty(t, p.Doc, "%s has no package comment", p.ImportPath)
		if len(p.GoFiles) > 1 && p.ImportPath != "ftpscope" { // the command is described in main.go
			assert.Contains(t, p.GoFiles, "doc.go", p.ImportPath)
		}
	}
}

// The repository stands alone: a clone passes its tests anywhere.
func TestNothingNamesFoldersOutsideTheRepository(t *testing.T) {
	outside := [][]byte{[]byte("../" + "shared"), []byte("/work/" + "shared")} // joined, so as not to find itself
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if path == ".git" || path == "bin" {
				return filepath.SkipDir
			}
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, name := range outside {
			if before, _, found := bytes.Cut(content, name); found {
				t.Errorf("%s:%d names %s", path, 1+bytes.Count(before, []byte("\n")), name)
			}
		}
		return nil
	})
	require.NoError(t, err)
}
