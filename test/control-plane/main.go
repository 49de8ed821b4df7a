// One binary with every part of a small, real Kubernetes control plane; each part runs as a process of its own, since global
// flags and metric registries of two parts clash in one.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"k8s.io/component-base/cli"
	kubectl "k8s.io/kubectl/pkg/cmd"
	cmdutil "k8s.io/kubectl/pkg/cmd/util"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
)

func main() {
	// A link to this binary that is named kubectl is kubectl.
	if strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe") != "kubectl" {
		if len(os.Args) < 2 {
			fmt.Fprintln(os.Stderr, "usage: control-plane etcd|kube-apiserver|kube-controller-manager|kube-scheduler|kubectl|nodes ...")
			os.Exit(2)
		}
		os.Args = os.Args[1:]
	}
	part := strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")
	followParent()
	switch part {
	case "etcd":
		fail(runEtcd(os.Args[1:]))
	case "kube-apiserver":
		os.Exit(cli.Run(apiserver.NewAPIServerCommand()))
	case "kube-controller-manager":
		os.Exit(cli.Run(controllers.NewControllerManagerCommand()))
	case "kube-scheduler":
		os.Exit(cli.Run(scheduler.NewSchedulerCommand()))
	case "kubectl":
		// kubectl prints its own errors and knows its own exit codes (diff answers 1 for a difference).
		if err := cli.RunNoErrOutput(kubectl.NewDefaultKubectlCommand()); err != nil {
			cmdutil.CheckErr(err)
		}
	case "nodes":
		fail(runNodes(os.Args[1:]))
	default:
		fail(fmt.Errorf("no such part: %s", part))
	}
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
