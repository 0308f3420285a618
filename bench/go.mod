module goxide.test/bench

go 1.25
