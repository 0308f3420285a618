//go:build !goxide_debug

package runtime

import _ "internal/goxide/kernel" // the Rust kernel
