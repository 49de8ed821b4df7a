import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { DemoApp, DemoPlace, DemoPort } from '#engine'
import { findOrStartCluster, stopCluster, writeKubeconfig } from './cluster-owner.ts'
import type { ClusterCommand } from './cluster-owner.ts'
import { createDemoRepository } from './repository.ts'
import { createSourceRepository } from './source-repository.ts'

export type { ClusterCommand } from './cluster-owner.ts'

export type DemoOptions = {
  /** How its cluster is started; this process's own Node and the file beside this one unless told. */
  readonly command?: ClusterCommand
  /** Folder with `build/wasm` and `src/demo/schemas`, where that is not this checkout: the packaged app's resources. */
  readonly resources?: string
  /** Milliseconds since 1970; the story ends at the hour before. */
  readonly now?: () => number
}

export type Demo = DemoPort & {
  /** Ends the cluster, which otherwise lives on; its state stays. */
  readonly stop: () => Promise<void>
}

/**
 * The demo in a folder of its own: a clone with its bare remote, and a cluster that goes on while no Wheelhouse runs. Opening it again finds
 * what was left; `reset` starts over. Nothing outside the folder is touched.
 */
export function openDemoPort(folder: string, options: DemoOptions = {}): Demo {
  const clone = join(folder, 'shop-config')
  const source = join(folder, 'web')
  const data = join(folder, 'cluster')
  const kubeconfig = join(folder, 'kubeconfig')
  const now = options.now ?? Date.now

  async function open(): Promise<DemoPlace> {
    // Half a demo is none: a history without the cluster that it was played to would show nothing.
    const fresh = !existsSync(join(clone, '.git')) || !existsSync(join(data, 'state.jsonl'))
    if (fresh) await begin()
    // A demo of an earlier version has none.
    else if (!existsSync(join(source, '.git'))) await createSourceRepository(source, endsAt())
    const place = await findOrStartCluster(data, options.command ?? ownCommand(options.resources))
    await writeKubeconfig(kubeconfig, place)
    return { clone, kubeconfig, context: 'demo', apps: appsFrom(source), fresh }
  }
  function endsAt(): string {
    const hour = 3_600_000
    return new Date(Math.floor(now() / hour) * hour).toISOString()
  }
  async function begin(): Promise<void> {
    await stopCluster(data)
    await rm(data, { recursive: true, force: true })
    await mkdir(folder, { recursive: true })
    await createDemoRepository(folder, endsAt())
    await createSourceRepository(source, endsAt())
  }
  return {
    isOpen: () => existsSync(kubeconfig),
    open,
    reset: async () => {
      await begin()
      return await open()
    },
    stop: () => stopCluster(data),
  }
}

function appsFrom(clone: string): readonly DemoApp[] {
  const source = { image: 'registry.shop.example/web', clone }
  return [
    { name: 'shop-web', path: 'apps/shop-web/overlays/prod', tool: 'kustomize', namespace: 'shop', source },
    {
      name: 'shop-web-staging',
      path: 'apps/shop-web/overlays/staging',
      tool: 'kustomize',
      namespace: 'shop-staging',
      source,
    },
    {
      name: 'shop-api',
      path: 'apps/shop-api',
      tool: 'helm',
      namespace: 'shop',
      helm: { releaseName: 'shop-api', valuesFiles: ['apps/shop-api/values-prod.yaml'] },
    },
    { name: 'shop-jobs', path: 'apps/shop-jobs', tool: 'plain', namespace: 'shop' },
  ]
}

/** From sources the file beside this one, from a bundle the one that the build put into `out/engine`. */
function ownCommand(resources?: string): ClusterCommand {
  const bundled = !import.meta.filename.endsWith('.ts')
  const file = bundled ? '../engine/cluster-process.js' : 'cluster-process.ts'
  const kept = ['PATH', 'HOME', 'SystemRoot', 'TEMP', 'TMPDIR'].flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  const files =
    resources === undefined
      ? []
      : [
          '--module',
          join(resources, 'build/wasm/wheelhouse.wasm.br'),
          '--schemas',
          join(resources, 'src/demo/schemas'),
        ]
  return {
    as: import.meta.dirname.includes('app.asar') ? 'thread' : 'process',
    node: process.execPath,
    file: join(import.meta.dirname, file),
    args: files,
    // In the desktop app this process's executable is Electron, which is Node only when told.
    env: { ...Object.fromEntries(kept), ELECTRON_RUN_AS_NODE: '1' },
  }
}
