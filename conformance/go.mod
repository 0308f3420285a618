module goxide.test/conformance

go 1.25
