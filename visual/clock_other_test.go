//go:build !linux

package visual

import "time"

var began = time.Now()

// spent is the time that has passed: other systems are not asked for more.
func spent() time.Duration { return time.Since(began) }
