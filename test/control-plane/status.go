package main

import (
	"encoding/json"

	core "k8s.io/api/core/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// status is the pod's status now; was is the one before, whose times of change are kept where nothing changed.
func (l *life) status(was core.PodStatus) core.PodStatus {
	status := was
	status.ObservedGeneration = l.generation
	status.Phase = l.phase()
	status.InitContainerStatuses, status.ContainerStatuses = statuses(l.inits), statuses(l.mains)
	status.Conditions = conditions(was.Conditions, map[core.PodConditionType]bool{
		core.PodReadyToStartContainers: true,
		core.PodInitialized:            l.initialized(),
		core.ContainersReady:           l.ready(),
		core.PodReady:                  l.ready(),
	}, status.Phase == core.PodSucceeded)
	return status
}

func statuses(containers []*container) []core.ContainerStatus {
	result := []core.ContainerStatus{}
	for _, c := range containers {
		result = append(result, c.status)
	}
	return result
}

// conditions are only the kubelet's own: the scheduler's stays as it is, since the patch merges by type.
func conditions(was []core.PodCondition, now map[core.PodConditionType]bool, completed bool) []core.PodCondition {
	result := []core.PodCondition{}
	for _, kind := range []core.PodConditionType{core.PodReadyToStartContainers, core.PodInitialized, core.ContainersReady, core.PodReady} {
		is, ours := now[kind]
		if !ours {
			continue
		}
		condition := core.PodCondition{Type: kind, Status: core.ConditionFalse, LastTransitionTime: meta.Now()}
		if is {
			condition.Status = core.ConditionTrue
		} else if completed {
			condition.Reason = "PodCompleted"
		} else if kind == core.PodInitialized {
			condition.Reason = "ContainersNotInitialized"
		} else {
			condition.Reason = "ContainersNotReady"
		}
		for _, old := range was {
			if old.Type == kind && old.Status == condition.Status {
				condition.LastTransitionTime = old.LastTransitionTime
			}
		}
		result = append(result, condition)
	}
	return result
}

// endedStatus is the last one before a deletion is confirmed. Containers that would run forever end well when asked; those
// that were to finish did not, and a Job counts them as failed.
func endedStatus(pod *core.Pod) core.PodStatus {
	status := *pod.Status.DeepCopy()
	code, reason := int32(0), "Completed"
	status.Phase = core.PodSucceeded
	if pod.Spec.RestartPolicy != core.RestartPolicyAlways {
		code, reason = 143, "Error"
		status.Phase = core.PodFailed
	}
	no := false
	for i := range status.ContainerStatuses {
		one := &status.ContainerStatuses[i]
		one.Ready, one.Started = false, &no
		one.State = core.ContainerState{Terminated: &core.ContainerStateTerminated{ExitCode: code, Reason: reason, FinishedAt: meta.Now()}}
	}
	status.Conditions = conditions(status.Conditions, map[core.PodConditionType]bool{core.ContainersReady: false, core.PodReady: false}, code == 0)
	return status
}

func statusPatch(uid types.UID, status core.PodStatus) []byte {
	// Scheduling and quality of service are others' fields; all that is written here is ours.
	body := map[string]any{
		"metadata": map[string]any{"uid": uid},
		"status": map[string]any{
			"observedGeneration":    status.ObservedGeneration,
			"phase":                 status.Phase,
			"conditions":            status.Conditions,
			"podIP":                 status.PodIP,
			"podIPs":                status.PodIPs,
			"startTime":             status.StartTime,
			"initContainerStatuses": status.InitContainerStatuses,
			"containerStatuses":     status.ContainerStatuses,
		},
	}
	patch, err := json.Marshal(body)
	if err != nil {
		panic(err) // these types always encode
	}
	return patch
}
