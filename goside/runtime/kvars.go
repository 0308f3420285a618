package runtime

// kvars is what the kernel knows about the process before the first goroutine runs. Boot fills it in; nobody writes
// it afterwards. The layout is shared (zlayout.go).
var kvars kvarsBlock
