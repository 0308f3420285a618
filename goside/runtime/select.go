// Select: the compiler's statement is a kernel call (selectgo); reflect.Select is arranged for it here.

package runtime

import "unsafe"

// scase is one case as the compiler lays it out.
type scase struct {
	c    *hchan
	elem unsafe.Pointer
}

// Directions of a reflect.SelectCase.
const (
	_ = iota
	selectSend
	selectRecv
	selectDefault
)

// runtimeSelect is reflect's view of one case.
type runtimeSelect struct {
	dir uintptr
	typ unsafe.Pointer
	ch  *hchan
	val unsafe.Pointer
}

// reflect_rselect runs a select whose cases are known at run time only. selectgo wants the sends in front and the
// receives from the end backwards; origin leads back to the caller's numbering.
//
//go:linkname reflect_rselect reflect.rselect
func reflect_rselect(cases []runtimeSelect) (chosen int, received bool) {
	if len(cases) == 0 {
		block()
	}
	sorted := make([]scase, len(cases))
	origin := make([]int, len(cases))
	sends, recvs, deflt := 0, 0, -1
	for i, c := range cases {
		at := 0
		switch c.dir {
		case selectDefault:
			deflt = i
			continue
		case selectSend:
			at = sends
			sends++
		case selectRecv:
			recvs++
			at = len(cases) - recvs
		}
		sorted[at] = scase{c: c.ch, elem: c.val}
		origin[at] = i
	}
	if sends+recvs == 0 {
		return deflt, false
	}
	if gap := len(cases) - sends - recvs; gap > 0 {
		copy(sorted[sends:], sorted[sends+gap:])
		copy(origin[sends:], origin[sends+gap:])
	}
	order := make([]uint16, 2*(sends+recvs))
	chosen, received = selectgo(&sorted[0], &order[0], nil, sends, recvs, deflt == -1)
	if chosen < 0 {
		return deflt, received
	}
	return origin[chosen], received
}
