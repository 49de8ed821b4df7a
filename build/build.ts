import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'vite'
import { isFresh, sourceHash, stampFile } from './fresh.ts'
import { buildTargets, out } from './targets.ts'

/** Builds every bundle into out/, unless the sources are those of the last build. Says what it does on standard error. */
export async function buildAll(options: { readonly force?: boolean } = {}): Promise<void> {
  const hash = await sourceHash()
  if (options.force !== true && (await isFresh(hash))) return
  const started = Date.now()
  // Chunks have their hash in their name: old ones would stay, and be packaged.
  for (const folder of ['renderer', 'main', 'engine', 'cli'])
    await rm(join(out, folder), { recursive: true, force: true })
  for (const target of buildTargets()) {
    process.stderr.write(`Building the ${target.name} ...\n`)
    await build(target.config)
  }
  await mkdir(out, { recursive: true })
  await writeFile(join(out, stampFile), hash)
  process.stderr.write(`Built in ${((Date.now() - started) / 1000).toFixed(1)} s.\n`)
}

if (import.meta.main) await buildAll({ force: true })
