// Every name that well-known modules pull out of package runtime by linkname: each is linked here, so that a name that is
// missing, or not marked for pulling, fails the build. What can be called is called in main.go.

package main

import "unsafe"

// linked has the address of each.
func linked() (functions []func(), variables []unsafe.Pointer) {
	functions = []func(){
		pull001, pull002, pull003, pull004, pull005, pull006, pull007, pull008, pull009, pull010, pull011, pull012,
		pull013, pull014, pull015, pull016, pull017, pull018, pull019, pull020, pull021, pull024, pull025, pull026,
		pull027, pull028, pull029, pull030, pull031, pull032, pull033, pull034, pull035, pull036, pull037, pull038,
		pull039, pull040, pull041, pull042, pull043, pull044, pull045, pull046, pull048, pull049, pull050, pull051,
		pull052, pull055, pull056, pull057, pull058, pull059, pull060, pull061, pull062, pull063, pull064, pull065,
		pull066, pull067, pull068, pull069, pull070, pull071, pull072, pull073, pull074, pull075, pull076, pull077,
		pull078, pull079, pull080, pull081, pull082, pull084, pull085, pull086, pull089, pull090, pull091, pull092,
		pull093, pull094, pull095, pull096, pull099, pull100, pull101, pull102, pull103, pull104, pull105, pull106,
		pull107, pull108, pull109, pull110, pull111, pull112, pull113, pull114, pull115, pull117, pull118, pull119,
		pull120, pull121, pull122, pull125, pull126, pull127, pull128, pull129, pull130, pull131, pull133, pull134,
	}
	variables = []unsafe.Pointer{
		unsafe.Pointer(&pull022), unsafe.Pointer(&pull023), unsafe.Pointer(&pull083), unsafe.Pointer(&pull087), unsafe.Pointer(&pull088), unsafe.Pointer(&pull098), unsafe.Pointer(&pull116), unsafe.Pointer(&pull123),
		unsafe.Pointer(&pull124), unsafe.Pointer(&pull132),
	}
	return
}

//go:linkname pull001 reflect.growslice
func pull001()

//go:linkname pull002 reflect.ifaceE2I
func pull002()

//go:linkname pull003 reflect.makemap
func pull003()

//go:linkname pull004 reflect.mapaccess
func pull004()

//go:linkname pull005 reflect.mapassign0
func pull005()

//go:linkname pull006 reflect.mapiterelem
func pull006()

//go:linkname pull007 reflect.mapiterinit
func pull007()

//go:linkname pull008 reflect.mapiterkey
func pull008()

//go:linkname pull009 reflect.mapiternext
func pull009()

//go:linkname pull010 reflect.maplen
func pull010()

//go:linkname pull011 reflect.resolveNameOff
func pull011()

//go:linkname pull012 reflect.resolveTextOff
func pull012()

//go:linkname pull013 reflect.resolveTypeOff
func pull013()

//go:linkname pull014 reflect.typedmemclr
func pull014()

//go:linkname pull015 reflect.typedmemmove
func pull015()

//go:linkname pull016 reflect.typedslicecopy
func pull016()

//go:linkname pull017 reflect.typelinks
func pull017()

//go:linkname pull018 reflect.unsafe_New
func pull018()

//go:linkname pull019 reflect.unsafe_NewArray
func pull019()

//go:linkname pull020 runtime.(*inlineUnwinder).srcFunc
func pull020()

//go:linkname pull021 runtime.FuncForPC
func pull021()

//go:linkname pull022 runtime._cgo_setenv
var pull022 uintptr

//go:linkname pull023 runtime._cgo_unsetenv
var pull023 uintptr

//go:linkname pull024 runtime.add
func pull024()

//go:linkname pull025 runtime.atomicwb
func pull025()

//go:linkname pull026 runtime.callers
func pull026()

//go:linkname pull027 runtime.cgocall
func pull027()

//go:linkname pull028 runtime.chanbuf
func pull028()

//go:linkname pull029 runtime.cheaprand
func pull029()

//go:linkname pull030 runtime.cheaprand64
func pull030()

//go:linkname pull031 runtime.cheaprandn
func pull031()

//go:linkname pull032 runtime.checkptrBase
func pull032()

//go:linkname pull033 runtime.convT64
func pull033()

//go:linkname pull034 runtime.convTslice
func pull034()

//go:linkname pull035 runtime.convTstring
func pull035()

//go:linkname pull036 runtime.cputicks
func pull036()

//go:linkname pull037 runtime.entersyscall
func pull037()

//go:linkname pull038 runtime.entersyscallblock
func pull038()

//go:linkname pull039 runtime.exitsyscall
func pull039()

//go:linkname pull040 runtime.findObject
func pull040()

//go:linkname pull041 runtime.findfunc
func pull041()

//go:linkname pull042 runtime.funcInfo.entry
func pull042()

//go:linkname pull043 runtime.funcline1
func pull043()

//go:linkname pull044 runtime.gcWriteBarrier2
func pull044()

//go:linkname pull045 runtime.getitab
func pull045()

//go:linkname pull046 runtime.getm
func pull046()

//go:linkname pull048 runtime.gopanic
func pull048()

//go:linkname pull049 runtime.gopark
func pull049()

//go:linkname pull050 runtime.goready
func pull050()

//go:linkname pull051 runtime.goyield
func pull051()

//go:linkname pull052 runtime.growslice
func pull052()

//go:linkname pull055 runtime.makemap
func pull055()

//go:linkname pull056 runtime.makemap_small
func pull056()

//go:linkname pull057 runtime.makeslice
func pull057()

//go:linkname pull058 runtime.mallocgc
func pull058()

//go:linkname pull059 runtime.mapaccess2
func pull059()

//go:linkname pull060 runtime.mapaccess2_fast32
func pull060()

//go:linkname pull061 runtime.mapaccess2_fast64
func pull061()

//go:linkname pull062 runtime.mapaccess2_faststr
func pull062()

//go:linkname pull063 runtime.mapassign
func pull063()

//go:linkname pull064 runtime.mapassign_fast32
func pull064()

//go:linkname pull065 runtime.mapassign_fast32ptr
func pull065()

//go:linkname pull066 runtime.mapassign_fast64
func pull066()

//go:linkname pull067 runtime.mapassign_fast64ptr
func pull067()

//go:linkname pull068 runtime.mapassign_faststr
func pull068()

//go:linkname pull069 runtime.mapdelete
func pull069()

//go:linkname pull070 runtime.mapiterinit
func pull070()

//go:linkname pull071 runtime.mapiternext
func pull071()

//go:linkname pull072 runtime.memclrHasPointers
func pull072()

//go:linkname pull073 runtime.memclrNoHeapPointers
func pull073()

//go:linkname pull074 runtime.memequal
func pull074()

//go:linkname pull075 runtime.memhash
func pull075()

//go:linkname pull076 runtime.memmove
func pull076()

//go:linkname pull077 runtime.moduledataverify1
func pull077()

//go:linkname pull078 runtime.morestack_noctxt
func pull078()

//go:linkname pull079 runtime.newInlineUnwinder
func pull079()

//go:linkname pull080 runtime.newarray
func pull080()

//go:linkname pull081 runtime.nilinterhash
func pull081()

//go:linkname pull082 runtime.noescape
func pull082()

//go:linkname pull083 runtime.overrideWrite
var pull083 uintptr

//go:linkname pull084 runtime.procPin
func pull084()

//go:linkname pull085 runtime.procUnpin
func pull085()

//go:linkname pull086 runtime.procyield
func pull086()

//go:linkname pull087 runtime.sched
var pull087 uintptr

//go:linkname pull088 runtime.set_crosscall2
var pull088 uintptr

//go:linkname pull089 runtime.srcFunc.name
func pull089()

//go:linkname pull090 runtime.strhash
func pull090()

//go:linkname pull091 runtime.stringHash
func pull091()

//go:linkname pull092 runtime.throw
func pull092()

//go:linkname pull093 runtime.typedmemmove
func pull093()

//go:linkname pull094 runtime.typedslicecopy
func pull094()

//go:linkname pull095 runtime.typehash
func pull095()

//go:linkname pull096 runtime.wakep
func pull096()

//go:linkname pull098 runtime.zeroVal
var pull098 uintptr

//go:linkname pull099 runtime/pprof.readProfile
func pull099()

//go:linkname pull100 runtime/pprof.runtime_FrameStartLine
func pull100()

//go:linkname pull101 runtime/pprof.runtime_FrameSymbolName
func pull101()

//go:linkname pull102 runtime/pprof.runtime_cyclesPerSecond
func pull102()

//go:linkname pull103 runtime/pprof.runtime_expandFinalInlineFrame
func pull103()

//go:linkname pull104 runtime/pprof.runtime_getProfLabel
func pull104()

//go:linkname pull105 runtime/pprof.runtime_setProfLabel
func pull105()

//go:linkname pull106 sync.runtime_Semacquire
func pull106()

//go:linkname pull107 sync.runtime_Semrelease
func pull107()

//go:linkname pull108 sync.runtime_canSpin
func pull108()

//go:linkname pull109 sync.runtime_doSpin
func pull109()

//go:linkname pull110 sync.runtime_registerPoolCleanup
func pull110()

//go:linkname pull111 syscall.runtime_AfterFork
func pull111()

//go:linkname pull112 syscall.runtime_AfterForkInChild
func pull112()

//go:linkname pull113 syscall.runtime_BeforeFork
func pull113()

//go:linkname pull114 runtime._cgo_panic_internal
func pull114()

//go:linkname pull115 runtime.blockUntilEmptyFinalizerQueue
func pull115()

//go:linkname pull116 runtime.cgoAlwaysFalse
var pull116 uintptr

//go:linkname pull117 runtime.cgoCheckPointer
func pull117()

//go:linkname pull118 runtime.cgoCheckResult
func pull118()

//go:linkname pull119 runtime.cgoKeepAlive
func pull119()

//go:linkname pull120 runtime.cgoNoCallback
func pull120()

//go:linkname pull121 runtime.cgoUse
func pull121()

//go:linkname pull122 runtime.doInit
func pull122()

//go:linkname pull123 runtime.extraMInUse
var pull123 uintptr

//go:linkname pull124 runtime.goarmsoftfp
var pull124 uintptr

//go:linkname pull125 runtime.gobytes
func pull125()

//go:linkname pull126 runtime.gostring
func pull126()

//go:linkname pull127 runtime.gostringn
func pull127()

//go:linkname pull128 runtime.lockedOSThread
func pull128()

//go:linkname pull129 runtime.mayMoreStackMove
func pull129()

//go:linkname pull130 runtime.mayMoreStackPreempt
func pull130()

//go:linkname pull131 runtime.morestackc
func pull131()

//go:linkname pull132 runtime.netpollWaiters
var pull132 uintptr

//go:linkname pull133 runtime.setsigsegv
func pull133()

//go:linkname pull134 runtime.sigpanic
func pull134()
