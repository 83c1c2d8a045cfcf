package visual

import (
	"testing"

	"gioui.org/f32"
	"gioui.org/io/pointer"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ftpscope/assets"
	"ftpscope/visual/model"
)

func TestTheUsualFieldsOfTheNetworkAreExplained(t *testing.T) {
	plain := []string{"server.control_port", "server.data_port", "server.pasv_min", "server.pasv_max", "file_bytes", "second_server.control_port"} // the name says it
	d := open(t, Options{Run: "active"}, 1280, 720)
	d.settle()
	for _, group := range model.Form() {
		for _, f := range group.Fields {
			if _, ok := d.app.fieldHelp(f.Path); !ok && group.Name != "more" {
				assert.Contains(t, plain, f.Path)
			}
		}
	}
}

func TestAFieldsNameSaysWhatItMeansWhereThePointerRests(t *testing.T) {
	d := open(t, Options{Run: "active"}, 1280, 720)
	d.settle()
	help := assets.Catalog("en").Text("help.client.skip_pasv_ip")
	require.False(t, d.has(help))
	for _, n := range d.router.AppendSemantics(nil) {
		if n.Desc.Description == help { // a screen reader is told always
			at := n.Desc.Bounds.Min
			d.router.Queue(pointer.Event{Kind: pointer.Move, Source: pointer.Mouse, Position: f32.Pt(float32(at.X+3), float32(at.Y+3))})
			d.frame()
			d.frame()
			assert.True(t, d.has(help))
			return
		}
	}
	t.Fatal("no name has its explanation")
}
