import type { Connection, Problem } from '#contract'
import type { RunOptions, RunResult } from '../process/index.ts'
import type { Cluster, ReadOptions } from './cluster.ts'

/** A context as its kubeconfig has it: nothing here is secret. */
export type KubeContext = {
  readonly name: string
  readonly cluster: string
  readonly server: string
  /** `default` if the context names none. */
  readonly namespace: string
  readonly user: string
  readonly current: boolean
  /** The file it is from. */
  readonly file: string
  /** The sign-in program (exec plugin) that its user names. */
  readonly signIn?: string
}

export type KubeSettings = {
  /** Files or folders beside KUBECONFIG (or ~/.kube/config); each file stands for itself. */
  readonly kubeconfigs: readonly string[]
  /** PEM file of CAs that are trusted besides those of the kubeconfig or the system. */
  readonly caBundle?: string | undefined
}

export type KubePorts = {
  /** Environment of sign-in programs; also KUBECONFIG, HTTPS_PROXY, NO_PROXY. */
  readonly env: Readonly<Record<string, string>>
  readonly home: string
  readonly settings: () => KubeSettings
  /** Starts sign-in programs. */
  readonly run: (command: string, args: readonly string[], options: RunOptions) => Promise<RunResult>
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Calls back after a time; gives the function that cancels it. `setTimeout` unless told. */
  readonly after?: (ms: number, callback: () => void) => () => void
  /** 0..1, for jitter. `Math.random` unless told. */
  readonly random?: () => number
  readonly log?: (entry: {
    readonly level: 'info' | 'warn' | 'error'
    readonly message: string
    readonly [field: string]: unknown
  }) => void
  /** How long a sign-in program may take; two minutes unless told: some wait for a browser. */
  readonly execTimeoutMs?: number
}

/** All clusters that the operator's kubeconfig files name. Nothing is contacted before `connect`. */
export type Kube = {
  /** Reads the files (cached until they change). A broken file is a problem; the contexts of the others are listed. */
  readonly contexts: () => Promise<{
    readonly contexts: readonly KubeContext[]
    readonly problems: readonly Problem[]
  }>
  /** Calls back after the kubeconfig files (or files in configured folders) changed and were read. Gives the function that ends it. */
  readonly watchFiles: (onChange: () => void) => () => void
  /**
   * The cluster of a context; connects once however many ask, and keeps it while the context stays as it is. Throws CONTEXT_MISSING,
   * KUBECONFIG_MISSING, KUBE_*. A failure that may pass is tried again in the background (see `onConnection`) until `release`.
   */
  readonly connect: (context: string, options?: ReadOptions) => Promise<Cluster>
  /** Ends the context's watches and connections: state `idle`. A cluster in hand stays usable and connects again when used. */
  readonly release: (context: string) => void
  /** A click: forgets that sign-in failed and takes up waiting connections and watches at once. */
  readonly retry: (context: string) => void
  /** State of every context that was ever asked for; others are `idle`. */
  readonly connections: () => readonly Connection[]
  readonly onConnection: (listener: (connection: Connection) => void) => () => void
  readonly close: () => Promise<void>
}
