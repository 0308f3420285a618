// runtime/metrics: names, and how each is made from the kernel's figures.

package runtime

import (
	"internal/godebugs"
	"internal/runtime/atomic"
	"internal/runtime/gc"
	"unsafe"
)

// metricSample and metricValue have the layouts of metrics.Sample and metrics.Value.
type metricSample struct {
	name  string
	value metricValue
}

type metricValue struct {
	kind    metricKind
	scalar  uint64
	pointer unsafe.Pointer
}

type metricKind int

const (
	metricBad metricKind = iota
	metricUint64
	metricFloat64
	metricHistogram
)

// metricFloat64Histogram has the layout of metrics.Float64Histogram.
type metricFloat64Histogram struct {
	counts  []uint64
	buckets []float64
}

// A metric says how a value is made from the kernel's figures: by exactly one of the functions.
type metric struct {
	count    func(b *kmetricsBlock) uint64
	duration func(b *kmetricsBlock) uint64 // nanoseconds, shown as seconds
	times    func(b *kmetricsBlock) []uint64
	sizes    func(b *kmetricsBlock) *[gc.NumSizeClasses]uint64
	godebug  func() uint64
}

// metricState is guarded by metricsLock.
var metricState struct {
	metrics     map[string]metric
	timeBuckets []float64
	sizeBuckets []float64
}

// metricsLock is held for a moment only: at registration and while values are copied.
var metricsLock atomic.Uint32

func lockMetrics() {
	for !metricsLock.CompareAndSwap(0, 1) {
		Gosched()
	}
}

func unlockMetrics() {
	metricsLock.Store(0)
}

func (v *metricValue) setUint64(n uint64) {
	v.kind, v.scalar = metricUint64, n
}

func (v *metricValue) setFloat64(f float64) {
	v.kind, v.scalar = metricFloat64, *(*uint64)(unsafe.Pointer(&f))
}

// setHistogram fills the histogram in, in the memory of the value's last one if it fits.
func (v *metricValue) setHistogram(counts []uint64, buckets []float64) {
	h := (*metricFloat64Histogram)(v.pointer)
	if v.kind != metricHistogram || h == nil {
		h = new(metricFloat64Histogram)
		v.pointer = unsafe.Pointer(h)
	}
	v.kind = metricHistogram
	h.buckets = buckets
	h.counts = append(h.counts[:0], counts...)
}

func seconds(ns uint64) float64 {
	return float64(ns) / 1e9
}

func (m *metric) read(b *kmetricsBlock, v *metricValue) {
	switch {
	case m.count != nil:
		v.setUint64(m.count(b))
	case m.duration != nil:
		v.setFloat64(seconds(m.duration(b)))
	case m.times != nil:
		v.setHistogram(m.times(b), metricState.timeBuckets)
	case m.sizes != nil:
		// The kernel counts large objects as class 0; they are the last bucket.
		byClass := m.sizes(b)
		v.setHistogram(append(byClass[1:len(byClass):len(byClass)], byClass[0]), metricState.sizeBuckets)
	case m.godebug != nil:
		v.setUint64(m.godebug())
	default:
		v.kind = metricBad
	}
}

func zero(*kmetricsBlock) uint64 { return 0 }

func sum(counts *[gc.NumSizeClasses]uint64) (n uint64) {
	for _, c := range counts {
		n += c
	}
	return n
}

// collectorTime is the processor time of the collector, in nanoseconds.
func collectorTime(b *kmetricsBlock) uint64 {
	return b.assistNs + b.workerNs + b.guestNs + b.stoppedCPUNs
}

func scavengeTime(b *kmetricsBlock) uint64 {
	return b.scavengeBackgroundNs + b.scavengeAssistNs
}

func initMetrics() {
	if metricState.metrics != nil {
		return
	}
	metricState.timeBuckets = timeBuckets()
	metricState.sizeBuckets = sizeBuckets()
	metrics := map[string]metric{
		"/cgo/go-to-c-calls:calls": {count: zero},

		"/cpu/classes/gc/mark/assist:cpu-seconds":      {duration: func(b *kmetricsBlock) uint64 { return b.assistNs }},
		"/cpu/classes/gc/mark/dedicated:cpu-seconds":   {duration: func(b *kmetricsBlock) uint64 { return b.workerNs }},
		"/cpu/classes/gc/mark/idle:cpu-seconds":        {duration: func(b *kmetricsBlock) uint64 { return b.guestNs }},
		"/cpu/classes/gc/pause:cpu-seconds":            {duration: func(b *kmetricsBlock) uint64 { return b.stoppedCPUNs }},
		"/cpu/classes/gc/total:cpu-seconds":            {duration: collectorTime},
		"/cpu/classes/idle:cpu-seconds":                {duration: func(b *kmetricsBlock) uint64 { return b.idleCPUNs }},
		"/cpu/classes/scavenge/assist:cpu-seconds":     {duration: func(b *kmetricsBlock) uint64 { return b.scavengeAssistNs }},
		"/cpu/classes/scavenge/background:cpu-seconds": {duration: func(b *kmetricsBlock) uint64 { return b.scavengeBackgroundNs }},
		"/cpu/classes/scavenge/total:cpu-seconds":      {duration: scavengeTime},
		"/cpu/classes/total:cpu-seconds":               {duration: func(b *kmetricsBlock) uint64 { return b.totalCPUNs }},
		"/cpu/classes/user:cpu-seconds":                {duration: func(b *kmetricsBlock) uint64 { return b.totalCPUNs - b.idleCPUNs - collectorTime(b) - scavengeTime(b) }},
		"/gc/cycles/automatic:gc-cycles":               {count: func(b *kmetricsBlock) uint64 { return b.cyclesAutomatic }},
		"/gc/cycles/forced:gc-cycles":                  {count: func(b *kmetricsBlock) uint64 { return b.cyclesForced }},
		"/gc/cycles/total:gc-cycles":                   {count: func(b *kmetricsBlock) uint64 { return b.cyclesAutomatic + b.cyclesForced }},
		"/gc/gogc:percent":                             {count: func(b *kmetricsBlock) uint64 { return uint64(b.gogc) }},
		"/gc/gomemlimit:bytes":                         {count: func(b *kmetricsBlock) uint64 { return uint64(b.memoryLimit) }},
		"/gc/heap/allocs-by-size:bytes":                {sizes: func(b *kmetricsBlock) *[gc.NumSizeClasses]uint64 { return &b.allocsByClass }},
		"/gc/heap/allocs:bytes":                        {count: func(b *kmetricsBlock) uint64 { return b.allocatedBytes }},
		"/gc/heap/allocs:objects":                      {count: func(b *kmetricsBlock) uint64 { return sum(&b.allocsByClass) }},
		"/gc/heap/frees-by-size:bytes":                 {sizes: func(b *kmetricsBlock) *[gc.NumSizeClasses]uint64 { return &b.freesByClass }},
		"/gc/heap/frees:bytes":                         {count: func(b *kmetricsBlock) uint64 { return b.freedBytes }},
		"/gc/heap/frees:objects":                       {count: func(b *kmetricsBlock) uint64 { return sum(&b.freesByClass) }},
		"/gc/heap/goal:bytes":                          {count: func(b *kmetricsBlock) uint64 { return b.goalBytes }},
		"/gc/heap/live:bytes":                          {count: func(b *kmetricsBlock) uint64 { return b.liveBytes }},
		"/gc/heap/objects:objects":                     {count: func(b *kmetricsBlock) uint64 { return sum(&b.allocsByClass) - sum(&b.freesByClass) }},
		"/gc/heap/tiny/allocs:objects":                 {count: func(b *kmetricsBlock) uint64 { return b.tinyAllocs }},
		"/gc/limiter/last-enabled:gc-cycle":            {count: func(b *kmetricsBlock) uint64 { return b.limiterCycle }},
		"/gc/pauses:seconds":                           {times: func(b *kmetricsBlock) []uint64 { return b.gcPauses[:] }},
		"/gc/scan/globals:bytes":                       {count: func(b *kmetricsBlock) uint64 { return b.scanGlobalsBytes }},
		"/gc/scan/heap:bytes":                          {count: func(b *kmetricsBlock) uint64 { return b.scanHeapBytes }},
		"/gc/scan/stack:bytes":                         {count: func(b *kmetricsBlock) uint64 { return b.scanStackBytes }},
		"/gc/scan/total:bytes":                         {count: func(b *kmetricsBlock) uint64 { return b.scanGlobalsBytes + b.scanHeapBytes + b.scanStackBytes }},
		"/gc/stack/starting-size:bytes":                {count: func(*kmetricsBlock) uint64 { return startingStackBytes }},
		"/memory/classes/heap/free:bytes":              {count: heapFree},
		"/memory/classes/heap/objects:bytes":           {count: func(b *kmetricsBlock) uint64 { return b.allocatedBytes - b.freedBytes }},
		"/memory/classes/heap/released:bytes":          {count: func(b *kmetricsBlock) uint64 { return b.heapReleased }},
		"/memory/classes/heap/stacks:bytes":            {count: func(b *kmetricsBlock) uint64 { return b.stacks }},
		"/memory/classes/heap/unused:bytes":            {count: func(b *kmetricsBlock) uint64 { return b.heapInSpans - (b.allocatedBytes - b.freedBytes) }},
		"/memory/classes/metadata/mcache/free:bytes":   {count: zero},
		"/memory/classes/metadata/mcache/inuse:bytes":  {count: func(b *kmetricsBlock) uint64 { return b.caches }},
		"/memory/classes/metadata/mspan/free:bytes":    {count: zero},
		"/memory/classes/metadata/mspan/inuse:bytes":   {count: func(b *kmetricsBlock) uint64 { return b.spanRecords }},
		"/memory/classes/metadata/other:bytes":         {count: func(b *kmetricsBlock) uint64 { return b.kernelMapped - b.spanRecords - b.caches - b.profileBuckets }},
		"/memory/classes/os-stacks:bytes":              {count: zero},
		"/memory/classes/other:bytes":                  {count: zero},
		"/memory/classes/profiling/buckets:bytes":      {count: func(b *kmetricsBlock) uint64 { return b.profileBuckets }},
		"/memory/classes/total:bytes":                  {count: func(b *kmetricsBlock) uint64 { return b.heapMapped + b.kernelMapped }},
		"/sched/gomaxprocs:threads":                    {count: func(*kmetricsBlock) uint64 { return uint64(kgomaxprocs(0, procsProgram)) }},
		"/sched/goroutines:goroutines":                 {count: func(*kmetricsBlock) uint64 { return uint64(NumGoroutine()) }},
		"/sched/latencies:seconds":                     {times: func(b *kmetricsBlock) []uint64 { return b.schedLatencies[:] }},
		"/sched/pauses/stopping/gc:seconds":            {times: func(b *kmetricsBlock) []uint64 { return b.gcStopping[:] }},
		"/sched/pauses/stopping/other:seconds":         {times: func(b *kmetricsBlock) []uint64 { return b.otherStopping[:] }},
		"/sched/pauses/total/gc:seconds":               {times: func(b *kmetricsBlock) []uint64 { return b.gcPauses[:] }},
		"/sched/pauses/total/other:seconds":            {times: func(b *kmetricsBlock) []uint64 { return b.otherPauses[:] }},
		"/sync/mutex/wait/total:seconds":               {duration: func(b *kmetricsBlock) uint64 { return b.mutexWaitNs }},
	}
	for _, info := range godebugs.All {
		if !info.Opaque {
			metrics["/godebug/non-default-behavior/"+info.Name+":events"] = metric{count: zero}
		}
	}
	metricState.metrics = metrics
}

// startingStackBytes is the size of a new goroutine's stack.
const startingStackBytes = 2048

func heapFree(b *kmetricsBlock) uint64 {
	used := b.stacks + b.heapInSpans + b.heapReleased
	if used > b.heapMapped {
		return 0
	}
	return b.heapMapped - used
}

// timeBuckets are the bounds of the kernel's time histograms, in seconds: 64 ns, then four to a doubling.
func timeBuckets() []float64 {
	n := len(kmetricsBlock{}.gcPauses)
	buckets := make([]float64, 0, n+1)
	buckets = append(buckets, 0)
	for e := uint(6); len(buckets) < n; e++ {
		for quarter := uint64(4); quarter < 8 && len(buckets) < n; quarter++ {
			buckets = append(buckets, seconds(quarter<<(e-2)))
		}
	}
	return append(buckets, inf())
}

// sizeBuckets are the bounds of the size classes: the first holds 1 to 8 bytes.
func sizeBuckets() []float64 {
	buckets := make([]float64, 0, gc.NumSizeClasses+1)
	buckets = append(buckets, 1)
	for _, size := range gc.SizeClassToSize[1:] {
		buckets = append(buckets, float64(size)+1)
	}
	return append(buckets, inf())
}

func inf() float64 {
	bits := uint64(0x7ff0000000000000)
	return *(*float64)(unsafe.Pointer(&bits))
}

// registerGodebugMetric replaces the reader of a setting that internal/godebug counts.
func registerGodebugMetric(name string, read func() uint64) {
	lockMetrics()
	initMetrics()
	if _, ok := metricState.metrics[name]; !ok {
		throw("runtime: unexpected metric registration for " + name)
	}
	metricState.metrics[name] = metric{godebug: read}
	unlockMetrics()
}

//go:linkname metrics_readMetrics runtime/metrics.runtime_readMetrics
func metrics_readMetrics(samples unsafe.Pointer, len int, cap int) {
	list := unsafe.Slice((*metricSample)(samples), cap)[:len]
	block := new(kmetricsBlock)
	kreadmetrics(block)
	lockMetrics()
	initMetrics()
	for i := range list {
		m := metricState.metrics[list[i].name]
		m.read(block, &list[i].value)
	}
	unlockMetrics()
}

//go:linkname metrics_readMetricNames runtime/metrics_test.runtime_readMetricNames
func metrics_readMetricNames() []string {
	lockMetrics()
	initMetrics()
	names := make([]string, 0, len(metricState.metrics))
	for name := range metricState.metrics {
		names = append(names, name)
	}
	unlockMetrics()
	return names
}
