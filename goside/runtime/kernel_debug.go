//go:build goxide_debug

package runtime

import _ "internal/goxide/kerneldebug" // the Rust kernel with its invariants on
