package ftp

// receivedBlock is how much of a download lies in one piece: large enough that
// a file is few pieces, small enough that growing never copies much.
const receivedBlock = 64 << 10

// received gathers a download without copying what is already there, and puts
// it together when somebody wants it.
type received struct {
	full   [][]byte
	last   []byte
	joined []byte // all of it, once asked for
	size   int64
}

// whole is a file that is in one piece already.
func whole(data []byte) *received { return &received{joined: data, size: int64(len(data))} }

// keep takes over data that will never change.
func (r *received) keep(data []byte) {
	r.size += int64(len(data))
	if len(r.last) > 0 {
		r.full = append(r.full, r.last)
		r.last = nil
	}
	r.full = append(r.full, data)
}

// add copies data, which is only lent.
func (r *received) add(data []byte) {
	r.size += int64(len(data))
	for len(data) > 0 {
		room := cap(r.last) - len(r.last)
		if room == 0 {
			if r.last != nil {
				r.full = append(r.full, r.last)
			}
			r.last, room = make([]byte, 0, receivedBlock), receivedBlock
		}
		n := min(room, len(data))
		r.last, data = append(r.last, data[:n]...), data[n:]
	}
}

// bytes is the whole file. Nothing may be added after it was asked for.
func (r *received) bytes() []byte {
	if int64(len(r.joined)) == r.size {
		return r.joined
	}
	r.joined = make([]byte, 0, r.size)
	for _, b := range append(r.full, r.last) {
		r.joined = append(r.joined, b...)
	}
	r.full, r.last = nil, nil
	return r.joined
}
