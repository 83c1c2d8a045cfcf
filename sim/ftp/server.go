package ftp

// Server is one session's server side.
type Server struct {
	cfg   ServerConfig
	store Store
	out   []Output
}

// NewServer makes the server side of one session over store.
func NewServer(cfg ServerConfig, store Store) *Server {
	return &Server{cfg: cfg, store: store}
}

// Handle takes one input and returns what follows from it. The slice is valid
// until the next call.
func (s *Server) Handle(in Input) []Output {
	s.out = s.out[:0]
	return s.out
}
