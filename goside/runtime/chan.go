// Channels: the compiler's entries are kernel calls (zstubs.go); here is what debuggers, reflect and len see of them.

package runtime

import (
	"internal/abi"
	"internal/runtime/sys"
	"unsafe"
)

type chantype = abi.ChanType

// hchan is the channel object as crates/kernel/src/chan/channel.rs lays it out. Debuggers find the waiting goroutines by
// the names recvq and sendq.
type hchan struct {
	lock      uint32
	closed    uint8
	isTimer   bool
	isBubbled bool
	qcount    uint
	dataqsiz  uint // room in the buffer
	elemsize  uintptr
	elemtype  *_type
	sendx     uint
	recvx     uint
	recvq     waitq
	sendq     waitq
	buf       unsafe.Pointer
	timer     unsafe.Pointer
	bubble    uintptr
}

// waitq is a queue of goroutines that wait for a channel.
type waitq struct {
	first *sudog
	last  *sudog
}

// sudog is a goroutine in a queue. It lives in the kernel's memory.
type sudog struct {
	_    sys.NotInHeap
	link uintptr
	g    *g
	next *sudog
	prev *sudog
	elem unsafe.Pointer
	c    *hchan
}

func makechan64(t *chantype, size int64) *hchan {
	return makechan(t, int(size))
}

// A timer's channel looks unbuffered.
func chanlen(c *hchan) int {
	if c == nil || c.isTimer {
		return 0
	}
	return int(c.qcount)
}

func chancap(c *hchan) int {
	if c == nil || c.isTimer {
		return 0
	}
	return int(c.dataqsiz)
}

// chanbuf is slot i of the buffer. Used by packages that measure the size of values.
//
//go:linkname chanbuf
func chanbuf(c *hchan, i uint) unsafe.Pointer {
	return add(c.buf, uintptr(i)*c.elemsize)
}

//go:linkname reflect_makechan reflect.makechan
func reflect_makechan(t *chantype, size int) *hchan {
	return makechan(t, size)
}

//go:linkname reflect_chansend reflect.chansend0
func reflect_chansend(c *hchan, elem unsafe.Pointer, nb bool) (selected bool) {
	if nb {
		return selectnbsend(c, elem)
	}
	chansend1(c, elem)
	return true
}

//go:linkname reflect_chanrecv reflect.chanrecv
func reflect_chanrecv(c *hchan, nb bool, elem unsafe.Pointer) (selected, received bool) {
	if nb {
		return selectnbrecv(elem, c)
	}
	return true, chanrecv2(c, elem)
}

//go:linkname reflect_chanlen reflect.chanlen
func reflect_chanlen(c *hchan) int {
	return chanlen(c)
}

//go:linkname reflectlite_chanlen internal/reflectlite.chanlen
func reflectlite_chanlen(c *hchan) int {
	return chanlen(c)
}

//go:linkname reflect_chancap reflect.chancap
func reflect_chancap(c *hchan) int {
	return chancap(c)
}

//go:linkname reflect_chanclose reflect.chanclose
func reflect_chanclose(c *hchan) {
	closechan(c)
}
