// The clock: monotonic, wall time near the system's, formatting, zones, arithmetic.
package main

import (
	"fmt"
	"syscall"
	"time"
)

func main() {
	last := time.Now()
	for range 100000 {
		now := time.Now()
		if now.Before(last) || now.Sub(last) < 0 {
			fmt.Println("clock went back")
		}
		last = now
	}
	var tv syscall.Timeval
	syscall.Gettimeofday(&tv)
	d := time.Since(time.Unix(tv.Sec, int64(tv.Usec)*1000))
	fmt.Println("wall agrees", d > -time.Second && d < time.Second)
	fmt.Println("monotonic", len(fmt.Sprint(last)) > len(fmt.Sprint(last.Round(0))))

	t := time.Date(2024, time.February, 29, 23, 59, 59, 999_999_999, time.UTC)
	fmt.Println(t, t.Add(1), t.AddDate(1, 0, 0), t.YearDay(), t.Weekday())
	fmt.Println(t.Format(time.RFC1123Z), t.Truncate(time.Hour), t.Round(time.Hour), t.Unix(), t.UnixNano())
	p, err := time.Parse(time.RFC3339Nano, "2006-01-02T15:04:05.123456789+07:00")
	fmt.Println(p, err)
	_, err = time.Parse(time.DateOnly, "2023-02-30")
	fmt.Println(err)
	fmt.Println(time.ParseDuration("1h15m30.918s"))
	fmt.Println(time.Duration(1<<63-1), time.Duration(-1), time.Duration(1500)*time.Microsecond)
	y, w := t.ISOWeek()
	fmt.Println(y, w, t.Local().Location(), time.FixedZone("X", 3600).String())
	b, _ := t.MarshalJSON()
	fmt.Println(string(b), t.Equal(t.In(time.FixedZone("X", 3600))), t.Compare(t.Add(1)))
}
