//go:build !goxide_debug

package main

const shortPeriod = false
