import { join } from 'node:path'
import type { Data } from './data.ts'

/** The five processes of a control plane, in the order of their start. */
export type PartName = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler' | 'nodes'

/** The command line of one part. */
export function partArgs(name: PartName, data: Data, nodes: number): readonly string[] {
  const kubeconfig = `--kubeconfig=${data.kubeconfigFor('admin')}`
  const etcd = `http://127.0.0.1:${data.ports.etcdClient}`
  switch (name) {
    case 'etcd':
      return [
        `--data-dir=${join(data.dir, 'etcd')}`,
        `--client-url=${etcd}`,
        `--peer-url=http://127.0.0.1:${data.ports.etcdPeer}`,
      ]
    case 'kube-apiserver':
      return apiServerArgs(data, etcd)
    case 'kube-controller-manager':
      return [
        kubeconfig,
        `--service-account-private-key-file=${data.signingKey}`,
        '--leader-elect=false',
        '--controllers=*,-nodeipam,-route,-cloud-node-lifecycle,-service-lb-controller',
        // Nobody scrapes it, and one port less to find.
        '--secure-port=0',
        // Its usual 20 requests a second would make big fixtures slow.
        '--kube-api-qps=500',
        '--kube-api-burst=1000',
      ]
    case 'kube-scheduler':
      return [
        kubeconfig,
        '--leader-elect=false',
        '--secure-port=0',
        '--kube-api-qps=500',
        '--kube-api-burst=1000',
      ]
    case 'nodes':
      return [kubeconfig, `--count=${nodes}`]
  }
}

function apiServerArgs(data: Data, etcd: string): readonly string[] {
  return [
    `--etcd-servers=${etcd}`,
    `--secure-port=${data.ports.apiServer}`,
    '--bind-address=127.0.0.1',
    `--cert-dir=${join(data.dir, 'certificates')}`,
    `--token-auth-file=${data.tokenFile}`,
    '--authorization-mode=RBAC',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${data.verifyingKey}`,
    `--service-account-signing-key-file=${data.signingKey}`,
    '--service-cluster-ip-range=10.0.0.0/24',
    '--allow-privileged=true',
    // A loopback address may not be an endpoint; nobody here uses the `kubernetes` Service.
    '--endpoint-reconciler-type=none',
  ]
}
