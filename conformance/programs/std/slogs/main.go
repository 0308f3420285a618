// log and log/slog: handlers, groups, levels, source lines, LogValuer, Fatal and Panic.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"os"
	"time"
)

type secret string

func (secret) LogValue() slog.Value { return slog.StringValue("***") }

func drop(groups []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	if a.Key == slog.SourceKey {
		src := a.Value.Any().(*slog.Source)
		return slog.String("src", fmt.Sprint(src.Function, ":", src.Line))
	}
	return a
}

func main() {
	opts := &slog.HandlerOptions{AddSource: true, Level: slog.LevelDebug, ReplaceAttr: drop}
	for _, h := range []slog.Handler{slog.NewTextHandler(os.Stdout, opts), slog.NewJSONHandler(os.Stdout, opts)} {
		l := slog.New(h)
		l.Info("hello", "n", 1, "s", "a b", "err", errors.New("e"), "d", time.Second, "t", time.Unix(0, 0).UTC())
		l.With("a", 1).WithGroup("g").With("b", 2).Warn("grouped", slog.Group("h", "c", 3, "d", []int{1}))
		l.Debug("secret", "pw", secret("x"), "any", struct{ A int }{1})
		l.Error("odd", "key")
		l.Log(context.Background(), slog.Level(1), "level", "nil", nil)
	}
	log.SetFlags(log.Lshortfile | log.Lmsgprefix)
	log.SetPrefix("prefix: ")
	log.Print("to stderr")
	log.New(os.Stdout, "own ", log.Lshortfile).Println("x", 1)
	func() {
		defer func() { fmt.Println(recover()) }()
		log.Panicln("panicked", 1)
	}()
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stdout, opts)))
	log.Print("through slog")
	log.SetOutput(os.Stderr)
	log.Fatalf("fatal %d", 1)
}
