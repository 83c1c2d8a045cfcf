package netmodel

// The state table of Linux's nf_conntrack_proto_tcp.c: what a middle box, which
// sees packets that may yet be lost, can conclude about a connection.

const (
	trackInvalid = trackStateCount + iota // the packet does not belong to the connection
	trackIgnore                           // it may or may not: let it pass, conclude nothing
)

const (
	kindSYN = iota
	kindSYNACK
	kindFIN
	kindACK
	kindRST
	kindNone
	packetKinds
)

func packetKind(f Flags) int {
	switch {
	case f&RST != 0:
		return kindRST
	case f.Has(SYN | ACK):
		return kindSYNACK
	case f&SYN != 0:
		return kindSYN
	case f&FIN != 0:
		return kindFIN
	case f&ACK != 0:
		return kindACK
	}
	return kindNone
}

const (
	tNO = TrackNone
	tSS = TrackSynSent
	tSR = TrackSynRecv
	tES = TrackEstablished
	tFW = TrackFinWait
	tCW = TrackCloseWait
	tLA = TrackLastAck
	tTW = TrackTimeWait
	tCL = TrackClose
	tS2 = TrackSynSent2
	tIV = trackInvalid
	tIG = trackIgnore
)

var trackTable = [2][packetKinds][trackStateCount]TrackState{
	Original: { //  tNO, tSS, tSR, tES, tFW, tCW, tLA, tTW, tCL, tS2
		kindSYN:    {tSS, tSS, tIG, tIG, tIG, tIG, tIG, tSS, tSS, tS2},
		kindSYNACK: {tIV, tIV, tSR, tIV, tIV, tIV, tIV, tIV, tIV, tSR},
		kindFIN:    {tIV, tIV, tFW, tFW, tLA, tLA, tLA, tTW, tCL, tIV},
		kindACK:    {tES, tIV, tES, tES, tCW, tCW, tTW, tTW, tCL, tIV},
		kindRST:    {tIV, tCL, tCL, tCL, tCL, tCL, tCL, tCL, tCL, tCL},
		kindNone:   {tIV, tIV, tIV, tIV, tIV, tIV, tIV, tIV, tIV, tIV},
	},
	Reply: {
		kindSYN:    {tIV, tS2, tIV, tIV, tIV, tIV, tIV, tSS, tIV, tS2},
		kindSYNACK: {tIV, tSR, tIG, tIG, tIG, tIG, tIG, tIG, tIG, tSR},
		kindFIN:    {tIV, tIV, tFW, tFW, tLA, tLA, tLA, tTW, tCL, tIV},
		kindACK:    {tIV, tIG, tSR, tES, tCW, tCW, tTW, tTW, tCL, tIG},
		kindRST:    {tIV, tCL, tCL, tCL, tCL, tCL, tCL, tCL, tCL, tCL},
		kindNone:   {tIV, tIV, tIV, tIV, tIV, tIV, tIV, tIV, tIV, tIV},
	},
}
