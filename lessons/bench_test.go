package lessons

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func BenchmarkLoadingTheWholeCourse(b *testing.B) {
	for b.Loop() {
		l := course(b)
		for _, info := range l.List("pt-BR") {
			require.NoError(b, info.Problem)
		}
	}
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(time.Millisecond), "ms/course")
}

// Opening is reported for the slowest lesson, its runs and computed answers
// included.
func BenchmarkOpeningALesson(b *testing.B) {
	l := course(b)
	slowest := time.Duration(0)
	for b.Loop() {
		for _, id := range l.IDs() {
			start := time.Now()
			_, err := l.Lesson(id, "pt-BR")
			require.NoError(b, err)
			slowest = max(slowest, time.Since(start))
		}
	}
	b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(len(l.IDs()))/float64(time.Millisecond), "ms/lesson")
	b.ReportMetric(float64(slowest)/float64(time.Millisecond), "ms/slowest")
}
