import { createHash } from 'node:crypto'
import type { Api, Handlers } from '#contract'
import { findApp, findClone, openRepo } from './find.ts'
import type { Parts } from './ports.ts'

/** What was shown and accepted when a clone was trusted, as one hash: another configuration has another one. */
export function fingerprintOf(runs: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(runs)).digest('hex')
}

/** Checking a signature starts gpg or ssh-keygen, or what the clone's configuration names in their place: only while it is what was trusted. */
export function signatureCalls(parts: Parts): Pick<Handlers<Api>, 'timeline.signatures'> {
  return {
    'timeline.signatures': async ({ appId, commits }, { signal }) => {
      const { cloneId } = findApp(parts, appId).spec
      const { trusted } = findClone(parts, cloneId)
      const repo = await openRepo(parts, cloneId)
      const check =
        trusted === 'demo' ||
        (trusted !== undefined && trusted === fingerprintOf(await repo.networkCommands()))
      return [...(await repo.signatures({ oids: commits, check, signal }))]
    },
  }
}
