import { createHash } from 'node:crypto'
import { AppError } from '#contract'
import type { Repo } from '../git/index.ts'
import { findClone } from './find.ts'
import type { Parts } from './ports.ts'

/** What was shown and accepted when a clone was trusted, as one hash: another configuration has another one. */
export function fingerprintOf(runs: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(runs)).digest('hex')
}

/** Is the clone trusted as it is configured now? An included file may change under it at any time. */
export async function isTrusted(parts: Parts, cloneId: string, repo: Repo): Promise<boolean> {
  const { trusted } = findClone(parts, cloneId)
  if (trusted === undefined || trusted === 'demo') return trusted === 'demo'
  return trusted === fingerprintOf(await repo.networkCommands())
}

/** For what uses the network by itself. `CLONE_NOT_TRUSTED`. */
export async function requireTrusted(parts: Parts, cloneId: string, repo: Repo): Promise<void> {
  if (await isTrusted(parts, cloneId, repo)) return
  const { name, trusted } = findClone(parts, cloneId)
  throw notTrusted(
    name,
    trusted === undefined
      ? 'the network is not used in this clone yet'
      : "the clone's configuration changed since it was trusted",
  )
}

/**
 * For a landing, whose place was shown and approved: a clone whose own configuration names no program and sends nothing elsewhere needs no trust
 * beside that. Any other runs its hooks, filters, helpers or signing program only once it is trusted as it is. `CLONE_NOT_TRUSTED`.
 */
export async function requireMayLand(parts: Parts, cloneId: string, repo: Repo): Promise<void> {
  const { name, trusted } = findClone(parts, cloneId)
  if (trusted === 'demo') return
  const runs = await repo.networkCommands()
  const [first, ...more] = runs
  if (first === undefined || trusted === fingerprintOf(runs)) return
  const others = more.length === 0 ? '' : ` and ${more.length} more`
  throw notTrusted(name, `its own configuration would run or use ${first}${others}`)
}

function notTrusted(name: string, words: string): AppError {
  return new AppError('CLONE_NOT_TRUSTED', {
    message: `${name}: ${words}.`,
    subject: name,
    action: 'trust-clone',
  })
}
