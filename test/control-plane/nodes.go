package main

import (
	"context"
	"flag"
	"fmt"
	"os/signal"
	"syscall"
	"time"

	coordination "k8s.io/api/coordination/v1"
	core "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

// pace is how long things take on these nodes.
type pace struct {
	step, slow, backOff, stop time.Duration
}

// runNodes plays the kubelets of a few nodes: registers them, keeps their leases, walks every pod bound to them.
func runNodes(args []string) error {
	flags := flag.NewFlagSet("nodes", flag.ContinueOnError)
	kubeconfig := flags.String("kubeconfig", "", "kubeconfig of an administrator")
	count := flags.Int("count", 3, "number of nodes")
	var pace pace
	flags.DurationVar(&pace.step, "step", 40*time.Millisecond, "time of each phase of a pod")
	flags.DurationVar(&pace.slow, "slow", 3*time.Second, "time until a container with a slow image is ready")
	flags.DurationVar(&pace.backOff, "back-off", 500*time.Millisecond, "first pause of a crashing container; it doubles")
	flags.DurationVar(&pace.stop, "stop", 100*time.Millisecond, "time a container takes to end when asked")
	if err := flags.Parse(args); err != nil {
		return err
	}
	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		return err
	}
	config.QPS, config.Burst = 500, 1000
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	names := map[string]bool{}
	for i := 1; i <= *count; i++ {
		name := fmt.Sprintf("node-%d", i)
		names[name] = true
		if err := retry(ctx, func() error { return register(ctx, client, name, i) }); err != nil {
			return err
		}
		go keepAlive(ctx, client, name)
	}
	return newKubelet(client, names, pace).run(ctx)
}

// retry repeats until it works: an API server that is away comes back.
func retry(ctx context.Context, do func() error) error {
	for {
		err := do()
		if err == nil || ctx.Err() != nil {
			return err
		}
		sleep(ctx, 200*time.Millisecond)
	}
}

func sleep(ctx context.Context, duration time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(duration):
	}
}

func register(ctx context.Context, client kubernetes.Interface, name string, index int) error {
	node := &core.Node{ObjectMeta: meta.ObjectMeta{Name: name, Labels: map[string]string{"kubernetes.io/hostname": name, "kubernetes.io/os": "linux"}}}
	created, err := client.CoreV1().Nodes().Create(ctx, node, meta.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		created, err = client.CoreV1().Nodes().Get(ctx, name, meta.GetOptions{})
	}
	if err != nil {
		return err
	}
	room := core.ResourceList{
		core.ResourceCPU:    resource.MustParse("1000"),
		core.ResourceMemory: resource.MustParse("1000Gi"),
		core.ResourcePods:   resource.MustParse("20000"),
	}
	created.Status = core.NodeStatus{
		Capacity:    room,
		Allocatable: room,
		Addresses:   []core.NodeAddress{{Type: core.NodeInternalIP, Address: fmt.Sprintf("10.1.0.%d", index)}},
		Conditions:  []core.NodeCondition{readyCondition()},
		NodeInfo:    core.NodeSystemInfo{KubeletVersion: "v1.36.3", OperatingSystem: "linux", Architecture: "amd64"},
	}
	_, err = client.CoreV1().Nodes().UpdateStatus(ctx, created, meta.UpdateOptions{})
	return err
}

func readyCondition() core.NodeCondition {
	now := meta.Now()
	return core.NodeCondition{Type: core.NodeReady, Status: core.ConditionTrue, Reason: "KubeletReady", Message: "the node is ready", LastHeartbeatTime: now, LastTransitionTime: now}
}

// keepAlive renews the node's lease; a lease that runs out would taint the node and evict its pods. After an outage of the
// API server the node controller may have called the node unknown, so its Ready condition is put back too.
func keepAlive(ctx context.Context, client kubernetes.Interface, name string) {
	for ctx.Err() == nil {
		if err := renew(ctx, client, name); err == nil {
			_ = stayReady(ctx, client, name)
			sleep(ctx, 8*time.Second)
		} else {
			sleep(ctx, 200*time.Millisecond)
		}
	}
}

func renew(ctx context.Context, client kubernetes.Interface, name string) error {
	leases := client.CoordinationV1().Leases(core.NamespaceNodeLease)
	seconds, now := int32(40), meta.NewMicroTime(time.Now())
	lease, err := leases.Get(ctx, name, meta.GetOptions{})
	if apierrors.IsNotFound(err) {
		spec := coordination.LeaseSpec{HolderIdentity: &name, LeaseDurationSeconds: &seconds, RenewTime: &now}
		_, err = leases.Create(ctx, &coordination.Lease{ObjectMeta: meta.ObjectMeta{Name: name}, Spec: spec}, meta.CreateOptions{})
		return err
	}
	if err != nil {
		return err
	}
	lease.Spec.RenewTime = &now
	_, err = leases.Update(ctx, lease, meta.UpdateOptions{})
	return err
}

func stayReady(ctx context.Context, client kubernetes.Interface, name string) error {
	node, err := client.CoreV1().Nodes().Get(ctx, name, meta.GetOptions{})
	if err != nil {
		return err
	}
	for i, condition := range node.Status.Conditions {
		if condition.Type == core.NodeReady && condition.Status != core.ConditionTrue {
			node.Status.Conditions[i] = readyCondition()
			_, err = client.CoreV1().Nodes().UpdateStatus(ctx, node, meta.UpdateOptions{})
			return err
		}
	}
	return nil
}
