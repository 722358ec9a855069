//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package scratch

import "syscall"

// hold takes the lock of a file without waiting. It lasts until it is released
// or the process ends; programs that the process starts do not have it. The
// file is no os.File, which would be closed when nothing refers to it.
func hold(path string, create bool) (release func(), err error) {
	flags := syscall.O_RDWR | syscall.O_CLOEXEC
	if create {
		flags |= syscall.O_CREAT | syscall.O_EXCL
	}
	file, err := syscall.Open(path, flags, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(file, syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		syscall.Close(file)
		return nil, err
	}
	return func() { syscall.Close(file) }, nil
}
