//go:build !unix

package deliver

import (
	"os/exec"
	"strconv"
)

// group makes the end of a command the end of its children.
func group(cmd *exec.Cmd) {
	cmd.Cancel = func() error {
		if err := exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(cmd.Process.Pid)).Run(); err != nil {
			return cmd.Process.Kill()
		}
		return nil
	}
}

func endGroup(*exec.Cmd) {}
