/** What the run plants, by where it stands. */
export const planted = [
  // Secrets of manifests, on each way into the cluster.
  'stringData',
  'data',
  'misspelt',
  'applied',
  'listed',
  'generated',
  'helm',
  'changed',
  'drift',
  // The same where the manifest, the patch or the chart is wrong.
  'brokenYaml',
  'brokenAlias',
  'notBase64',
  'literal',
  'patch',
  'brokenHelm',
  'helmFails',
  'helmSchema',
  // What signs in to a remote.
  'url',
  'helper',
  'inlineHelper',
  'rejected',
  // What signs in to a cluster.
  'token',
  'basic',
  'execEnv',
  'execWords',
  'execToken',
  'execNoise',
  'certificate',
  'clientKey',
  'authority',
  'proxy',
  'brokenKubeconfig',
  'processEnv',
] as const

export type PlantedSecrets = Readonly<Record<(typeof planted)[number], string>>

export type PlantedOrder = {
  readonly secrets: PlantedSecrets
  /** Those of the control plane's own users: as secret as the others. */
  readonly tokens: { readonly admin: string; readonly outsider: string }
  readonly cluster: Readonly<Record<string, unknown>>
  readonly kubeconfig: string
  readonly kubectlCommand: string
  readonly kubectlCache: string
  readonly namespace: string
  /** Holds what is planted: the repository, kubeconfigs, helpers. Never searched. */
  readonly dir: string
  readonly dataDir: string
  /** Frames, log, failures, exports and the command line's output go here. */
  readonly out: string
}
