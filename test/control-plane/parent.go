package main

import (
	"io"
	"os"
	"time"
)

// parentVariable names the environment variable by which the harness asks a
// part to end with it: the part holds the read end of a pipe as its standard
// input, and the system closes the other end however the harness dies.
const parentVariable = "CONTROL_PLANE_FOLLOW_STDIN"

// graceAfterParent bounds an orderly stop after the parent is gone.
const graceAfterParent = 2 * time.Second

// followParent ends this process once its standard input is closed, if asked.
func followParent() {
	if os.Getenv(parentVariable) == "" {
		return
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		if self, err := os.FindProcess(os.Getpid()); err == nil {
			_ = self.Signal(os.Interrupt)
		}
		time.Sleep(graceAfterParent)
		os.Exit(1)
	}()
}
