package main

import (
	"time"

	core "k8s.io/api/core/v1"
)

// life is the pod's containers together: init containers one by one, then all the others at once.
type life struct {
	policy     core.RestartPolicy
	generation int64
	inits      []*container
	mains      []*container
}

func newLife(pod *core.Pod, pace pace) *life {
	l := &life{policy: pod.Spec.RestartPolicy, generation: pod.Generation}
	for _, spec := range pod.Spec.InitContainers {
		l.inits = append(l.inits, newContainer(spec, l.policy, true, pace))
	}
	for _, spec := range pod.Spec.Containers {
		l.mains = append(l.mains, newContainer(spec, l.policy, false, pace))
	}
	l.adopt(pod.Status)
	l.start(time.Now())
	return l
}

// adopt takes over what another process of these nodes had reached: what was ready stays, restarts are not forgotten.
func (l *life) adopt(status core.PodStatus) {
	known := map[string]core.ContainerStatus{}
	for _, one := range append(append([]core.ContainerStatus{}, status.InitContainerStatuses...), status.ContainerStatuses...) {
		known[one.Name] = one
	}
	for _, c := range l.all() {
		was, ok := known[c.spec.Name]
		if !ok {
			continue
		}
		c.status.RestartCount, c.status.LastTerminationState = was.RestartCount, was.LastTerminationState
		if was.Ready || was.State.Terminated != nil {
			c.status, c.started = was, true
		}
	}
}

func (l *life) all() []*container {
	return append(append([]*container{}, l.inits...), l.mains...)
}

// start begins every container whose turn it is.
func (l *life) start(now time.Time) {
	for _, c := range l.inits {
		if !c.started {
			c.begin(now)
		}
		if !c.passed() {
			return
		}
	}
	for _, c := range l.mains {
		if !c.started {
			c.begin(now)
		}
	}
}

// next answers how long until something is due; false when nothing ever is.
func (l *life) next(now time.Time) (time.Duration, bool) {
	var first time.Time
	for _, c := range l.all() {
		if !c.due.IsZero() && (first.IsZero() || c.due.Before(first)) {
			first = c.due
		}
	}
	return max(0, first.Sub(now)), !first.IsZero()
}

// advance does all that is due, then begins what may follow.
func (l *life) advance(now time.Time) {
	for _, c := range l.all() {
		if !c.due.IsZero() && !c.due.After(now) {
			c.advance(now)
		}
	}
	l.start(now)
}

func (l *life) initialized() bool {
	for _, c := range l.inits {
		if !c.passed() {
			return false
		}
	}
	return true
}

func (l *life) ready() bool {
	for _, c := range l.mains {
		if !c.status.Ready {
			return false
		}
	}
	return l.initialized()
}

// phase follows the kubelet: Pending until every container has run once, Running while one may still run.
func (l *life) phase() core.PodPhase {
	for _, c := range l.inits {
		if ended := c.status.State.Terminated; ended != nil && ended.ExitCode != 0 && !c.restarts() {
			return core.PodFailed
		}
	}
	if !l.initialized() {
		return core.PodPending
	}
	failed := false
	ended := 0
	for _, c := range l.mains {
		switch state := c.status.State; {
		case state.Waiting != nil && c.status.LastTerminationState.Terminated == nil:
			return core.PodPending
		case state.Terminated != nil:
			ended++
			failed = failed || state.Terminated.ExitCode != 0
		}
	}
	switch {
	case ended < len(l.mains):
		return core.PodRunning
	case failed:
		return core.PodFailed
	default:
		return core.PodSucceeded
	}
}
