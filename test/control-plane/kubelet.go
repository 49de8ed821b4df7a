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

// kubelet walks every pod that is bound to one of its nodes through a pod's life.
type kubelet struct {
	client kubernetes.Interface
	nodes  map[string]bool
	pace   pace
	ips    atomic.Int64
	mutex  sync.Mutex
	walks  map[types.UID]*walk
}

// walk is what runs for one pod: first its life, then, once it is to be deleted, its end.
type walk struct {
	stop     context.CancelFunc
	done     chan struct{}
	deleting bool
}

func newKubelet(client kubernetes.Interface, nodes map[string]bool, pace pace) *kubelet {
	return &kubelet{client: client, nodes: nodes, pace: pace, walks: map[types.UID]*walk{}}
}

func (k *kubelet) run(ctx context.Context) error {
	factory := informers.NewSharedInformerFactory(k.client, 0)
	_, err := factory.Core().V1().Pods().Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(found any) { k.see(ctx, found.(*core.Pod)) },
		UpdateFunc: func(_, found any) { k.see(ctx, found.(*core.Pod)) },
		DeleteFunc: func(found any) {
			// After a gap in the watch the informer knows only the last state it saw.
			if gone, ok := found.(cache.DeletedFinalStateUnknown); ok {
				found = gone.Obj
			}
			if pod, ok := found.(*core.Pod); ok {
				k.forget(pod.UID)
			}
		},
	})
	if err != nil {
		return err
	}
	factory.Start(ctx.Done())
	<-ctx.Done()
	return nil
}

func (k *kubelet) see(ctx context.Context, pod *core.Pod) {
	if !k.nodes[pod.Spec.NodeName] {
		return
	}
	k.mutex.Lock()
	defer k.mutex.Unlock()
	walking := k.walks[pod.UID]
	if pod.DeletionTimestamp != nil {
		if walking == nil {
			walking = k.begin(ctx, pod, nil)
		}
		if !walking.deleting {
			walking.deleting = true
			walking.stop()
			go k.remove(ctx, pod.DeepCopy(), walking.done)
		}
		return
	}
	if walking == nil && !ended(pod) {
		k.begin(ctx, pod, k.live)
	}
}

func (k *kubelet) begin(ctx context.Context, pod *core.Pod, live func(context.Context, *core.Pod)) *walk {
	walkCtx, stop := context.WithCancel(ctx)
	started := &walk{stop: stop, done: make(chan struct{})}
	k.walks[pod.UID] = started
	own := pod.DeepCopy()
	go func() {
		defer close(started.done)
		if live != nil {
			live(walkCtx, own)
		}
	}()
	return started
}

func (k *kubelet) forget(uid types.UID) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if walking := k.walks[uid]; walking != nil {
		walking.stop()
	}
	delete(k.walks, uid)
}

// live brings the pod's containers up, one change after the other, until nothing is due any more.
func (k *kubelet) live(ctx context.Context, pod *core.Pod) {
	if pod.Status.PodIP == "" {
		now := meta.Now()
		pod.Status.PodIP, pod.Status.StartTime = k.nextIP(), &now
		pod.Status.PodIPs = []core.PodIP{{IP: pod.Status.PodIP}}
	}
	life := newLife(pod, k.pace)
	k.put(ctx, pod, life.status(pod.Status))
	for ctx.Err() == nil {
		pause, due := life.next(time.Now())
		if !due {
			return
		}
		sleep(ctx, pause)
		if ctx.Err() != nil {
			return
		}
		life.advance(time.Now())
		k.put(ctx, pod, life.status(pod.Status))
	}
}

// nextIP is never given twice while this process lives.
func (k *kubelet) nextIP() string {
	n := k.ips.Add(1) - 1
	return fmt.Sprintf("10.%d.%d.%d", 2+n/62500, n/250%250, n%250+1)
}

// remove ends the containers within the grace period, then confirms the deletion as a kubelet does: period 0, this uid.
func (k *kubelet) remove(ctx context.Context, pod *core.Pod, lived <-chan struct{}) {
	<-lived
	grace := time.Duration(0)
	if pod.DeletionGracePeriodSeconds != nil {
		grace = time.Duration(*pod.DeletionGracePeriodSeconds) * time.Second
	}
	if !stubborn(pod) {
		grace = min(grace, k.pace.stop)
	}
	sleep(ctx, grace)
	if !ended(pod) {
		k.put(ctx, pod, endedStatus(pod))
	}
	none := int64(0)
	options := meta.DeleteOptions{GracePeriodSeconds: &none, Preconditions: &meta.Preconditions{UID: &pod.UID}}
	_ = retry(ctx, func() error {
		return settled(k.client.CoreV1().Pods(pod.Namespace).Delete(ctx, pod.Name, options))
	})
}

// put writes the status of this very pod: the uid in the patch makes the server refuse a namesake.
func (k *kubelet) put(ctx context.Context, pod *core.Pod, status core.PodStatus) {
	pod.Status = status
	patch := statusPatch(pod.UID, status)
	_ = retry(ctx, func() error {
		_, err := k.client.CoreV1().Pods(pod.Namespace).Patch(ctx, pod.Name, types.StrategicMergePatchType, patch, meta.PatchOptions{}, "status")
		return settled(err)
	})
}

// settled drops the errors that trying again cannot change: the pod is gone, another has its name, or it is not valid.
func settled(err error) error {
	if apierrors.IsNotFound(err) || apierrors.IsConflict(err) || apierrors.IsInvalid(err) || apierrors.IsBadRequest(err) {
		return nil
	}
	return err
}

func ended(pod *core.Pod) bool {
	return pod.Status.Phase == core.PodSucceeded || pod.Status.Phase == core.PodFailed
}

// stubborn pods do not end before their grace period is over.
func stubborn(pod *core.Pod) bool {
	for _, container := range pod.Spec.Containers {
		if strings.Contains(container.Image, "stubborn") {
			return true
		}
	}
	return false
}
