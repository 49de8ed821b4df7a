package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	core "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
)

// kubelet walks pods through their life. The image's name steers it: crash, pullfail, slow, never.
type kubelet struct {
	client kubernetes.Interface
	nodes  map[string]bool
	step   time.Duration
	slow   time.Duration
	ips    atomic.Int64
	mutex  sync.Mutex
	walks  map[types.UID]context.CancelFunc
}

func newKubelet(client kubernetes.Interface, nodes map[string]bool, step, slow time.Duration) *kubelet {
	return &kubelet{client: client, nodes: nodes, step: step, slow: slow, walks: map[types.UID]context.CancelFunc{}}
}

func (k *kubelet) run(ctx context.Context) {
	factory := informers.NewSharedInformerFactory(k.client, 0)
	pods := factory.Core().V1().Pods().Informer()
	_, _ = pods.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(found any) { k.see(ctx, found.(*core.Pod)) },
		UpdateFunc: func(_, found any) { k.see(ctx, found.(*core.Pod)) },
		DeleteFunc: func(found any) {
			if pod, ok := found.(*core.Pod); ok {
				k.end(pod.UID)
			}
		},
	})
	factory.Start(ctx.Done())
	<-ctx.Done()
}

func (k *kubelet) see(ctx context.Context, pod *core.Pod) {
	if !k.nodes[pod.Spec.NodeName] {
		return
	}
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if pod.DeletionTimestamp != nil {
		if stop, ok := k.walks[pod.UID]; !ok || stop != nil {
			if stop != nil {
				stop()
			}
			k.walks[pod.UID] = nil
			go k.remove(ctx, pod)
		}
		return
	}
	if _, ok := k.walks[pod.UID]; ok || pod.Status.Phase == core.PodSucceeded || pod.Status.Phase == core.PodFailed {
		return
	}
	walk, stop := context.WithCancel(ctx)
	k.walks[pod.UID] = stop
	go k.walk(walk, pod.DeepCopy())
}

func (k *kubelet) end(uid types.UID) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if stop := k.walks[uid]; stop != nil {
		stop()
	}
	delete(k.walks, uid)
}

// remove gives the container a short time to end, then confirms the deletion as a kubelet does: grace period 0, this uid.
func (k *kubelet) remove(ctx context.Context, pod *core.Pod) {
	sleep(ctx, 3*k.step)
	none := int64(0)
	options := meta.DeleteOptions{GracePeriodSeconds: &none, Preconditions: &meta.Preconditions{UID: &pod.UID}}
	_ = retry(ctx, func() error {
		err := k.client.CoreV1().Pods(pod.Namespace).Delete(ctx, pod.Name, options)
		if apierrors.IsNotFound(err) || apierrors.IsConflict(err) {
			return nil
		}
		return err
	})
}

func (k *kubelet) walk(ctx context.Context, pod *core.Pod) {
	image := pod.Spec.Containers[0].Image
	k.put(ctx, pod, core.PodPending, waiting("ContainerCreating", ""))
	sleep(ctx, k.step)
	if strings.Contains(image, "pullfail") {
		k.put(ctx, pod, core.PodPending, waiting("ImagePullBackOff", "Back-off pulling image "+image))
		return
	}
	for range pod.Spec.InitContainers {
		sleep(ctx, k.step)
	}
	if strings.Contains(image, "crash") {
		k.crash(ctx, pod)
		return
	}
	k.put(ctx, pod, core.PodRunning, running(false))
	if job(pod) {
		sleep(ctx, 2*k.step)
		k.put(ctx, pod, core.PodSucceeded, finished(0, "Completed", 0))
		return
	}
	if strings.Contains(image, "never") {
		return
	}
	if strings.Contains(image, "slow") {
		sleep(ctx, k.slow)
	}
	sleep(ctx, k.step)
	k.put(ctx, pod, core.PodRunning, running(true))
}

// crash restarts with a growing pause, as CrashLoopBackOff does, only faster; a Job's pod fails at once.
func (k *kubelet) crash(ctx context.Context, pod *core.Pod) {
	if pod.Spec.RestartPolicy == core.RestartPolicyNever {
		k.put(ctx, pod, core.PodFailed, finished(1, "Error", 0))
		return
	}
	pause := 10 * k.step
	for restarts := int32(1); ctx.Err() == nil; restarts++ {
		status := waiting("CrashLoopBackOff", fmt.Sprintf("back-off %s restarting failed container", pause))
		status.RestartCount = restarts
		status.LastTerminationState = finished(1, "Error", 0).State
		k.put(ctx, pod, core.PodRunning, status)
		sleep(ctx, pause)
		pause = min(2*pause, time.Minute)
	}
}

func job(pod *core.Pod) bool {
	return pod.Spec.RestartPolicy != core.RestartPolicyAlways
}

func waiting(reason, message string) core.ContainerStatus {
	return core.ContainerStatus{State: core.ContainerState{Waiting: &core.ContainerStateWaiting{Reason: reason, Message: message}}}
}

func running(ready bool) core.ContainerStatus {
	return core.ContainerStatus{Ready: ready, State: core.ContainerState{Running: &core.ContainerStateRunning{StartedAt: meta.Now()}}}
}

func finished(code int32, reason string, restarts int32) core.ContainerStatus {
	state := core.ContainerState{Terminated: &core.ContainerStateTerminated{ExitCode: code, Reason: reason, FinishedAt: meta.Now()}}
	return core.ContainerStatus{State: state, RestartCount: restarts}
}

// put writes the pod's status with the same container state for each container.
func (k *kubelet) put(ctx context.Context, pod *core.Pod, phase core.PodPhase, state core.ContainerStatus) {
	if pod.Status.PodIP == "" {
		n := k.ips.Add(1)
		pod.Status.PodIP = fmt.Sprintf("10.2.%d.%d", n/250%250, n%250+1)
		pod.Status.PodIPs = []core.PodIP{{IP: pod.Status.PodIP}}
		now := meta.Now()
		pod.Status.StartTime = &now
	}
	pod.Status.Phase = phase
	pod.Status.ContainerStatuses = nil
	for _, container := range pod.Spec.Containers {
		status := state
		status.Name, status.Image, status.ImageID = container.Name, container.Image, "sim://"+container.Image
		started := state.State.Running != nil
		status.Started = &started
		pod.Status.ContainerStatuses = append(pod.Status.ContainerStatuses, status)
	}
	pod.Status.Conditions = conditions(pod.Status.Conditions, phase, state.Ready)
	_ = retry(ctx, func() error {
		latest, err := k.client.CoreV1().Pods(pod.Namespace).Get(ctx, pod.Name, meta.GetOptions{})
		if apierrors.IsNotFound(err) || (err == nil && latest.UID != pod.UID) {
			return nil
		}
		if err != nil {
			return err
		}
		latest.Status = pod.Status
		_, err = k.client.CoreV1().Pods(pod.Namespace).UpdateStatus(ctx, latest, meta.UpdateOptions{})
		return err
	})
}

func conditions(old []core.PodCondition, phase core.PodPhase, ready bool) []core.PodCondition {
	state := func(is bool) core.ConditionStatus {
		if is {
			return core.ConditionTrue
		}
		return core.ConditionFalse
	}
	want := map[core.PodConditionType]core.ConditionStatus{
		core.PodScheduled:    core.ConditionTrue,
		core.PodInitialized:  state(phase != core.PodPending),
		core.ContainersReady: state(ready),
		core.PodReady:        state(ready),
	}
	result := []core.PodCondition{}
	for _, kind := range []core.PodConditionType{core.PodScheduled, core.PodInitialized, core.ContainersReady, core.PodReady} {
		changed := meta.Now()
		for _, was := range old {
			if was.Type == kind && was.Status == want[kind] {
				changed = was.LastTransitionTime
			}
		}
		result = append(result, core.PodCondition{Type: kind, Status: want[kind], LastTransitionTime: changed})
	}
	return result
}

func sleep(ctx context.Context, duration time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(duration):
	}
}
