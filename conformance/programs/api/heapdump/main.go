// debug.WriteHeapDump: the dump is read here, record by record, and what the program holds is found in it: objects by way
// of the globals and of a waiting goroutine's frames, types of itabs, finalizers, threads, MemStats, and the heap profile.
package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
)

type thing struct {
	magic uint64
	next  *thing
	text  string
	more  [3]uint64
}

func (t *thing) String() string { return t.text }

const magic = 0x1234_5678_9abc_def0

var (
	list     *thing
	stringer fmt.Stringer
	large    []*thing
)

type field = uint64

type region struct {
	addr     uint64
	contents []byte
	pointers []field
}

// word is the word at an offset, which the dump says may be a pointer; 0 otherwise.
func (r *region) word(offset uint64) uint64 {
	for _, p := range r.pointers {
		if p == offset {
			return binary.LittleEndian.Uint64(r.contents[offset:])
		}
	}
	return 0
}

type frame struct {
	region
	depth, child uint64
	name         string
}

type goroutine struct {
	id, status         uint64
	system, background bool
	why                string
	frames             []frame
}

type typ struct {
	size     uint64
	name     string
	indirect bool
}

type dump struct {
	r          *bufio.Reader
	kinds      [18]int
	order      []int
	bigEndian  bool
	ptrSize    uint64
	start, end uint64
	arch       string
	version    string
	ncpu       uint64
	objects    map[uint64]region
	segments   []region
	goroutines []*goroutine
	types      map[uint64]typ
	itabs      map[uint64]uint64
	finalizers map[uint64]uint64 // object, type of its pointer
	stats      [24]uint64
	numGC      uint64
	stacks     map[uint64][]string
	counts     map[uint64][2]uint64 // allocated, freed
	samples    map[uint64]uint64
}

func (d *dump) number() uint64 {
	n, err := binary.ReadUvarint(d.r)
	if err != nil {
		panic(err)
	}
	return n
}

func (d *dump) bool() bool {
	switch d.number() {
	case 0:
		return false
	case 1:
		return true
	}
	panic("not a bool")
}

func (d *dump) bytes() []byte {
	b := make([]byte, d.number())
	if _, err := io.ReadFull(d.r, b); err != nil {
		panic(err)
	}
	return b
}

func (d *dump) pointers() (list []field) {
	for {
		switch d.number() {
		case 0:
			return list
		case 1:
			list = append(list, d.number())
		default:
			panic("unknown kind of field")
		}
	}
}

func (d *dump) region() region {
	addr := d.number()
	contents := d.bytes()
	return region{addr, contents, d.pointers()}
}

func (d *dump) record(kind uint64) {
	switch kind {
	case 1:
		r := d.region()
		d.objects[r.addr] = r
	case 2:
		d.bytes()
		d.number()
	case 3:
		addr := d.number()
		size := d.number()
		name := string(d.bytes())
		d.types[addr] = typ{size, name, d.bool()}
	case 4:
		d.number()
		d.number()
		g := &goroutine{id: d.number()}
		d.number()
		g.status = d.number()
		g.system, g.background = d.bool(), d.bool()
		d.number()
		g.why = string(d.bytes())
		for range 4 {
			d.number()
		}
		d.goroutines = append(d.goroutines, g)
	case 5:
		f := frame{region: region{addr: d.number()}}
		f.depth, f.child = d.number(), d.number()
		f.contents = d.bytes()
		for range 3 {
			d.number()
		}
		f.name = string(d.bytes())
		f.pointers = d.pointers()
		g := d.goroutines[len(d.goroutines)-1]
		g.frames = append(g.frames, f)
	case 6:
		d.bigEndian, d.ptrSize = d.bool(), d.number()
		d.start, d.end = d.number(), d.number()
		d.arch, d.version, d.ncpu = string(d.bytes()), string(d.bytes()), d.number()
	case 7, 11:
		obj := d.number()
		for range 3 {
			d.number()
		}
		t := d.number()
		if kind == 7 {
			d.finalizers[obj] = t
		}
	case 8:
		tab := d.number()
		d.itabs[tab] = d.number()
	case 9:
		for range 3 {
			d.number()
		}
	case 10:
		for i := range d.stats {
			d.stats[i] = d.number()
		}
		for range 256 {
			d.number()
		}
		d.numGC = d.number()
	case 12, 13:
		d.segments = append(d.segments, d.region())
	case 14:
		for range 7 {
			d.number()
		}
	case 15:
		for range 6 {
			d.number()
		}
	case 16:
		id := d.number()
		d.number()
		var stack []string
		for range d.number() {
			stack = append(stack, string(d.bytes()))
			d.bytes()
			d.number()
		}
		d.stacks[id] = stack
		d.counts[id] = [2]uint64{d.number(), d.number()}
	case 17:
		obj := d.number()
		d.samples[obj] = d.number()
	default:
		panic(fmt.Sprint("unknown record ", kind))
	}
}

func read(f io.Reader) *dump {
	d := &dump{
		r:       bufio.NewReader(f),
		objects: map[uint64]region{}, types: map[uint64]typ{}, itabs: map[uint64]uint64{},
		finalizers: map[uint64]uint64{}, stacks: map[uint64][]string{}, counts: map[uint64][2]uint64{},
		samples: map[uint64]uint64{},
	}
	header, _ := d.r.ReadString('\n')
	fmt.Printf("%q\n", header)
	for {
		kind := d.number()
		if kind == 0 {
			break
		}
		d.record(kind)
		if d.kinds[kind]++; d.kinds[kind] == 1 && kind != 3 && kind != 14 && kind != 15 && kind != 11 && kind != 2 {
			d.order = append(d.order, int(kind))
		}
	}
	_, err := d.r.ReadByte()
	fmt.Println("behind the end:", err)
	return d
}

// things counts the things of the list that begins at addr, going by what the dump calls pointers.
func (d *dump) things(addr uint64) int {
	n := 0
	for addr != 0 {
		o, ok := d.objects[addr]
		if !ok || binary.LittleEndian.Uint64(o.contents) != magic+uint64(n) {
			return -1
		}
		text := d.objects[o.word(16)]
		if !bytes.HasPrefix(text.contents, []byte(fmt.Sprint("thing ", n, ","))) {
			return -2
		}
		if len(text.pointers) != 0 || len(o.pointers) != 2 {
			return -3
		}
		addr = o.word(8)
		n++
	}
	return n
}

// fromGlobals is the longest list that a global leads to.
func (d *dump) fromGlobals() (best int) {
	for _, s := range d.segments {
		for _, p := range s.pointers {
			if addr := s.word(p); addr != 0 {
				best = max(best, d.things(addr))
			}
		}
	}
	return best
}

// largest follows the globals to the largest object with pointers, and says how many of them lead to the list.
func (d *dump) largest() (size, into int) {
	for _, s := range d.segments {
		for _, p := range s.pointers {
			o, ok := d.objects[s.word(p)]
			if !ok || len(o.contents) <= size {
				continue
			}
			size, into = len(o.contents), 0
			for _, q := range o.pointers {
				if d.things(o.word(q)) > 0 {
					into++
				}
			}
		}
	}
	return size, into
}

//go:noinline
func newText(i int) string {
	return strings.Clone(fmt.Sprint("thing ", i, ", with a text long enough to be an object of its own"))
}

//go:noinline
func newThing(i int) *thing {
	return &thing{magic: magic + uint64(i), text: newText(i)}
}

//go:noinline
func waits(t *thing, c chan int) {
	<-c
	runtime.KeepAlive(t)
}

func goes(c chan int) { waits(newThing(0), c) }

func (d *dump) waiting() {
	for _, g := range d.goroutines {
		for i, f := range g.frames {
			if f.name != "main.waits" {
				continue
			}
			found := 0
			for _, f := range g.frames[i:] {
				for _, p := range f.pointers {
					if p+8 > uint64(len(f.contents)) {
						fmt.Println("a pointer lies outside of its frame")
					} else if d.things(f.word(p)) == 1 {
						found = 1
					}
				}
			}
			fmt.Println("a waiting goroutine:", g.status, g.why, g.system, g.background, "holds", found)
			fmt.Println("frames:", f.depth == uint64(i), g.frames[i+1].name, g.frames[i+1].child == f.addr)
		}
	}
}

// itabs says whether the type of every itab is known, and whether there is one for things. Stock leaves the names of
// pointer types out.
func (d *dump) knownItabs() (known, things bool) {
	known = len(d.itabs) > 5
	for _, addr := range d.itabs {
		t, ok := d.types[addr]
		known = known && ok
		things = things || strings.HasPrefix(strings.TrimPrefix(t.name, "*"), "main.") && t.size == 8
	}
	return known, things
}

func (d *dump) report(finalized uint64) {
	fmt.Println("order of records:", d.order)
	fmt.Println("parameters:", d.bigEndian, d.ptrSize, d.arch, d.version == runtime.Version(), d.ncpu == uint64(runtime.NumCPU()))
	in := 0
	for addr := range d.objects {
		if addr >= d.start && addr < d.end {
			in++
		}
	}
	fmt.Println("objects within the heap:", in > 0 && in == len(d.objects))
	fmt.Println("the list:", d.fromGlobals())
	size, into := d.largest()
	fmt.Println("a large object:", size >= 8*10_000, into)
	d.waiting()
	known, things := d.knownItabs()
	fmt.Println("itabs:", known, things)
	t := d.types[d.finalizers[finalized]]
	fmt.Println("finalizer:", strings.HasPrefix(strings.TrimPrefix(t.name, "*"), "main."), t.size)
	fmt.Println("threads:", d.kinds[9] >= 2, "goroutines:", d.kinds[4] >= 2)
	alloc, objects := d.stats[0], uint64(0)
	for _, o := range d.objects {
		objects += uint64(len(o.contents))
	}
	fmt.Println("MemStats:", alloc == d.stats[6], float64(objects) > 0.95*float64(alloc), float64(objects) < 1.05*float64(alloc))
	fmt.Println("collections:", d.numGC)
	made, sampled := uint64(0), 0
	for id, stack := range d.stacks {
		if len(stack) > 0 && stack[0] == "main.newThing" {
			made += d.counts[id][0] - d.counts[id][1]
		}
	}
	for obj, id := range d.samples {
		o, ok := d.objects[obj]
		if ok && d.stacks[id][0] == "main.newThing" && len(o.contents) == 64 {
			sampled++
		}
	}
	fmt.Println("profile:", made, sampled)
}

func main() {
	runtime.MemProfileRate = 1
	for i := 99; i >= 0; i-- {
		t := newThing(i)
		t.next, list = list, t
	}
	stringer = list
	large = make([]*thing, 10_000)
	for i := range 5 {
		large[i*2000] = list
	}
	finalized := newThing(7)
	runtime.SetFinalizer(finalized, func(*thing) {})
	c := make(chan int)
	go goes(c)
	time.Sleep(10 * time.Millisecond)
	debug.SetGCPercent(-1)
	runtime.GC()
	runtime.GC()

	f, err := os.CreateTemp("", "heapdump")
	if err != nil {
		panic(err)
	}
	defer os.Remove(f.Name())
	debug.WriteHeapDump(f.Fd())
	f.Seek(0, io.SeekStart)
	d := read(f)
	addr := fmt.Sprintf("%p", finalized)
	var at uint64
	fmt.Sscanf(addr, "0x%x", &at)
	d.report(at)
	runtime.KeepAlive(finalized)
	close(c)
}
