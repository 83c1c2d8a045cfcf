package lessons

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func course(t testing.TB) *Library {
	t.Helper()
	l, err := Open()
	require.NoError(t, err)
	return l
}

func TestEveryLessonOfTheCourseKeepsWhatTheFormatPromises(t *testing.T) {
	l := course(t)
	for _, id := range l.IDs() {
		t.Run(id, func(t *testing.T) {
			for _, problem := range l.Check(id) {
				assert.Fail(t, problem.Error())
			}
		})
	}
}
