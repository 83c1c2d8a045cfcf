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

// Opening includes the lesson's runs and the answers computed from them.
func BenchmarkOpeningALesson(b *testing.B) {
	l := course(b)
	for _, id := range l.IDs() {
		b.Run(id, func(b *testing.B) {
			for b.Loop() {
				_, err := l.Lesson(id, "pt-BR")
				require.NoError(b, err)
			}
			b.ReportMetric(float64(b.Elapsed())/float64(b.N)/float64(time.Millisecond), "ms/lesson")
		})
	}
}
