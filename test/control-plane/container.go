package main

import (
	"fmt"
	"strings"
	"time"

	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// container is one container on its way. Its image's name steers it:
// crash   ends with an error as soon as it runs, and is restarted after a growing pause
// pullfail  cannot be pulled
// slow    is ready (or done, where it is to end) only after a while
// never   runs and is never ready (or never done)
type container struct {
	spec   core.Container
	policy core.RestartPolicy
	pace   pace
	// init containers run to their end, whatever the pod's restart policy.
	init    bool
	status  core.ContainerStatus
	due     time.Time
	pause   time.Duration
	started bool
}

func newContainer(spec core.Container, policy core.RestartPolicy, init bool, pace pace) *container {
	c := &container{spec: spec, policy: policy, init: init, pace: pace, pause: pace.backOff}
	c.status = core.ContainerStatus{Name: spec.Name, Image: spec.Image}
	c.wait("PodInitializing", "")
	return c
}

func (c *container) is(word string) bool {
	return strings.Contains(c.spec.Image, word)
}

// sidecar is an init container that stays: the next one starts once it runs.
func (c *container) sidecar() bool {
	return c.init && c.spec.RestartPolicy != nil && *c.spec.RestartPolicy == core.ContainerRestartPolicyAlways
}

// finite containers end by themselves.
func (c *container) finite() bool {
	return !c.sidecar() && (c.init || c.policy != core.RestartPolicyAlways)
}

func (c *container) restarts() bool {
	return c.sidecar() || c.policy != core.RestartPolicyNever
}

// begin starts the pull.
func (c *container) begin(now time.Time) {
	c.started = true
	c.wait("ContainerCreating", "")
	c.due = now.Add(c.pace.step)
}

// advance does what is due now.
func (c *container) advance(now time.Time) {
	c.due = time.Time{}
	state := c.status.State
	switch {
	case state.Waiting != nil && state.Waiting.Reason == "ErrImagePull":
		c.wait("ImagePullBackOff", fmt.Sprintf("Back-off pulling image %q", c.spec.Image))
	case state.Waiting != nil && c.is("pullfail"):
		c.wait("ErrImagePull", fmt.Sprintf("failed to pull and unpack image %q: not found", c.spec.Image))
		c.due = now.Add(c.pace.step)
	case state.Waiting != nil:
		if state.Waiting.Reason == "CrashLoopBackOff" {
			c.status.RestartCount++
		}
		c.run(now)
	case state.Running != nil && c.is("crash"):
		c.crash(now)
	case state.Running != nil && c.finite():
		c.end(0, "Completed")
	case state.Running != nil:
		c.status.Ready = true
	}
}

func (c *container) run(now time.Time) {
	started := true
	c.status.State = core.ContainerState{Running: &core.ContainerStateRunning{StartedAt: meta.NewTime(now)}}
	c.status.Started, c.status.ImageID, c.status.ContainerID = &started, "sim://"+c.spec.Image, "sim://"+c.spec.Name
	switch {
	case c.is("crash"):
		c.due = now.Add(c.pace.step)
	case c.is("never"):
	case c.is("slow"):
		c.due = now.Add(c.pace.slow)
	default:
		c.due = now.Add(c.pace.step)
	}
}

// crash pauses longer each time, as CrashLoopBackOff does, only faster; the next restart counts.
func (c *container) crash(now time.Time) {
	c.end(1, "Error")
	if !c.restarts() {
		return
	}
	c.status.LastTerminationState = c.status.State
	c.wait("CrashLoopBackOff", fmt.Sprintf("back-off %s restarting failed container=%s", c.pause, c.spec.Name))
	c.due = now.Add(c.pause)
	c.pause = min(2*c.pause, 5*time.Minute)
}

func (c *container) wait(reason, message string) {
	started := false
	c.status.State = core.ContainerState{Waiting: &core.ContainerStateWaiting{Reason: reason, Message: message}}
	c.status.Ready, c.status.Started = false, &started
}

func (c *container) end(code int32, reason string) {
	started := false
	ended := &core.ContainerStateTerminated{ExitCode: code, Reason: reason, FinishedAt: meta.Now(), ContainerID: c.status.ContainerID}
	if c.status.State.Running != nil {
		ended.StartedAt = c.status.State.Running.StartedAt
	}
	c.status.State = core.ContainerState{Terminated: ended}
	c.status.Started = &started
	// An init container that has done its work counts as ready.
	c.status.Ready = c.init && code == 0
}

// passed tells whether the containers after this init container may start.
func (c *container) passed() bool {
	ended := c.status.State.Terminated
	return (ended != nil && ended.ExitCode == 0) || (c.sidecar() && c.status.State.Running != nil)
}
