import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildKey, cacheFolder } from './cache.ts'
import { findGo } from './go.ts'

const version = 'v1.36.3'
const ldflags = `-s -w -X k8s.io/component-base/version.gitVersion=${version} -X k8s.io/client-go/pkg/version.gitVersion=${version}`

/** Builds a Go module once into the user's cache (the control plane: 7.5 minutes cold on two cores) and answers the binary's path. */
export function buildBinary(name: string, folder: string, target = '.'): string | { readonly why: string } {
  const go = findGo()
  if ('why' in go) return go
  const cache = join(cacheFolder(), 'bin')
  const binary = join(cache, `${name}-${buildKey(folder, go.version)}`)
  if (existsSync(binary)) return binary
  process.stderr.write(`Building ${name} with Go ${go.version} (once; some minutes) ...\n`)
  mkdirSync(cache, { recursive: true })
  // Two runs may build at once: each into its own file, the last rename wins with equal contents.
  const temporary = `${binary}.${process.pid}`
  const built = spawnSync(go.path, ['build', '-trimpath', '-ldflags', ldflags, '-o', temporary, target], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...go.env, CGO_ENABLED: '0' },
  })
  if (built.status !== 0) {
    rmSync(temporary, { force: true })
    return { why: `${name} could not be built: see Go's words above` }
  }
  renameSync(temporary, binary)
  return binary
}

export function controlPlaneBinary(): string | { readonly why: string } {
  return buildBinary('control-plane', import.meta.dirname)
}
