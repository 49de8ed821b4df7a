import type { AppRenderer } from '../app-render.ts'
import type { Git } from '../git/index.ts'
import type { EffectStore, FolderStore } from '../timeline/index.ts'
import type { Kube } from '../kube/index.ts'
import type { Sync } from '../sync/index.ts'
import type { Workspace } from '../workspace/index.ts'
import type { LiveApps } from './live-apps.ts'

/** A demo that can be opened: its clone, kubeconfig and apps are put into the workspace. Injected, since the demo is built on this engine. */
export type DemoPort = {
  readonly isOpen: () => boolean
  readonly open: () => Promise<DemoPlace>
  readonly reset: () => Promise<DemoPlace>
}
export type DemoPlace = {
  readonly clone: string
  readonly kubeconfig: string
  readonly context: string
  /** Apps to add, in the words of `AppSpec` without the clone. */
  readonly apps: readonly DemoApp[]
  /** Made now: its releases are still to be synced. */
  readonly fresh: boolean
}
export type DemoApp = {
  readonly name: string
  readonly path: string
  readonly tool: 'plain' | 'kustomize' | 'helm'
  readonly namespace: string
  readonly helm?: { readonly releaseName: string; readonly valuesFiles: readonly string[] }
  /** The folder of the source clone that its image is built from. */
  readonly source?: { readonly image: string; readonly clone: string }
}

/** What all calls share. */
export type Parts = {
  readonly env: Readonly<Record<string, string>>
  readonly home: string
  readonly who: string
  readonly now: () => string
  readonly newId: () => string
  readonly workspace: Workspace
  readonly git: Git
  readonly kube: Kube
  readonly render: AppRenderer
  /** Renders what is only tried: it keeps little, and nothing that screens use. */
  readonly probe: AppRenderer
  readonly effects: EffectStore
  readonly folders: FolderStore
  readonly sync: Sync
  readonly live: LiveApps
  readonly running: Map<string, AbortController>
  readonly demo: DemoPort | undefined
}
