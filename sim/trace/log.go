package trace

// log is an append-only list kept in blocks, so that growing never copies what
// is already there and a million events cost no more than they weigh.
type log[T any] struct {
	blocks [][]T
	n      int
}

const (
	blockBits = 9 // 16 KiB of events: small enough for the allocator to hand out without a lock
	blockSize = 1 << blockBits
)

func (l *log[T]) len() int { return l.n }

func (l *log[T]) at(i int) *T { return &l.blocks[i>>blockBits][i&(blockSize-1)] }

// push appends v and returns its index. The first block starts small: most
// runs fit in a fraction of it.
func (l *log[T]) push(v T) int {
	b := l.n >> blockBits
	if b == len(l.blocks) {
		size := blockSize
		if b == 0 {
			size = 64
		}
		l.blocks = append(l.blocks, make([]T, 0, size))
	}
	l.blocks[b] = append(l.blocks[b], v)
	l.n++
	return l.n - 1
}
