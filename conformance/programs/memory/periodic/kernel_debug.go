//go:build goxide_debug

package main

// shortPeriod: the case shortens the two minutes.
const shortPeriod = true
