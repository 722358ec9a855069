package run

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// Owner names a tick of a process, so that others can tell whether it lives.
type Owner struct {
	// Machine is where process numbers mean the same: a machine since its last
	// start, or a container.
	Machine string
	PID     int
	// Token tells the ticks of a process apart.
	Token string
	// Alive says whether a process of the machine runs; nil when nobody can say.
	Alive func(pid int) bool
}

// Self is this process with a new token.
func Self() Owner {
	return Owner{Machine: machine(), PID: os.Getpid(), Token: rand.Text()[:8], Alive: alive}
}

// machine is a short name for the host, its last start and the namespace of
// process numbers, where the system tells.
func machine() string {
	host, _ := os.Hostname()
	boot, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	space, _ := os.Readlink("/proc/self/ns/pid")
	sum := sha256.Sum256([]byte(host + "\x00" + string(boot) + "\x00" + space))
	return hex.EncodeToString(sum[:6])
}

func (o Owner) String() string { return fmt.Sprintf("%s/%d/%s", o.Machine, o.PID, o.Token) }

// Dead says whether an owner is known to live no more. One of another machine
// is not: its lease must run out.
func (o Owner) Dead(other string) bool {
	parts := strings.Split(other, "/")
	if len(parts) != 3 || parts[0] != o.Machine {
		return false
	}
	pid, err := strconv.Atoi(parts[1])
	if err != nil {
		return false
	}
	if pid == o.PID {
		// An earlier tick of this process is over, or its number was given anew.
		return parts[2] != o.Token
	}
	return o.Alive != nil && !o.Alive(pid)
}
