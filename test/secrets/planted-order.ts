/** What the run plants, by where it stands. */
export const planted = [
  'stringData',
  'data',
  'applied',
  'listed',
  'generated',
  'helm',
  'changed',
  'drift',
  'brokenYaml',
  'notBase64',
  'literal',
  'brokenHelm',
  'url',
  'token',
  'execEnv',
  'execWords',
  'execToken',
  'certificate',
  'clientKey',
] as const

export type PlantedOrder = {
  readonly secrets: Readonly<Record<(typeof planted)[number], string>>
  /** The administrator's: as secret as the others. */
  readonly token: string
  readonly cluster: Readonly<Record<string, unknown>>
  readonly kubeconfig: string
  readonly kubectlCommand: string
  readonly kubectlCache: string
  readonly namespace: string
  readonly dataDir: string
  /** Frames, log, failures, exports and the command line's output go here. */
  readonly out: string
}
