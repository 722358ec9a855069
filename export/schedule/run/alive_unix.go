//go:build unix

package run

import (
	"errors"
	"syscall"
)

// alive says whether a process runs, also one of another user.
func alive(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || !errors.Is(err, syscall.ESRCH)
}
