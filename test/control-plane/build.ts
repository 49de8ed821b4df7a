import { copyFileSync, existsSync, linkSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cached, sourceKey } from './cache.ts'
import { findGo, goBuild } from './go.ts'

/** Why something that is not part of this repository could not be had here. */
export type Skipped = { readonly skipped: string }

/** The Kubernetes version of the control plane. */
export const kubernetesVersion = 'v1.36.3'

const ldflags = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version']
  .map((path) => `-X ${path}.gitVersion=${kubernetesVersion}`)
  .join(' ')

/** Path of the control plane's binary, built from its Go module when the cache has none (cold: about eight minutes). */
export function controlPlaneBinary(): Promise<string | Skipped> {
  return goBinary({ name: 'control-plane', module: import.meta.dirname, target: '.', ldflags })
}

/** Path of a kubectl: the control plane's binary under that name. */
export async function kubectlBinary(): Promise<string | Skipped> {
  const binary = await controlPlaneBinary()
  if (typeof binary !== 'string') return binary
  const path = join(`${binary}.as`, 'kubectl')
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true })
    hardLink(binary, path)
  }
  return path
}

/** Builds one command of a Go module of ours into the cache; answers its path. */
export async function goBinary(options: {
  readonly name: string
  readonly module: string
  readonly target: string
  readonly ldflags: string
}): Promise<string | Skipped> {
  const go = await findGo()
  if ('skipped' in go) return go
  const { name, module, target, ldflags: flags } = options
  const key = sourceKey(module, go.version, target, flags)
  return cached(name, key, (output) => {
    const started = Date.now()
    process.stderr.write(`Building ${name} with ${go.version}; the first time takes minutes ...\n`)
    goBuild(go, { module, output, target, ldflags: flags })
    process.stderr.write(`Built ${name} in ${Math.round((Date.now() - started) / 1000)} s\n`)
  })
}

function hardLink(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return
    copyFileSync(from, to)
  }
}
