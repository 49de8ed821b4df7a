import type { Api, Handlers } from '#contract'
import { findApp, openRepo } from './find.ts'
import type { Parts } from './ports.ts'
import { isTrusted } from './trust.ts'

/** Checking a signature starts gpg or ssh-keygen, or what the clone's configuration names in their place: only while it is what was trusted. */
export function signatureCalls(parts: Parts): Pick<Handlers<Api>, 'timeline.signatures'> {
  return {
    'timeline.signatures': async ({ appId, commits }, { signal }) => {
      const { cloneId } = findApp(parts, appId).spec
      const repo = await openRepo(parts, cloneId)
      const check = await isTrusted(parts, cloneId, repo)
      return [...(await repo.signatures({ oids: commits, check, signal }))]
    },
  }
}
