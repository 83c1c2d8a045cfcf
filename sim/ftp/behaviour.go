package ftp

// Behaviour is everything in which server programs differ besides their texts.
type Behaviour struct{}

// BehaviourOf gives what a profile does, to be changed and put into
// [ServerConfig].
func BehaviourOf(p Profile) Behaviour { return Behaviour{} }
